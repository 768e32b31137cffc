"""Where every read of personal or store data starts. Each takes the actor and fails closed."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Member, Order, Refund, Store


def stores(actor: Actor) -> QuerySet[Store]:
    """The stores an actor may read figures of."""
    every = Store.objects.all()
    return every if actor.store_ids is None else every.filter(pk__in=actor.store_ids)


def members(actor: Actor) -> QuerySet[Member]:
    """Members an actor may list: all, or those whose home store is theirs or who bought there.

    A record that was merged is listed as the member it counts for.
    """
    every = _owners(actor)
    if actor.store_ids is None:
        return every
    # One list for all, not EXISTS per member: SQLite would walk the whole store for each of them.
    bought_here = Order.objects.filter(store__in=actor.store_ids, member__isnull=False, voided_at__isnull=True).values(
        "member"
    )
    return every.filter(Q(home_store__in=actor.store_ids) | Q(pk__in=bought_here))


def members_probed(actor: Actor) -> QuerySet[Member]:
    """The same members, for a search that picks out few: each one found is asked for an order here.

    `members` first lists everybody who ever bought here, which takes longer the larger the store is.
    """
    every = _owners(actor)
    if actor.store_ids is None:
        return every
    # A sum has no index: so SQLite walks the few orders of the member, not those of the store.
    theirs = Order.objects.annotate(place=F("store_id") + 0).filter(member=OuterRef("pk"), voided_at__isnull=True)
    bought_here = Exists(theirs.filter(place__in=actor.store_ids))
    return every.filter(Q(home_store__in=actor.store_ids) | bought_here)


def _owners(actor: Actor) -> QuerySet[Member]:
    """The records that stand for a person, of all stores; nobody for those who may not list members."""
    if not actor.may(Right.SEE_MEMBERS):
        return Member.objects.none()
    return Member.objects.filter(voided_at__isnull=True, merged_into__isnull=True)


def orders(actor: Actor) -> QuerySet[Order]:
    """Orders of the actor's stores (guests' too)."""
    if not actor.may(Right.READ_ORDERS):
        return Order.objects.none()
    every = Order.objects.filter(voided_at__isnull=True)
    return every if actor.store_ids is None else every.filter(store__in=actor.store_ids)


def refunds(actor: Actor) -> QuerySet[Refund]:
    """Refunds given by the actor's stores."""
    if not actor.may(Right.READ_ORDERS):
        return Refund.objects.none()
    every = Refund.objects.filter(voided_at__isnull=True)
    return every if actor.store_ids is None else every.filter(store__in=actor.store_ids)


def history(actor: Actor, member: Member) -> QuerySet[Order]:
    """All orders of one member the actor may open: a manager sees the whole history of own members."""
    if not members(actor).filter(pk=member.pk).exists():
        return Order.objects.none()
    return Order.objects.filter(member=member, voided_at__isnull=True)

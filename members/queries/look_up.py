from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Identifier, Member, Order
from members.queries import merchants
from members.rules.imports import contacts

KINDS = ("number", "card", "phone", "email")


def exactly(actor: Actor, text: str) -> QuerySet[Member]:
    """The members of any store with exactly this member number, card or phone; a part of one finds nobody."""
    return _owners(actor, text.strip(), ("number", "card", "phone"))


def own(actor: Actor, kind: str, text: str) -> QuerySet[Member]:
    """The member of the actor's stores (enrolled or bought there) with exactly this identifier, of one of KINDS."""
    return _of_own_stores(actor, _owners(actor, text.strip(), (kind,)))


def own_record(actor: Actor, member_id: int) -> QuerySet[Member]:
    """The same member by our id, for who has looked them up before: the one for whom that record counts."""
    if not actor.may(Right.LOOK_UP):
        return Member.objects.none()
    record = Member.objects.filter(pk=member_id).values(owner=Coalesce("merged_into", "pk"))
    return _of_own_stores(actor, Member.objects.filter(pk__in=record, voided_at__isnull=True))


def served(actor: Actor, kind: str, text: str) -> QuerySet[Member]:
    """The member of any store with exactly this identifier, of one of KINDS: who comes to the counter shows it."""
    return _owners(actor, text.strip(), (kind,)) if actor.may(Right.COUNTER) else Member.objects.none()


def _of_own_stores(actor: Actor, found: QuerySet[Member]) -> QuerySet[Member]:
    if actor.store_ids is None:
        return found
    bought_here = Order.objects.filter(member=OuterRef("pk"), voided_at__isnull=True, store__in=actor.store_ids)
    return found.filter(Q(home_store__in=actor.store_ids) | Exists(bought_here))


def contacts_of(actor: Actor, member: Member) -> QuerySet[Identifier]:
    """How a member that was found can be reached and recognised; nothing for who may not look members up."""
    known = Identifier.objects.filter(
        Q(member=member) | Q(member__merged_into=member), voided_at__isnull=True, member__voided_at__isnull=True
    )
    return known.order_by("kind", "pk") if actor.may(Right.LOOK_UP) else known.none()


def _owners(actor: Actor, text: str, kinds: tuple[str, ...]) -> QuerySet[Member]:
    """Whom the records with this identifier count for."""
    if not text or "\0" in text or not actor.may(Right.LOOK_UP):  # PostgreSQL keeps NUL in no text
        return Member.objects.none()
    owned, wanted = Q(pk__in=[]), Q(pk__in=[])
    for kind in kinds:
        if kind == "number":
            wanted |= Q(number_key=text.casefold())
        elif kind == "card":
            owned |= Q(kind=Identifier.Kind.CARD, value__in={text, text.casefold()})
        elif value := _normal(kind, text):
            owned |= Q(kind=kind, value=value)
    owners = Identifier.objects.filter(owned, voided_at__isnull=True)
    records = Member.objects.filter(voided_at__isnull=True)
    found = records.filter(wanted | Q(pk__in=owners.values("member")))
    return records.filter(pk__in=found.values(owner=Coalesce("merged_into", "pk")))


def _normal(kind: str, text: str) -> str:
    """A phone or e-mail as it is stored; "" where the text is none."""
    value, _fix = contacts.phone(text, merchants.region()) if kind == "phone" else contacts.email(text)
    return value

"""Which requests somebody may see: their own, and those they may decide, of stores they see."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from members.lib import clock
from members.lib.actor import Actor
from members.models import Approval, Store

State = Approval.State


def own(actor: Actor) -> QuerySet[Approval]:
    """What the actor has asked for, the latest first."""
    return _with_people().filter(asked_by=actor.user_id) if actor.user_id else Approval.objects.none()


def decidable(actor: Actor, kinds: Collection[str]) -> QuerySet[Approval]:
    """What others have asked for of these kinds, within the actor's stores; whether open or over."""
    others = _with_people().filter(kind__in=kinds).exclude(asked_by=actor.user_id)
    if actor.user_id is None:
        return others.none()
    if actor.store_ids is None:
        return others
    elsewhere = Approval.stores.through.objects.exclude(store__in=actor.store_ids).values("approval")
    here = Approval.stores.through.objects.filter(store__in=actor.store_ids).values("approval")
    return others.filter(pk__in=here).exclude(pk__in=elsewhere)


def waiting(actor: Actor, kinds: Collection[str]) -> QuerySet[Approval]:
    """What waits for the actor's word, the oldest first."""
    return decidable(actor, kinds).filter(still_open()).order_by("pk")


def settled(actor: Actor, kinds: Collection[str]) -> QuerySet[Approval]:
    """What the actor could have decided or had asked for, and is over; the latest first."""
    return visible(actor, kinds).exclude(still_open())


def visible(actor: Actor, kinds: Collection[str]) -> QuerySet[Approval]:
    """All of it."""
    either = Q(pk__in=decidable(actor, kinds).values("pk")) | Q(pk__in=own(actor).values("pk"))
    return _with_people().filter(either)


def open_of(kinds: Collection[str]) -> QuerySet[Approval]:
    """What waits for anybody's word, for a page about its subject: who asked and when is no secret to its readers."""
    return _with_people().filter(still_open(), kind__in=kinds).order_by("pk")


def still_open() -> Q:
    """Neither settled nor expired."""
    return Q(state=State.OPEN, expires_at__gt=clock.now())


def stores_of(actor: Actor) -> QuerySet[Store]:
    """The stores that a request of the actor is about, unless it says otherwise: none for head office."""
    return Store.objects.filter(pk__in=actor.store_ids or ())


def _with_people() -> QuerySet[Approval]:
    return Approval.objects.select_related("member", "asked_by", "decided_by").order_by("-pk")

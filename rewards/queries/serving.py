"""Who is being served at a counter: found by exactly what they show, and for half an hour by a ticket."""

from typing import Final

from django.core import signing
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Member, Order
from members.queries import look_up, scope
from rewards.queries import cards

LASTS: Final = 30 * 60  # seconds
SHOWN: Final = ("number", "card", "phone", "email")
_SIGNER = signing.TimestampSigner(salt="rewards.counter")


def find(actor: Actor, text: str) -> list[Member]:
    """The members of any store with exactly this card code, number, card, phone or e-mail; hardly ever two."""
    if cards.is_card_code(text):
        member = cards.member_of(actor, text)
        return [member] if member else []
    found = {member.pk: member for kind in SHOWN for member in look_up.served(actor, kind, text)}
    return [member for member in found.values() if member.erased_at is None]


def ticket(actor: Actor, member: Member) -> str:
    """What the addresses of the counter name the member by: nobody is found by counting up, or by a link kept."""
    return _SIGNER.sign(f"{actor.user_id}-{member.pk}")


def of_ticket(actor: Actor, text: str) -> Member | None:
    """The member that the actor found half an hour ago at most; the one for whom that record counts today."""
    if not actor.may(Right.COUNTER):
        return None
    try:
        user, _sign, pk = _SIGNER.unsign(text, max_age=LASTS).partition("-")
    except signing.BadSignature:
        return None
    if user != str(actor.user_id):
        return None
    owner = Member.objects.filter(pk=pk).values(owner=Coalesce("merged_into", "pk"))
    return Member.objects.filter(pk__in=owner, voided_at__isnull=True, erased_at__isnull=True).first()


def orders(actor: Actor) -> QuerySet[Order]:
    """The orders that a counter can look at and give back: those of the actor's stores."""
    if not actor.may(Right.COUNTER):
        return Order.objects.none()
    standing = Order.objects.filter(voided_at__isnull=True, store__in=scope.stores(actor))
    return standing.select_related("store", "member")


def newest(actor: Actor, order_id: int) -> QuerySet[Order]:
    """The version that stands today of an order of the actor's stores, whichever version is named."""
    named = Order.objects.filter(pk=order_id, store__in=scope.stores(actor))
    known = Order.objects.filter(
        source__in=named.values("source"), number__in=named.values("number"), voided_at__isnull=True
    )
    return orders(actor).filter(pk__in=known.values("pk"))

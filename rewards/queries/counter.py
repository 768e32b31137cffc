"""What a member has, as the counter shows it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.lib import clock
from members.lib.actor import Actor
from members.models import Member
from members.queries import merchants
from rewards.models import Coupon, Gift, GiftClaim, Tier
from rewards.queries import benefits as of_tiers
from rewards.queries import gifts as gift_queries
from rewards.queries import holdings, persons, tiers
from rewards.queries.benefits import Offered


def what_they_have(actor: Actor, member: Member) -> dict[str, Any]:
    """`has` (points), `tier` (or None), `gifts` in reach and `next_gift`, `claims` to be handed over."""
    has = holdings.with_tier(member)
    on_offer = list(gifts())
    return {
        "has": has,
        "tier": _tier(has.tier),
        "gifts": [gift for gift in on_offer if gift.points <= has.available],
        "next_gift": next((gift for gift in on_offer if gift.points > has.available), None),
        "benefits": benefits(member),
        "claims": list(claims(actor, member)),
    }


def gifts() -> QuerySet[Gift]:
    """What points buy today and is not out of stock, cheapest first."""
    today = clock.local_date(clock.now(), merchants.current().zone)
    return gift_queries.on_offer(today).filter(gift_queries.LEFT)


def benefits(member: Member) -> list[Offered]:
    """What the member's tier gives today."""
    return of_tiers.of(member, clock.local_date(clock.now(), merchants.current().zone))


def claims(actor: Actor, member: Member) -> QuerySet[GiftClaim]:
    """Gifts of the member that wait in the actor's stores, or in any."""
    waiting = gift_queries.claims(actor).filter(state=GiftClaim.State.RESERVED)
    return waiting.filter(member__in=persons.records(member.pk))


def said(coupon: Coupon) -> str:
    """A coupon in one line."""
    if coupon.last_day is None:
        return coupon.offer.name
    return _("%(name)s, until %(day)s") % {
        "name": coupon.offer.name,
        "day": date_format(coupon.last_day, "DATE_FORMAT"),
    }


def _tier(code: str) -> Tier | None:
    return next((tier for tier in tiers.ladder() if tier.code == code), None)

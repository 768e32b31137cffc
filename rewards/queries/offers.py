"""Coupon offers with what became of their coupons, and gifts with what is left of them: for who runs the programme."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from members.lib.actor import Actor
from members.lib.roles import Right
from rewards.models import Coupon, CouponOffer, Gift
from rewards.queries import coupons
from rewards.queries import gifts as gift_queries

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of the coupons of one offer, or of all: counts, and what those used took off."""

    issued: int
    used: int
    open: int
    expired: int
    took_off: Decimal

    @property
    def use_rate(self) -> Decimal | None:
        return Decimal(self.used) / self.issued if self.issued else None


def every(actor: Actor) -> QuerySet[CouponOffer]:
    """All offers: they are the merchant's, not of a store."""
    return CouponOffer.objects.all() if actor.may(Right.PROGRAMME) else CouponOffer.objects.none()


def to_give(actor: Actor, today: dt.date) -> QuerySet[CouponOffer]:
    """Offers of which somebody who gives by hand may give one: in use, and not over."""
    if not actor.may(Right.ADJUST_POINTS):
        return CouponOffer.objects.none()
    standing = CouponOffer.objects.filter(Q(last_day__isnull=True) | Q(last_day__gte=today), is_active=True)
    return standing.filter(Q(stock__isnull=True) | Q(issued__lt=F("stock"))).order_by("name", "pk")


def with_counts(offers: QuerySet[CouponOffer], today: dt.date) -> QuerySet[CouponOffer]:
    """Offers with `n_used`, `n_open`, `n_issued` and `took_off`; an open coupon past its day is not open."""
    still = Q(coupons__state="open") & (Q(coupons__last_day__isnull=True) | Q(coupons__last_day__gte=today))
    return offers.annotate(
        n_issued=Count("coupons", filter=~Q(coupons__state="void")),
        n_used=Count("coupons", filter=Q(coupons__state="used")),
        n_open=Count("coupons", filter=still),
        took_off=Sum("coupons__amount", filter=Q(coupons__state="used")),
    ).order_by("-pk")


def standing(offer: CouponOffer) -> Standing:
    """Of an offer that `with_counts` gave."""
    issued, used, left = offer.n_issued, offer.n_used, offer.n_open  # type: ignore[attr-defined]
    return Standing(issued, used, left, issued - used - left, offer.took_off or _NONE)  # type: ignore[attr-defined]


def in_all(actor: Actor, today: dt.date) -> Standing:
    """Of all offers together."""
    found = Coupon.objects.filter(offer__in=every(actor)).aggregate(
        issued=Count("pk", filter=~Q(state="void")),
        used=Count("pk", filter=Q(state="used")),
        left=Count("pk", filter=coupons.good_on(today)),
        took_off=Sum("amount", filter=Q(state="used")),
    )
    gone = found["issued"] - found["used"] - found["left"]
    return Standing(found["issued"], found["used"], found["left"], gone, found["took_off"] or _NONE)


def running(actor: Actor, today: dt.date) -> QuerySet[CouponOffer]:
    """Offers that issue coupons today."""
    begun = Q(first_day__isnull=True) | Q(first_day__lte=today)
    lasting = Q(last_day__isnull=True) | Q(last_day__gte=today)
    return every(actor).filter(begun & lasting & (Q(stock__isnull=True) | Q(issued__lt=F("stock"))), is_active=True)


def coupons_of(actor: Actor, offer: CouponOffer) -> QuerySet[Coupon]:
    """The coupons of an offer, newest first, with who has them and what they were used for."""
    if not actor.may(Right.PROGRAMME):
        return Coupon.objects.none()
    return Coupon.objects.filter(offer=offer).select_related("member", "order").order_by("-pk")


def every_gift(actor: Actor) -> QuerySet[Gift]:
    """All gifts, with how many wait to be handed over (`n_waiting`)."""
    listed = Gift.objects.annotate(n_waiting=Count("claims", filter=Q(claims__state="reserved")))
    listed = listed.order_by("points", "pk")
    return listed if actor.may(Right.PROGRAMME) else listed.none()


def out_of_stock(actor: Actor, today: dt.date) -> QuerySet[Gift]:
    """Gifts on offer today of which none is left."""
    if not actor.may(Right.PROGRAMME):
        return Gift.objects.none()
    return gift_queries.on_offer(today).exclude(gift_queries.LEFT)


def names() -> dict[int, str]:
    """What every offer of coupons is called, for reports that read no offer."""
    return dict(CouponOffer.objects.order_by().values_list("pk", "name"))

"""Coupons, rules of points and recorded orders as the plain values that `rules.basket` works with."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Count

from members.lib.money import SCALE, to_units
from members.models import Category, Member, Order, OrderLine
from members.queries import merchants, people
from members.rules.imports.amounts import decimals_of
from rewards.models import Coupon, CouponOffer, PointsRules
from rewards.queries import persons
from rewards.rules import basket
from rewards.rules.basket import Basket, Cash, Kind, Why


def cent() -> int:
    """The smallest coin of the merchant's currency, in ten-thousandths."""
    return int(SCALE // 10 ** decimals_of(merchants.current().currency))


def cash(rules: PointsRules | None) -> Cash | None:
    """What points pay under these rules; None when they pay nothing."""
    if rules is None or not rules.cash_points or not rules.cash_amount:
        return None
    return Cash(rules.cash_points, to_units(rules.cash_amount), rules.cash_minimum, rules.cash_percent)


def of_order(order: Order) -> Basket:
    """A recorded order as what was bought, with which purchase of the member it is.

    One of which only the total is known is goods of no product.
    """
    known = OrderLine.objects.filter(order=order).select_related("product").order_by("pk")
    lines = [_line(line) for line in known] or [basket.Line(basket.GOODS, to_units(order.total))]
    return Basket(order.business_date, order.store_id, lines, nth_purchase(order.member, order), cent())


def _line(line: OrderLine) -> basket.Line:
    category = line.product.category_id if line.product else None
    return basket.Line(line.kind, to_units(line.amount), to_units(line.quantity), line.product_id, category)


def nth_purchase(member: Member | None, order: Order | None = None) -> int:
    """Which purchase of the person an order is, or the next one would be; 0 for a guest."""
    if member is None:
        return 0
    before = people.purchases().filter(member__in=persons.records(member.pk))
    if order is not None:
        before = before.exclude(pk=order.pk).filter(ordered_at__lte=order.ordered_at)
    return before.count() + 1


def coupons(found: Iterable[Coupon], member: Member | None) -> list[basket.Coupon]:
    """Coupons as they stand, in the hands of `member` (None: a guest)."""
    listed = list(found)
    theirs = persons.records(member.pk) if member else []
    offers = {offer.pk: offer for offer in _offers(coupon.offer_id for coupon in listed)}
    used = _codes_used(offers.values(), theirs)
    return [_coupon(one, offers[one.offer_id], _refused(one, offers[one.offer_id], theirs, used)) for one in listed]


def _offers(ids: Iterable[int]) -> Iterable[CouponOffer]:
    return CouponOffer.objects.filter(pk__in=set(ids)).prefetch_related("stores", "products", "categories")


def _codes_used(offers: Iterable[CouponOffer], theirs: Sequence[int]) -> dict[int, int]:
    """Offer -> how many of its printed codes the person has used."""
    used = Coupon.objects.filter(offer__in=offers, state="used", member__isnull=True, order__member__in=theirs)
    return dict(used.order_by().values_list("offer").annotate(Count("pk")))


def _refused(coupon: Coupon, offer: CouponOffer, theirs: Sequence[int], used: dict[int, int]) -> Why | None:
    if coupon.state == Coupon.State.USED:
        return Why.USED
    if coupon.state == Coupon.State.VOID:
        return Why.VOID
    if coupon.member_id is not None and coupon.member_id not in theirs:
        return Why.NOT_YOURS
    if coupon.member_id is None and theirs and offer.per_member and used.get(offer.pk, 0) >= offer.per_member:
        return Why.CAP
    return None


def _coupon(coupon: Coupon, offer: CouponOffer, refused: Why | None) -> basket.Coupon:
    kind = Kind(offer.kind)
    value = {
        Kind.AMOUNT: to_units(offer.amount or 0), Kind.PERCENT: offer.percent or 0, Kind.GIFT: offer.gift_id or 0,
    }[kind]  # fmt: skip
    return basket.Coupon(
        coupon.pk, kind, value, None if offer.at_most is None else to_units(offer.at_most), to_units(offer.threshold),
        offer.nth_purchase, offer.first_day, coupon.last_day, _ids(offer.stores.all()), _ids(offer.products.all()),
        _with_children(offer), offer.combines, offer.with_points, refused,
    )  # fmt: skip


def _ids(rows: Iterable[object]) -> frozenset[int]:
    return frozenset(row.pk for row in rows)  # type: ignore[attr-defined]


def _with_children(offer: CouponOffer) -> frozenset[int]:
    """Categories are at most nested in one other, and whoever names the outer one means both."""
    named = _ids(offer.categories.all())
    return named | frozenset(Category.objects.filter(parent__in=named).values_list("pk", flat=True)) if named else named


def last_day(offer: CouponOffer, today: dt.date) -> dt.date | None:
    """The last day of a coupon issued today: what the offer says, or so many days on, whichever is sooner."""
    ends = [offer.last_day, today + dt.timedelta(offer.valid_days) if offer.valid_days is not None else None]
    return min((day for day in ends if day is not None), default=None)


def cash_on(day: dt.date) -> Cash | None:
    """What points pay on a business day, by the rules that are published for it."""
    standing = PointsRules.objects.filter(published_at__isnull=False, first_day__lte=day)
    return cash(standing.order_by("-first_day").first())

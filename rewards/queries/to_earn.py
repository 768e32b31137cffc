"""Orders as the rules of earning see them, and which of them are to be looked at."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from members.lib.id_set import id_set
from members.lib.money import MoneyField, money, to_units
from members.models import Order, OrderLine, Payment, Refund
from members.queries import people
from rewards.models import Earning, Entry, TierStay
from rewards.queries import points_rules, tiers
from rewards.rules.earning import Line, Purchase

PURCHASE, UNNAMED = "purchase", "unnamed_refund"  # reasons of entries: an order earned; a refund that names none
UNSEEN = Q(earning__isnull=True, status=Order.Status.PAID, voided_at__isnull=True, member__isnull=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A paid order of a member, what was bought, and how much of what was paid is given back (ten-thousandths)."""

    order: Order  # with its store
    purchase: Purchase
    paid: int
    refunded: int


def cases(orders: Iterable[Order]) -> list[Case]:
    """Orders of members with all that the rules ask, in the order given, in four queries; fetch them with `store`."""
    listed = list(orders)
    ids = id_set(order.pk for order in listed)
    lines, payments, back, tier = _lines(ids), _payments(ids), refunded(ids), TierHistory(listed)
    return [
        Case(
            order,
            Purchase(
                order.business_date, order.store_id, order.channel_id, lines.get(order.pk) or _whole(order),
                payments.get(order.pk, ()), tier.of(order.member_id or 0, order.business_date),
            ),
            to_units(order.gross),
            back.get(order.pk, 0),
        )
        for order in listed
    ]  # fmt: skip


def _lines(ids: Any) -> Mapping[int, Sequence[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    rows = OrderLine.objects.filter(order__in=ids).order_by("pk")
    for order, *what in rows.values_list("order_id", "kind", "amount", "product_id", "product__category_id"):
        kind, amount, product, category = what
        found[order].append(Line(kind, to_units(amount), product, category))
    return found


def _whole(order: Order) -> Sequence[Line]:
    """An order of which only the total is known, as one line of goods."""
    return (Line(OrderLine.Kind.GOODS, to_units(order.total)),)


def _payments(ids: Any) -> Mapping[int, Sequence[tuple[str, int]]]:
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for order, kind, amount in Payment.objects.filter(order__in=ids).values_list("order_id", "kind", "amount"):
        found[order].append((kind, to_units(amount)))
    return found


def refunded(ids: Any) -> dict[int, int]:
    """Order -> what stands as given back of it, in ten-thousandths."""
    rows = Refund.objects.filter(order__in=ids, voided_at__isnull=True).order_by().values_list("order_id")
    return {order: to_units(amount) for order, amount in rows.annotate(Sum("amount"))}


class TierHistory:
    """The tiers of the members of orders, read once; who was in none was in the lowest."""

    def __init__(self, orders: Collection[Order]) -> None:
        lowest = tiers.lowest(tiers.ladder())
        self._lowest = lowest.code if lowest else ""
        self._stays: dict[int, list[tuple[dt.date, dt.date | None, str]]] = defaultdict(list)
        held = TierStay.objects.filter(member__in=id_set(order.member_id or 0 for order in orders))
        for stay in held.order_by("starts_on", "pk").select_related("tier") if lowest else ():
            self._stays[stay.member_id].append((stay.starts_on, stay.ends_on, stay.tier.code))

    def of(self, member: int, day: dt.date) -> str:
        found = self._lowest
        for starts_on, ends_on, code in self._stays.get(member, ()):
            if starts_on <= day and (ends_on is None or day < ends_on):
                found = code
        return found


def unseen(first_day: dt.date) -> QuerySet[Order]:
    """Paid orders of members since the programme began that the rules have not been asked about."""
    return Order.objects.filter(UNSEEN, business_date__gte=first_day)


def of_next_members(first_day: dt.date, after: int, size: int) -> tuple[list[int], int] | None:
    """Some `size` unseen orders, all of each member, of the members next after an id; with the last one's id.

    None when nobody is left.
    """
    following = unseen(first_day).filter(member__gt=after).order_by("member_id")
    members = list(following.values_list("member_id", flat=True)[:size])
    if not members:
        return None
    last = members[-1]
    return list(following.filter(member__lte=last).values_list("pk", flat=True)), int(last or 0)


def changed() -> QuerySet[Earning]:
    """Looked at before, and voided or refunded since, or a refund was withdrawn."""
    back = Refund.objects.filter(order=OuterRef("order"), voided_at__isnull=True).order_by().values("order")
    sums = Coalesce(Subquery(back.annotate(sum=Sum("amount")).values("sum"), output_field=MoneyField()), money(0))
    refunded_ever = Earning.objects.filter(order__in=Refund.objects.filter(order__isnull=False).values("order"))
    differs = refunded_ever.annotate(now=sums).exclude(refunded=F("now")).filter(is_void=False)
    voided = Earning.objects.filter(order__voided_at__isnull=False, is_void=False)
    return Earning.objects.filter(Q(pk__in=differs.values("pk")) | Q(pk__in=voided.values("pk"))).order_by("pk")


def unnamed_refunds(first_day: dt.date) -> QuerySet[Refund]:
    """Members' refunds without an order that were not looked at, or were withdrawn since."""
    loose = Refund.objects.filter(order__isnull=True, member__isnull=False, business_date__gte=first_day)
    unseen = Q(points_taken__isnull=True, voided_at__isnull=True)
    return loose.filter(unseen | Q(points_taken__is_void=False, voided_at__isnull=False)).order_by("refunded_at", "pk")


def touched_by_unnamed(order_ids: Iterable[int]) -> set[int]:
    """Those of the orders that lost points to refunds which name none."""
    rows = Entry.objects.filter(reason=UNNAMED, reverses__order__in=id_set(order_ids)).order_by()
    return {order for order in rows.values_list("reverses__order", flat=True) if order}


def taken_by_unnamed(order: Order) -> int:
    """Points of an order that refunds took which name no order, as far as they stand."""
    rows = Entry.objects.filter(reverses__order=order, reverses__reason=PURCHASE, reason=UNNAMED)
    taken = [(detail["refund"], forgiven - amount) for detail, amount, forgiven in _three(rows)]
    if not taken:
        return 0
    named = {refund for refund, _points in taken}
    standing = set(Refund.objects.filter(pk__in=named, voided_at__isnull=True).values_list("pk", flat=True))
    return sum(points for refund, points in taken if refund in standing)


def _three(rows: QuerySet[Entry]) -> Iterable[tuple[Any, int, int]]:
    return rows.order_by().values_list("detail", "amount", "forgiven")


def earned_that_day(order: Order) -> int:
    """Points that the person's other orders of the business date earned, in all stores; voided ones do not count."""
    others = Earning.objects.filter(order__member=order.member_id, order__business_date=order.business_date)
    points: int = others.filter(is_void=False).exclude(order=order).aggregate(sum=Sum("points", default=0))["sum"]
    return points


def days_bought(members: Iterable[int], since: dt.date) -> Mapping[int, Sequence[dt.date]]:
    """Member -> the business dates of their purchases from a day on."""
    found: dict[int, list[dt.date]] = defaultdict(list)
    rows = people.purchases().filter(member__in=id_set(members), business_date__gte=since)
    for member, day in rows.values_list("member_id", "business_date").distinct():
        found[member].append(day)
    return found


def why_none(order: Order) -> str:
    """Why an order has no points, as a code of `rules.earning.WHY_NONE`; "": it has some, or waits to be looked at."""
    looked = Earning.objects.filter(order=order).values_list("why_none", flat=True).first()
    if looked is not None:
        return str(looked)
    if order.member_id is None:
        return "guest"
    if order.status != Order.Status.PAID:
        return "not_paid"
    return "" if points_rules.on(order.business_date) else "before"

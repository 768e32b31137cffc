"""What stands under the numbers that an import names: orders, and what was given back for them. Reads only."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum

from members.lib.id_set import id_set
from members.lib.money import to_units
from members.models import Order, Payment, Refund

REDEEMED = (Payment.Kind.POINTS, Payment.Kind.COUPON)  # what pays for an order and is no revenue


@dataclass(frozen=True, slots=True)
class Stored:
    """The version of an order that stands; money in ten-thousandths, `returned` by refunds that name it."""

    id: int
    hash: bytes
    buyer: int | None
    member: int | None
    store: int
    channel: int
    status: str
    date: dt.date
    total: int
    itemised: bool
    at: str  # in UTC, as a head has it
    returned: int = 0


_STORED = ("number", "id", "content_hash", "buyer_id", "member_id", "store_id", "channel_id", "status",
           "business_date", "total", "itemised", "ordered_at")  # fmt: skip


def _stored(row: tuple[Any, ...]) -> Stored:
    _number, pk, content, buyer, member, store, channel, status, date, total, itemised, at, *returned = row
    back = to_units(returned[0] or 0) if returned else 0
    return Stored(
        pk,
        bytes(content),
        buyer,
        member,
        store,
        channel,
        status,
        date,
        to_units(total),
        itemised,
        str(at.replace(tzinfo=None)),
        back,
    )


def orders(source: str, numbers: Sequence[str]) -> dict[str, Stored]:
    """By number."""
    rows = Order.objects.filter(source=source, number__in=numbers, voided_at=None)
    return {row[0]: _stored(row) for row in rows.values_list(*_STORED)}


def refundable(source: str, numbers: Sequence[str]) -> dict[str, Stored]:
    """By number, with what was given back for them so far."""
    rows = Order.objects.filter(source=source, number__in=numbers, voided_at=None)
    back = Sum("refunds__amount", filter=Q(refunds__voided_at=None))
    return {row[0]: _stored(row) for row in rows.annotate(returned=back).values_list(*_STORED, "returned")}


def returned(source: str, numbers: Sequence[str], restated: Mapping[str, int]) -> dict[str, int]:
    """Order number -> ten-thousandths given back for it, once the `restated` refunds (by number) are as told."""
    if not numbers:
        return {}
    found = {number: stored.returned for number, stored in refundable(source, numbers).items()}
    corrected = Refund.objects.filter(source=source, number__in=restated, order__number__in=numbers, voided_at=None)
    for number, order, amount in corrected.values_list("number", "order__number", "amount"):
        found[order] += restated[number] - to_units(amount)
    return found


def redeemed(orders: Iterable[int]) -> dict[int, int]:
    """Order id -> ten-thousandths that points and coupons paid for it; only of those where they did."""
    paid = Payment.objects.filter(order__in=id_set(orders), kind__in=REDEEMED).order_by()
    sums = paid.values_list("order_id").annotate(sum=Sum("amount"))
    return {order: to_units(amount) for order, amount in sums}

"""The rules, asked again about every order in the order in which they were asked first: do they say the same?"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from members.models import Order
from rewards.models import Earning
from rewards.queries import to_earn
from rewards.queries.ledger_check import Broken
from rewards.queries.points_rules import Versions
from rewards.queries.to_earn import Case
from rewards.rules import earning

CHUNK = 2_000
Day = tuple[int, dt.date]


def differences() -> Iterator[Broken]:
    """Every order whose points are not what the rules of its day say; nothing when the replay equals the ledger.

    The tier is the one that the entry was written by: a tier that was evaluated later does not change what was earned.
    """
    versions = Versions()
    earned_today: dict[Day, list[tuple[Earning, Order]]] = defaultdict(list)
    after = 0
    while chunk := list(_rows(after)):
        after = chunk[-1].pk
        cases = to_earn.cases(looked.order for looked in chunk)
        unnamed = to_earn.touched_by_unnamed(looked.order_id for looked in chunk)
        for looked, case in zip(chunk, cases, strict=True):
            gone = to_earn.taken_by_unnamed(case.order) if looked.order_id in unnamed else 0
            yield from _compared(looked, case, versions, earned_today, gone)


def _rows(after: int) -> Iterator[Earning]:
    rows = Earning.objects.filter(pk__gt=after).order_by("pk").select_related("order__store", "entry")
    yield from rows[:CHUNK]


def _compared(
    looked: Earning,
    case: Case,
    versions: Versions,
    earned_today: dict[Day, list[tuple[Earning, Order]]],
    gone: int,
) -> Iterator[Broken]:
    row, day = f"order {looked.order_id}", (case.order.member_id or 0, case.order.business_date)
    standing = versions.on(case.order.business_date)
    if standing is None or standing[0].pk != looked.rules_id:
        yield Broken(
            "an order earns by the rules of its day", row, looked.rules_id or 0, standing[0].pk if standing else 0
        )
        return
    tier = looked.entry.detail.get("tier", case.purchase.tier) if looked.entry else case.purchase.tier
    before = sum(other.points for other, order in earned_today[day] if not _was_void(order, looked))
    points = earning.earned(replace(case.purchase, tier=tier), standing[1], earned_today=before).points
    earned_today[day].append((looked, case.order))
    if points != looked.points:
        yield Broken("an order earns what the rules say", row, looked.points, points)
    kept = 0 if looked.is_void else earning.kept_after(looked.points, case.paid, case.refunded)
    if max(kept - gone, 0) != looked.kept:
        yield Broken("an order keeps what its refunds leave", row, looked.kept, max(kept - gone, 0))


def _was_void(order: Order, at: Earning) -> bool:
    """Whether an order was void already when another one was looked at."""
    then = at.entry.recorded_at if at.entry else at.considered_at
    return order.voided_at is not None and order.voided_at <= then

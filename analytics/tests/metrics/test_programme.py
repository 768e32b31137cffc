"""Tiers, coupons and benefits worked out by hand."""

from typing import Any

import pytest

from analytics.facts.derive import prepare
from analytics.metrics import programme as metric
from analytics.metrics.programme import NEW
from analytics.tests.engines import day, order, raw_facts
from analytics.tests.moves import Ledger


def prepared(backend: Any, rows: list[Any]) -> Any:
    return prepare(raw_facts(backend, rows), as_of_day=day("2026-12-31"), known_at=1)


def test_who_moved_between_two_days(backend: Any) -> None:
    """1 rose, 2 fell, 3 never left the lowest, 4 came in between."""
    book = Ledger()
    book.stay(1, 2, "2026-03-01")
    book.stay(2, 2, "2025-06-01", "2026-04-01")
    book.stay(2, 1, "2026-04-01")
    firsts = prepared(backend, [order(1, "2025-01-05"), order(3, "2025-01-05"), order(4, "2026-02-01")]).firsts
    frame = metric.tier_migration(
        book.programme(backend).tier_stays, firsts, base=0, first_day=day("2025-12-31"), last_day=day("2026-06-30")
    )
    rows = list(zip(frame.before, frame.after, frame.members, frame.of, strict=True))
    assert rows == [(NEW, 0, 1, 1), (0, 0, 1, 2), (0, 2, 1, 2), (2, 1, 1, 1)]
    assert list(frame.share) == [1, 0.5, 0.5, 1]


def coupon(number: int, state: int, **more: Any) -> dict[str, Any]:
    quiet = {
        "coupon_id": number, "offer_id": 1, "member_id": number, "state": state, "day": day("2026-01-05"),
        "last_day": None, "used_day": None, "order_id": None, "amount": 0, "recorded_at": 0,
    }  # fmt: skip
    return quiet | more


def test_what_became_of_coupons(backend: Any) -> None:
    book = Ledger()
    book.coupons = [
        coupon(1, 1, order_id=1, amount=50_000), coupon(2, 1, order_id=1, amount=30_000), coupon(3, 2),
        coupon(4, 0, last_day=day("2026-02-01")), coupon(5, 0, last_day=day("2026-12-01")), coupon(6, 3),
        coupon(7, 0, day=day("2027-01-01")),
    ]  # fmt: skip
    sales = prepared(backend, [order(1, "2026-01-09", 400_000)]).sales
    frame = metric.coupon_use(
        book.programme(backend).coupons, sales, first_day=day("2026-01-01"), last_day=day("2026-12-31"),
        today=day("2026-06-30"),
    )  # fmt: skip
    (row,) = frame.to_dict("records")
    wanted = {"issued": 6, "used": 2, "expired": 2, "withdrawn": 1, "open": 1, "members": 2}
    assert {key: row[key] for key in wanted} == wanted
    assert (row["discount"], row["sales"]) == (80_000, 400_000)
    assert row["rate"] == pytest.approx(0.5)
    assert row["low"] < 0.5 < row["high"]


def test_what_benefits_cost(backend: Any) -> None:
    book = Ledger()
    book.stay(1, 2, "2026-01-01")
    book.stay(2, 2, "2026-01-01")
    quiet = {"benefit_id": 1, "rank": 2, "member_id": 1, "day": day("2026-03-01"), "recorded_at": 0}
    book.uses = [quiet | {"use_id": 1, "cost": 60_000}, quiet | {"use_id": 2, "cost": 20_000}]
    given = book.programme(backend)
    firsts = prepared(backend, [order(1, "2026-01-02"), order(3, "2026-01-02")]).firsts
    frame = metric.benefit_cost(
        given.benefit_uses, given.tier_stays, firsts, base=0, first_day=day("2026-01-01"), last_day=day("2026-06-30")
    )
    assert list(frame["rank"]) == [0, 2]
    assert list(frame.members) == [1, 2]
    assert list(frame.uses) == [0, 2]
    assert list(frame.users) == [0, 1]
    assert frame.per_member[1] == pytest.approx(40_000)

"""How often customers complain: worked out by hand, and counted on fingers over random shops."""

import math
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.metrics import periods
from analytics.metrics.complaints import AGAIN_DAYS, complaint_rate, with_repeats
from analytics.metrics.intervals import counted
from analytics.tests.complaining import table, told
from analytics.tests.engines import Rows, day, order
from analytics.tests.metrics.shop import FIRST_DAY, LAST_DAY, prepared


def test_twelve_of_four_thousand_orders() -> None:
    low, high = counted([12, 12], [4_000, 1_500])
    assert [round(1000 * each, 1) for each in (*low, *high)] == [1.7, 4.6, 5.2, 14.0]


def test_no_complaint_is_not_certainly_none() -> None:
    low, high = counted([0, 0], [1_000, 0])
    assert (low[0], round(1000 * high[0], 2)) == (0, 3.84)
    assert math.isnan(low[1])
    assert math.isnan(high[1])


def shop(backend: Any) -> Any:
    """Member 1 bought twice in January, 2 and a guest once, nobody in February."""
    orders = [order(1, "2011-01-03"), order(1, "2011-01-20"), order(2, "2011-01-04"), order(None, "2011-01-05")]
    return prepared(backend, (orders, [])).sales


def test_complaints_against_orders_and_members_of_their_month(backend: Any) -> None:
    sales = shop(backend)
    cases = table(backend, [told(1, "2011-01-05", cause_id=7), told(None, "2011-01-09"), told(1, "2011-02-01")])
    frame = complaint_rate(with_repeats(cases), sales, "month", "month")
    january, february = frame.to_dict("records")
    wanted = {"complaints": 2, "members": 1, "orders": 4, "active": 2, "per_orders": 500, "per_members": 1000}
    assert {key: january[key] for key in wanted} == wanted
    assert (february["complaints"], february["orders"]) == (1, 0)
    assert math.isnan(february["per_orders"])  # nothing was sold: no rate
    assert january["orders_low"] < 500 < january["orders_high"]


def test_a_month_without_complaints_is_a_zero(backend: Any) -> None:
    sales = shop(backend)
    frame = complaint_rate(with_repeats(table(backend, [told(1, "2011-02-01")])), sales, "month", "month")
    assert list(frame.complaints) == [0, 1]
    assert frame.per_orders[0] == 0


def test_a_cause_stands_against_all_orders(backend: Any) -> None:
    sales = shop(backend)
    rows = [told(1, "2011-01-05", cause_id=7), told(2, "2011-01-05", cause_id=8), told(2, "2011-01-06")]
    frame = complaint_rate(with_repeats(table(backend, rows)), sales, "cause_id", "")
    assert list(frame.part) == [-1, 7, 8]  # unknown causes first
    assert list(frame.orders) == [4, 4, 4]


def test_the_same_complaint_within_thirty_days_is_a_repeated_one(backend: Any) -> None:
    rows = [
        told(1, "2011-01-01", cause_id=7),
        told(1, "2011-01-31", cause_id=7),  # 30 days later: repeated
        told(1, "2011-03-03", cause_id=7),  # 31 days later
        told(1, "2011-01-31", cause_id=8),  # something else
        told(2, "2011-01-31", cause_id=7),  # somebody else
        told(None, "2011-01-31", cause_id=7),
        told(None, "2011-01-31", cause_id=7),  # who knows whether it is the same person
        told(3, "2011-01-31"),
        told(3, "2011-01-31"),  # nor whether it is the same cause
    ]
    (row,) = complaint_rate(with_repeats(table(backend, rows)), shop(backend), "", "").to_dict("records")
    assert (row["complaints"], row["named"], row["repeated"], row["repeat_rate"]) == (9, 5, 1, 0.2)


_days = st.integers(FIRST_DAY, LAST_DAY).map(lambda number: periods.label(number, "day"))
_people = st.one_of(st.none(), st.integers(1, 3))
_cases = st.lists(
    st.builds(
        lambda member, date, cause, store: told(member, date, cause_id=cause, store_id=store),
        _people, _days, st.one_of(st.none(), st.integers(1, 2)), st.one_of(st.none(), st.integers(1, 2)),
    ),
    max_size=10,
)  # fmt: skip
_orders = st.lists(st.builds(order, _people, _days), max_size=10)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders=_orders, cases=_cases, part=st.sampled_from(["month", "store_id"]))
def test_it_agrees_with_counting_on_fingers(duckdb: Any, orders: Rows, cases: Rows, part: str) -> None:
    found = complaint_rate(with_repeats(table(duckdb, cases)), prepared(duckdb, (orders, [])).sales, part, part)
    complained = Counter(-1 if row[part] is None else row[part] for row in cases)
    sold = Counter(row.get(part, 1) for row in orders)
    assert dict(zip(found.part, found.complaints, strict=True)) == {
        number: complained[number] for number in sorted(complained | sold)
    }
    assert dict(zip(found.part, found.orders, strict=True)) == {
        number: sold[number] for number in sorted(complained | sold)
    }
    assert found.repeated.sum() == _repeated(cases)
    rates = found[found.orders > 0]
    assert list(rates.per_orders) == pytest.approx(list(1000 * rates.complaints / rates.orders))


def _repeated(cases: Rows) -> int:
    seen: dict[tuple[int, int], int] = {}
    repeated = 0
    for row in sorted(cases, key=lambda row: row["day"]):
        if row["member_id"] is None or row["cause_id"] is None:
            continue
        key = (row["member_id"], row["cause_id"])
        repeated += key in seen and row["day"] - seen[key] <= AGAIN_DAYS
        seen[key] = row["day"]
    return repeated


def test_the_days_between_are_calendar_days() -> None:
    assert day("2011-01-31") - day("2011-01-01") == AGAIN_DAYS

"""Coming back after a complaint: worked out by hand, and counted on fingers over random shops."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.facts import derive
from analytics.metrics import periods
from analytics.metrics.complaint_repurchase import (
    ABOUT_DAYS,
    SLOWER,
    UNANSWERED,
    UNKNOWN,
    WITH,
    WITHOUT,
    complaint_repurchase,
    purchases,
)
from analytics.tests.complaining import instant, table, told
from analytics.tests.engines import Rows, day, order, raw_facts, refund
from analytics.tests.metrics.shop import FIRST_DAY, LAST_DAY

END = "2026-12-31"
UNTIL = instant(END)


def figures(
    backend: Any, orders: Rows, cases: Rows, refunds: Rows | None = None, window: int = 60, **more: Any
) -> dict[int, tuple[int, ...]]:
    """band -> purchases, people, followed by another, people who came back."""
    sales = derive.sales(raw_facts(backend, orders, refunds), as_of_day=day(END), known_at=0)
    asked: dict[str, Any] = {"window": window, "last_day": day(END), "until": UNTIL} | more
    frame = complaint_repurchase(purchases(sales, table(backend, cases), **asked))
    rows = zip(frame["band"], frame["n"], frame["members"], frame["again"], frame["back"], strict=True)
    return {band: tuple(counts) for band, *counts in rows}


def bought(member: int | None, *dates: str) -> Rows:
    return [order(member, date) for date in dates]


def test_with_and_without_a_complaint(backend: Any) -> None:
    """Member 1 complains of the first purchase and comes back on the 60th day, 2 complains and does not."""
    orders = [*bought(1, "2026-01-01", "2026-03-02"), *bought(2, "2026-01-01"), *bought(3, "2026-01-01", "2026-01-02")]
    cases = [told(1, "2026-01-05"), told(2, "2026-01-01")]
    found = figures(backend, orders, cases)
    assert found == {WITHOUT: (3, 2, 1, 1), WITH: (2, 2, 1, 1), UNANSWERED: (2, 2, 1, 1)}
    assert figures(backend, orders, cases, window=59)[WITH] == (2, 2, 0, 0)


def test_by_how_soon_it_was_answered(backend: Any) -> None:
    orders, cases = [], []
    for member, minutes in enumerate((60, 61, 240, 480, 481), start=1):
        orders += bought(member, "2026-01-01")
        answer = {"first_minutes": minutes, "first_response_at": instant("2026-01-05")}
        cases.append(told(member, "2026-01-04", **answer))
    late = {"first_minutes": 5, "first_response_at": UNTIL + 1}
    flagged = {"first_minutes": 5, "first_response_at": instant("2026-01-04"), "is_flagged": 1}
    orders += [*bought(6, "2026-01-01"), *bought(7, "2026-01-01")]
    cases += [told(6, "2026-01-04", **late), told(7, "2026-01-04", **flagged)]
    found = figures(backend, orders, cases)
    assert {band: counts[0] for band, counts in found.items()} == {
        WITHOUT: 0, WITH: 7, 0: 1, 1: 2, 2: 1, SLOWER: 1, UNANSWERED: 1, UNKNOWN: 1,
    }  # fmt: skip


def test_a_complaint_is_about_its_order_or_the_last_purchase(backend: Any) -> None:
    orders = bought(1, "2026-01-01", "2026-01-10")
    named = told(1, "2026-01-12", order_day=day("2026-01-01"))
    assert figures(backend, orders, [named])[WITH] == (1, 1, 1, 1)  # the first, which was followed by another
    assert figures(backend, orders, [told(1, "2026-01-12")])[WITH] == (1, 1, 0, 0)  # the last


def test_a_complaint_long_after_is_about_no_purchase(backend: Any) -> None:
    orders = bought(1, "2026-01-01")
    assert figures(backend, orders, [told(1, "2026-01-31")])[WITH][0] == 1
    assert figures(backend, orders, [told(1, "2026-02-01")])[WITH][0] == 0
    assert figures(backend, orders, [told(1, "2025-12-31"), told(None, "2026-01-01")])[WITH][0] == 0


def test_of_several_complaints_the_first_counts(backend: Any) -> None:
    quick = {"first_minutes": 5, "first_response_at": instant("2026-01-05")}
    cases = [told(1, "2026-01-03"), told(1, "2026-01-02", **quick)]
    assert set(figures(backend, bought(1, "2026-01-01"), cases)) == {WITHOUT, WITH, 0}


def test_young_purchases_are_left_out(backend: Any) -> None:
    orders = [*bought(1, "2026-11-01"), *bought(2, "2026-11-02")]
    assert figures(backend, orders, [], last_day=day(END))[WITHOUT] == (1, 1, 0, 0)
    assert figures(backend, orders, [], first_from=day("2026-11-02"))[WITHOUT] == (0, 0, 0, 0)


def test_what_was_given_back_was_complained_of_but_is_no_return(backend: Any) -> None:
    orders = [
        order(1, "2026-01-01", 100, order_id=1), order(2, "2026-01-01", 100, order_id=2),
        order(2, "2026-01-20", 100, order_id=3),
    ]  # fmt: skip
    refunds = [refund(1, "2026-01-03", 100, order_id=1), refund(2, "2026-01-21", 100, order_id=3)]
    found = figures(backend, orders, [told(1, "2026-01-02"), told(2, "2026-01-02")], refunds)
    assert found[WITH] == (2, 2, 0, 0)


def test_the_difference_has_an_interval(backend: Any) -> None:
    orders = [row for member in range(1, 11) for row in bought(member, "2026-01-01", *["2026-01-09"][: member % 2])]
    cases = [told(member, "2026-01-02") for member in (1, 2, 4, 6)]
    sales = derive.sales(raw_facts(backend, orders), as_of_day=day(END), known_at=0)
    frame = complaint_repurchase(
        purchases(sales, table(backend, cases), window=60, last_day=day(END), until=UNTIL, first_to=day("2026-01-01"))
    ).set_index("band")
    assert frame.rate[WITH] == 0.25
    assert frame.rate[WITHOUT] == pytest.approx(4 / 6)
    assert frame.gap[WITH] == pytest.approx(0.25 - 4 / 6)
    assert frame.gap_low[WITH] < frame.gap[WITH] < frame.gap_high[WITH]


_dates = st.integers(FIRST_DAY, LAST_DAY).map(lambda number: periods.label(number, "day"))
_orders = st.lists(st.builds(order, st.integers(1, 3), _dates), max_size=12)
_cases = st.lists(
    st.builds(
        lambda member, date, about: told(member, date, order_day=about),
        st.one_of(st.none(), st.integers(1, 3)), _dates, st.one_of(st.none(), st.integers(FIRST_DAY, LAST_DAY)),
    ),
    max_size=6,
)  # fmt: skip


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders=_orders, cases=_cases, window=st.sampled_from([10, 60]))
def test_it_agrees_with_counting_on_fingers(duckdb: Any, orders: Rows, cases: Rows, window: int) -> None:
    sales = derive.sales(raw_facts(duckdb, orders), as_of_day=LAST_DAY, known_at=0)
    frame = complaint_repurchase(
        purchases(sales, table(duckdb, cases), window=window, last_day=LAST_DAY, until=UNTIL)
    ).set_index("band")
    days = sorted({(row["member_id"], row["day"]) for row in orders})
    complained = {about for case in cases if (about := _about(case, days)) is not None}
    old = [(member, number) for member, number in days if number <= LAST_DAY - window]
    back = [one for one in old if any(m == one[0] and one[1] < n <= one[1] + window for m, n in days)]
    for band, wanted in ((WITH, True), (WITHOUT, False)):
        assert frame["n"][band] == sum((one in complained) is wanted for one in old)
        assert frame["again"][band] == sum((one in complained) is wanted for one in back)


def _about(case: dict[str, Any], days: list[tuple[int, int]]) -> tuple[int, int] | None:
    own = [number for member, number in days if member == case["member_id"]]
    if case["order_day"] is not None:
        own = [number for number in own if number == case["order_day"]]
    own = [number for number in own if number <= case["day"]][-1:]
    return next(((case["member_id"], number) for number in own if case["day"] - number <= ABOUT_DAYS), None)

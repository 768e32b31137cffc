from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.facts import derive
from analytics.metrics import people, periods
from analytics.metrics.people import Returning
from analytics.metrics.retention import CohortGrain, retention
from analytics.tests.engines import Rows, day, order, raw_facts, refund
from analytics.tests.metrics import shop as little

WORKED = (
    [
        order(1, "2011-01-05"),
        order(1, "2011-02-05", store_id=2),
        order(1, "2011-02-06", store_id=2),
        order(1, "2011-04-30"),
        order(2, "2011-01-31"),
        order(2, "2011-04-01", 9, order_id=90),
        order(3, "2011-03-15"),
        order(3, "2011-04-02"),
        order(4, "2011-02-11", 9, order_id=91),
        order(4, "2011-03-01"),
        order(None, "2011-02-01"),
    ],
    [refund(2, "2011-04-03", 9, order_id=90), refund(4, "2011-02-12", 9, order_id=91)],
)


def tables(backend: Any, shop: tuple[Rows, Rows], last: str) -> derive.Prepared:
    return derive.prepare(raw_facts(backend, *shop), as_of_day=day(last), known_at=0)


def counts(frame: pd.DataFrame) -> list[tuple[str, int, int, int, bool]]:
    return list(frame[["cohort", "age", "cohort_size", "active", "mature"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("prepared", [True, False], ids=["member_month", "sales"])
def test_ten_rows_by_month(backend: Any, prepared: bool) -> None:
    shop = tables(backend, WORKED, "2011-04-29")
    ours = retention(
        shop.firsts,
        shop.sales,
        member_month=shop.member_month if prepared else None,
        grain="month",
        last_day=day("2011-04-29"),
    )
    assert counts(ours) == [
        ("2011-01", 0, 2, 2, True),
        ("2011-01", 1, 2, 1, True),
        ("2011-01", 2, 2, 0, True),
        ("2011-01", 3, 2, 0, False),
        ("2011-03", 0, 2, 2, True),
        ("2011-03", 1, 2, 1, False),
    ]
    assert list(ours.retention) == [1, 0.5, 0, 0, 1, 0.5]
    assert ours.low.iloc[1] == pytest.approx(0.0945, abs=1e-4)


def test_the_last_day_of_a_period_completes_it(backend: Any) -> None:
    shop = tables(backend, WORKED, "2011-04-30")
    ours = retention(shop.firsts, shop.sales, grain="month", last_day=day("2011-04-30"))
    assert ours.mature.all()
    assert list(ours[ours.cohort == "2011-01"].active) == [2, 1, 0, 1]


def test_by_week(backend: Any) -> None:
    shop = tables(backend, ([order(1, "2011-01-09"), order(1, "2011-01-10")], []), "2011-01-16")
    ours = retention(shop.firsts, shop.sales, grain="week", last_day=day("2011-01-16"))
    assert counts(ours) == [("2011-01-03", 0, 1, 1, True), ("2011-01-03", 1, 1, 1, True)]


def test_returning_may_be_asked_of_the_first_store(backend: Any) -> None:
    shop = tables(backend, WORKED, "2011-04-30")
    ours = retention(
        shop.firsts,
        shop.sales,
        member_month=shop.member_month,
        grain="month",
        last_day=day("2011-04-30"),
        how=Returning(returns="same_store"),
    )
    assert list(ours[ours.cohort == "2011-01"].active) == [2, 0, 0, 1]


def test_a_filter_chooses_members_by_their_first_purchase_and_follows_them_anywhere(backend: Any) -> None:
    shop_rows = [order(1, "2011-01-05", store_id=1), order(1, "2011-02-05", store_id=2)]
    shop = tables(backend, ([*shop_rows, order(2, "2011-01-05", store_id=2)], []), "2011-02-28")
    chosen = shop.firsts.filter(shop.firsts.store_id == 1)
    ours = retention(chosen, shop.sales, grain="month", last_day=day("2011-02-28"))
    assert counts(ours) == [("2011-01", 0, 1, 1, True), ("2011-01", 1, 1, 1, True)]


def test_cohorts_can_be_narrowed(backend: Any) -> None:
    shop = tables(backend, WORKED, "2011-04-30")
    march = periods.parse("2011-03", "month")
    for last in (None, march):
        ours = retention(
            shop.firsts,
            shop.sales,
            grain="month",
            last_day=day("2011-04-30"),
            first_cohort=march,
            last_cohort=last,
        )
        assert set(ours.cohort) == {"2011-03"}
    none = retention(shop.firsts, shop.sales, grain="month", last_day=day("2011-04-30"), last_cohort=march - 9)
    assert len(none) == 0


def test_an_empty_shop_has_an_empty_frame_with_all_columns(backend: Any) -> None:
    shop = tables(backend, ([], []), "2011-04-30")
    ours = retention(shop.firsts, shop.sales, grain="month", last_day=day("2011-04-30"))
    assert list(ours) == ["cohort", "age", "cohort_size", "active", "retention", "low", "high", "mature"]
    assert len(ours) == 0


@settings(deadline=None, max_examples=12)
@given(
    shop=little.shops(),
    grain=st.sampled_from(["week", "month"]),
    last_day=st.integers(little.FIRST_DAY, little.LAST_DAY),
)
def test_cells_equal_counting_on_fingers(
    duckdb: Any, shop: tuple[Rows, Rows], grain: CohortGrain, last_day: int
) -> None:
    prepared = little.prepared(duckdb, shop, last_day)
    orders, refunds = ([row for row in part if row["day"] <= last_day] for part in shop)
    seen = little.bought((orders, refunds), grain)
    ours = retention(prepared.firsts, prepared.sales, grain=grain, last_day=last_day)
    newest = ours[ours.age == 0]
    assert newest.cohort_size.sum() == len(seen)
    assert (newest.retention == 1).all()
    for cell in ours.to_dict("records"):
        cohort = periods.parse(cell["cohort"], grain)
        members = [history for history in seen.values() if history[0] == cohort]
        assert cell["cohort_size"] == len(members)
        assert cell["active"] == sum(cohort + cell["age"] in history for history in members)
        assert cell["mature"] == (periods.last_day(cohort + cell["age"], grain) <= last_day)
        assert cell["low"] <= cell["retention"] <= cell["high"]


def by_age(shop: derive.Prepared, last: str, **asked: Any) -> dict[str, list[tuple[int, bool]]]:
    """Per cohort (active, mature) of each age."""
    ours = retention(shop.firsts, shop.sales, grain="month", last_day=day(last), how=Returning(**asked))
    return {
        str(cohort): list(cells[["active", "mature"]].itertuples(index=False, name=None))
        for cohort, cells in ours.groupby("cohort")
    }


def test_that_month_or_later_and_up_to_that_month(backend: Any) -> None:
    """January: one member comes back in February and on 30 April, the other never. March: one of two, in April."""
    shop = tables(backend, WORKED, "2011-04-30")
    assert by_age(shop, "2011-04-30", measure="rolling") == {
        "2011-01": [(2, True), (1, True), (1, True), (1, True)],
        "2011-03": [(2, True), (1, True)],
    }
    assert by_age(shop, "2011-04-30", measure="cumulative") == {
        "2011-01": [(0, True), (1, True), (1, True), (1, True)],
        "2011-03": [(0, True), (1, True)],
    }


def test_spans_of_thirty_days_from_the_own_first_purchase(backend: Any) -> None:
    """Member 1 of January: after 31, 32 and 115 days. The other first bought on the 31st, seen for 89 days."""
    shop = tables(backend, WORKED, "2011-04-30")
    assert by_age(shop, "2011-04-30", clock="elapsed") == {
        "2011-01": [(2, True), (0, True), (1, True), (0, False), (1, False)],
        "2011-03": [(2, True), (1, True), (0, False)],
    }
    assert by_age(shop, "2011-04-30", clock="elapsed", measure="cumulative")["2011-01"] == [
        (0, True), (0, True), (1, True), (1, False), (1, False),
    ]  # fmt: skip
    assert by_age(shop, "2011-04-30", clock="elapsed", returns="same_store")["2011-01"] == [
        (2, True), (0, True), (0, True), (0, False), (1, False),
    ]  # fmt: skip


@settings(deadline=None, max_examples=16)
@given(
    shop=little.shops(),
    grain=st.sampled_from(["week", "month"]),
    clock=st.sampled_from(["calendar", "elapsed"]),
    measure=st.sampled_from(["classic", "rolling", "cumulative"]),
)
def test_every_clock_and_measure_equals_counting_on_fingers(
    duckdb: Any, shop: tuple[Rows, Rows], grain: CohortGrain, clock: people.Clock, measure: people.Measure
) -> None:
    last_day, span = little.LAST_DAY, {"week": 7, "month": 30}[grain]
    prepared = little.prepared(duckdb, shop)
    histories = list(little.bought(shop, "day").values())
    ours = retention(
        prepared.firsts, prepared.sales, member_month=prepared.member_month, grain=grain, last_day=last_day,
        how=Returning(clock, measure),
    )  # fmt: skip

    def age(first: int, later: int) -> int:
        if clock == "calendar":
            return periods.period_of(later, grain) - periods.period_of(first, grain)
        return -(-(later - first) // span)

    for cell in ours.to_dict("records"):
        cohort, k = periods.parse(cell["cohort"], grain), cell["age"]
        members = [days for days in histories if periods.period_of(days[0], grain) == cohort]
        came = {
            "classic": [days for days in members if k in {age(days[0], later) for later in days}],
            "rolling": [days for days in members if age(days[0], days[-1]) >= k],
            "cumulative": [days for days in members if any(d > days[0] and age(days[0], d) <= k for d in days)],
        }[measure]
        assert (cell["cohort_size"], cell["active"]) == (len(members), len(came))
        over = periods.last_day(cohort + k, grain) if clock == "calendar" else max(d[0] for d in members) + k * span
        assert cell["mature"] == (max(over, periods.last_day(cohort, grain)) <= last_day)
    for cohort, cells in ours.groupby("cohort"):
        begun = max(
            age(d[0], last_day) for d in histories if periods.label(periods.period_of(d[0], grain), grain) == cohort
        )
        assert list(cells.age) == list(range(begun + 1))

"""Two spans of days against each other, worked out by hand and by the definition."""

import math
from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from analytics.metrics.changes import COLUMNS, FIGURES, Span, changes_by, compared, kpi_changes
from analytics.metrics.intervals import Z95
from analytics.metrics.kpi import kpi
from analytics.tests.engines import Rows, day, order, refund
from analytics.tests.metrics import shop as little

NOW, BEFORE = Span(day("2011-02-01"), day("2011-02-28")), Span(day("2011-01-04"), day("2011-01-31"))


def changes(backend: Any, shop: tuple[Rows, Rows], now: Span = NOW, before: Span = BEFORE) -> pd.DataFrame:
    tables = little.prepared(backend, shop)
    frame = kpi_changes(tables.sales, tables.money_back, tables.firsts, now=now, before=before)
    assert list(frame.columns) == COLUMNS
    assert list(frame.figure) == list(FIGURES)
    return frame.set_index("figure")


def bought(members: range, date: str, gross: int = 100) -> Rows:
    return [order(member, date, gross, order_id=member * 1000 + day(date)) for member in members]


def test_of_newcomers_the_interval_is_that_of_two_poisson_counts(backend: Any) -> None:
    row = changes(backend, (bought(range(1, 41), "2011-01-10") + bought(range(41, 101), "2011-02-10"), [])).loc[
        "new_members"
    ]
    error = math.sqrt(1 / 60 + 1 / 40)
    assert (row.now, row.before, row.n_now, row.n_before) == (60, 40, 60, 40)
    assert row.change == pytest.approx(0.5)
    assert row.low == pytest.approx(1.5 * math.exp(-Z95 * error) - 1)
    assert row.high == pytest.approx(1.5 * math.exp(Z95 * error) - 1)
    assert row.verdict == "up"


def test_regulars_who_came_both_times_leave_nothing_to_chance(backend: Any) -> None:
    regulars = bought(range(1, 51), "2011-01-10") + bought(range(1, 51), "2011-02-10")
    row = changes(backend, (regulars, [])).loc["active_members"]
    assert (row.change, row.low, row.high, row.verdict) == (0, 0, 0, "unclear")
    one_more = changes(backend, ([*regulars, order(99, "2011-02-11", 100)], [])).loc["active_members"]
    assert one_more.low < 0 < one_more.change < one_more.high
    assert one_more.verdict == "unclear"


def test_one_big_order_is_no_clear_rise(backend: Any) -> None:
    shop = bought(range(1, 51), "2011-01-10") + bought(range(101, 151), "2011-02-10")
    row = changes(backend, ([*shop, order(999, "2011-02-11", 5000)], [])).loc["gross"]
    assert row.change == pytest.approx(1.0)
    assert row.low < 0
    assert row.verdict == "unclear"


def test_a_clear_fall_and_a_shop_too_small_to_tell(backend: Any) -> None:
    shop = bought(range(1, 201), "2011-01-10") + bought(range(301, 401), "2011-02-10")
    assert set(changes(backend, (shop, [])).verdict[["active_members", "gross", "orders"]]) == {"down"}
    small = bought(range(1, 21), "2011-01-10") + bought(range(301, 303), "2011-02-10")
    assert changes(backend, (small, [])).verdict["active_members"] == "few"


def test_when_nobody_comes_any_more_that_is_a_clear_fall(backend: Any) -> None:
    row = changes(backend, (bought(range(1, 51), "2011-01-10"), [])).loc["active_members"]
    assert (row.change, row.low, row.verdict) == (-1, -1, "down")
    assert row.high == pytest.approx(Z95 / math.sqrt(50) - 1)


def test_without_anything_before_there_is_nothing_to_compare_with(backend: Any) -> None:
    frame = changes(backend, (bought(range(1, 51), "2011-02-10"), []))
    assert set(frame.verdict) == {""}
    assert frame[["change", "low", "high"]].isna().all(axis=None)


def test_guests_count_each_order_and_refunds_their_members(backend: Any) -> None:
    guests = [order(None, "2011-01-10", 100, order_id=n) for n in range(1, 31)]
    guests += [order(None, "2011-02-10", 100, order_id=n) for n in range(31, 91)]
    refunds = [refund(member, "2011-01-20", 10) for member in range(1, 31)]
    frame = changes(backend, (guests, refunds))
    row = frame.loc["guest_gross"]
    assert (row.now, row.before, row.n_now, row.n_before, row.verdict) == (6000, 3000, 60, 30, "up")
    assert row.low == pytest.approx(frame.loc["guest_orders"].low)
    assert (frame.loc["refunds"].now, frame.loc["refunds"].before, frame.loc["refunds"].n_before) == (0, 300, 30)


def test_less_than_nothing_has_no_ratio() -> None:
    assert compared("net", {"net": -5, "active_members": 9}, {"net": 9, "active_members": 9}, 0.1)[6] == ""


@settings(deadline=None, max_examples=12)
@given(shop=little.shops())
def test_totals_are_those_of_kpi_and_spreads_those_of_the_definition(duckdb: Any, shop: tuple[Rows, Rows]) -> None:
    now, before = Span(day("2011-01-10"), little.LAST_DAY), Span(little.FIRST_DAY, day("2011-01-09"))
    tables = little.prepared(duckdb, shop)
    frame = changes(duckdb, shop, now, before)
    for side, span in (("now", now), ("before", before)):
        plain = kpi(
            tables.sales, tables.money_back, tables.firsts, grain="all", first_day=span.first, last_day=span.last
        ).iloc[0]
        for figure in FIGURES:
            assert frame.loc[figure, side] == plain[figure] or np.isnan(plain[figure])
    spent: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    orders: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in shop[0]:
        if row["member_id"] is not None:
            spent[row["member_id"]][row["day"] < now.first] += row["gross"]
            orders[row["member_id"]][row["day"] < now.first] += 1
    total, count = ([sum(each[side] for each in of.values()) for side in (0, 1)] for of in (spent, orders))
    if all(total):
        moved = {who: [spent[who][side] / total[side] for side in (0, 1)] for who in spent}
        error = math.sqrt(sum((a - b) ** 2 for a, b in moved.values()))
        assert frame.loc["gross", "high"] + 1 == pytest.approx(total[0] / total[1] * math.exp(Z95 * error))
        per = {who: [moved[who][side] - orders[who][side] / count[side] for side in (0, 1)] for who in spent}
        error = math.sqrt(sum((a - b) ** 2 for a, b in per.values()))
        assert frame.loc["aov", "high"] + 1 == pytest.approx((frame.loc["aov", "change"] + 1) * math.exp(Z95 * error))


def test_the_interval_holds_the_true_ratio_nineteen_times_in_twenty(duckdb: Any) -> None:
    """Members who come 0 to 3 times with the same habits in both spans: the ratio is 1."""
    dice = np.random.default_rng(7)
    held, rounds = 0, 40
    for _ in range(rounds):
        rows = []
        for member in range(1, 61):
            habit = dice.gamma(1.0, 1.0)
            for date in ("2011-01-10", "2011-02-10"):
                rows += [
                    order(member, date, int(dice.integers(1, 200)), order_id=len(rows) + n + 1)
                    for n in range(dice.poisson(habit))
                ]
        row = changes(duckdb, (rows, [])).loc["gross"]
        held += row.low <= 0 <= row.high
    assert held / rounds >= 0.875


@settings(deadline=None, max_examples=10)
@given(shop=little.shops())
def test_told_apart_by_store_each_is_as_if_it_were_asked_alone(duckdb: Any, shop: tuple[Rows, Rows]) -> None:
    now, before = Span(day("2011-01-10"), little.LAST_DAY), Span(little.FIRST_DAY, day("2011-01-09"))
    tables = little.prepared(duckdb, shop)
    sales, back, births = tables.sales, tables.money_back, tables.firsts
    together = changes_by(sales, back, births, by="store_id", places=[1, 2, 3], now=now, before=before)
    for store, frame in together.items():
        alone = kpi_changes(
            sales.filter(sales.store_id == store), back.filter(back.store_id == store), births, now=now, before=before
        )
        pd.testing.assert_frame_equal(frame, alone)

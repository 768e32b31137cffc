import statistics
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.metrics import rfm
from analytics.tests.engines import Rows, day, order, refund
from analytics.tests.metrics import shop as little

LAST = day("2011-12-31")
WORKED = (
    [
        order(1, "2011-12-31", 100),
        order(1, "2011-12-01", 200),
        order(1, "2011-12-01", 300),
        order(2, "2011-12-21", 50),
        order(3, "2010-12-31", 80),  # a year ago and outside the 365 days
        order(3, "2011-01-01", 20),  # the first of them
        order(4, "2011-12-30", 7, order_id=40),  # given back in full: no purchase
        order(5, "2011-12-11", 900),
        order(None, "2011-12-31", 999),
    ],
    [refund(4, "2011-12-31", 7, order_id=40), refund(1, "2011-12-31", 5)],
)


def measured(backend: Any, shop: Any = WORKED, lookback: int | None = None, last: int = LAST) -> Any:
    tables = little.prepared(backend, shop, as_of=last)
    return rfm.measures(tables.member_summary, tables.sales, last_day=last, lookback=lookback)


def by_member(table: Any, *columns: str) -> dict[int, tuple[Any, ...]]:
    rows = table.to_pyarrow().to_pylist()
    return {row["member_id"]: tuple(row[name] for name in columns) for row in rows}


def test_what_is_measured(backend: Any) -> None:
    everything = {1: (0, 3, 600), 2: (10, 1, 50), 3: (364, 2, 100), 5: (20, 1, 900)}
    assert by_member(measured(backend), *rfm.NAMES) == everything
    assert by_member(measured(backend, lookback=365), *rfm.NAMES) == everything | {3: (364, 1, 20)}


def test_cut_points_lie_between_members(backend: Any) -> None:
    """Of 0, 10, 20, 364 the 20 % quantile is 6/10 of the way from the first to the second."""
    found = rfm.yardstick(measured(backend), "quantile")
    assert found.members == 4
    assert found.cuts["recency"] == (6, 12, 18, 20 + Fraction(344 * 2, 5))
    assert found.cuts["frequency"] == (1, Fraction(6, 5), Fraction(9, 5), Fraction(12, 5))
    assert found.means == {"recency": Fraction(394, 4), "frequency": Fraction(7, 4), "monetary": Fraction(1650, 4)}


def test_scores_and_classes(backend: Any) -> None:
    table = measured(backend)
    scored = rfm.scored(table, rfm.yardstick(table, "quantile"))
    assert by_member(scored, "r", "f", "m", "segment8") == {
        1: (5, 5, 4, "重要价值客户"),
        2: (4, 1, 1, "一般发展客户"),
        3: (1, 4, 2, "一般保持客户"),
        5: (2, 1, 5, "重要发展客户"),
    }
    fixed = rfm.scored(table, rfm.yardstick(table, "fixed"))
    assert by_member(fixed, "r", "f", "m") == {1: (5, 3, 4), 2: (4, 1, 1), 3: (1, 2, 2), 5: (2, 1, 5)}


def test_groups(backend: Any) -> None:
    table = measured(backend)
    scored = rfm.scored(table, rfm.yardstick(table, "fixed"))
    one = rfm.rfm(scored, by="score")
    assert list(one.r) == [1, 2, 4, 5]
    assert list(one.monetary_sum) == [100, 900, 50, 600]
    grid = rfm.rfm(scored, by="grid")
    assert len(grid) == 25
    assert grid.m.isna().all()
    assert list(grid[grid.members > 0][["r", "f"]].itertuples(index=False, name=None)) == [
        (1, 2),
        (2, 1),
        (4, 1),
        (5, 3),
    ]
    classes = rfm.rfm(scored, by="segment8").set_index("segment8")
    assert list(classes.index) == list(rfm.SEGMENTS.values())
    assert classes.members.sum() == 4
    assert classes.loc["重要发展客户", "monetary_mean"] == 900
    assert pd.isna(classes.loc["重要挽留客户", "recency_mean"])


@pytest.mark.parametrize("by", ["score", "grid", "segment8"])
def test_nobody(backend: Any, by: rfm.By) -> None:
    table = measured(backend, ([], []))
    assert rfm.rfm(rfm.scored(table, rfm.yardstick(table, "fixed")), by=by).empty


@settings(deadline=None, max_examples=25)
@given(shop=little.shops(), lookback=st.sampled_from([None, 30, 90]))
def test_scores_equal_counting_on_fingers(duckdb: Any, shop: tuple[Rows, Rows], lookback: int | None) -> None:
    table = measured(duckdb, shop, lookback, little.LAST_DAY)
    mine = by_fingers(shop, lookback)
    assert by_member(table, *rfm.NAMES) == mine
    if not mine:
        return
    scored = by_member(rfm.scored(table, rfm.yardstick(table, "quantile")), "r", "f", "m", "segment8")
    columns = list(zip(*mine.values(), strict=True))
    cuts = [quintiles(list(column)) for column in columns]
    means = [Fraction(sum(column), len(mine)) for column in columns]
    for member, values in mine.items():
        below = [sum(cut < value for cut in own) for own, value in zip(cuts, values, strict=True)]
        is_so = (values[2] > means[2], values[0] < means[0], values[1] > means[1])
        assert scored[member] == (5 - below[0], 1 + below[1], 1 + below[2], rfm.SEGMENTS[is_so])


def by_fingers(shop: tuple[Rows, Rows], lookback: int | None) -> dict[int, tuple[int, int, int]]:
    orders, refunds = shop
    undone = {row["order_id"] for row in refunds}
    kept: dict[int, list[Any]] = {}
    for row in orders:
        is_inside = lookback is None or little.LAST_DAY - row["day"] < lookback
        if row["member_id"] is not None and row["order_id"] not in undone and is_inside:
            kept.setdefault(row["member_id"], []).append(row)
    return {
        member: (little.LAST_DAY - max(row["day"] for row in rows), len(rows), sum(row["gross"] for row in rows))
        for member, rows in kept.items()
    }


def quintiles(values: list[int]) -> list[Fraction]:
    """The same quantiles from the standard library (it wants two values)."""
    exact = [Fraction(value) for value in values]
    return exact * 4 if len(exact) == 1 else statistics.quantiles(exact, n=5, method="inclusive")

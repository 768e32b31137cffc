from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.facts import derive
from analytics.metrics import periods
from analytics.metrics.kpi import COLUMNS, kpi
from analytics.metrics.periods import Grain
from analytics.tests.engines import Rows, day, order, raw_facts, refund
from analytics.tests.metrics import shop as little


def figures(backend: Any, shop: tuple[Rows, Rows], grain: Grain, first: str, last: str) -> pd.DataFrame:
    tables = derive.prepare(raw_facts(backend, *shop), as_of_day=day("2011-12-31"), known_at=0)
    return kpi(tables.sales, tables.money_back, tables.firsts, grain=grain, first_day=day(first), last_day=day(last))


def orders_only(*orders: dict[str, Any]) -> tuple[Rows, Rows]:
    return list(orders), []


WORKED = (
    [
        order(1, "2011-01-05", 100),
        order(1, "2011-01-05", 50),
        order(1, "2011-03-31", 30, order_id=77),
        order(2, "2011-01-31", 200),
        order(2, "2011-03-01", 25),
        order(3, "2011-03-02", 45),
        order(None, "2011-01-06", 7),
        order(None, "2011-03-06", 8),
        order(4, "2011-04-01", 1000),
    ],
    [
        refund(1, "2011-03-31", 30, order_id=77),
        refund(2, "2011-02-10", 60),
        refund(9, "2011-03-10", 5),
        refund(None, "2011-03-11", 8),
    ],
)


def test_ten_rows_by_month(backend: Any) -> None:
    ours = figures(backend, WORKED, "month", "2011-01-01", "2011-03-31")
    nan = float("nan")
    expected = pd.DataFrame(
        [
            ["2011-01", 2, 2, 0, 3, 350, 0, 350, 350, 0, 350 / 3, 1.5, 1, 7, 0],
            ["2011-02", 0, 0, 0, 0, 0, 60, -60, 0, 0, nan, nan, 0, 0, 1],
            ["2011-03", 3, 1, 2, 3, 100, 35, 65, 45, 55, 100 / 3, 1.0, 1, 8, 2],
        ],
        columns=COLUMNS,
    )
    pd.testing.assert_frame_equal(ours, expected)


def test_only_the_asked_days_count_and_the_first_order_must_lie_among_them(backend: Any) -> None:
    shop = orders_only(order(1, "2011-01-05", 100), order(1, "2011-01-20", 10), order(2, "2011-01-25", 1))
    row = figures(backend, shop, "month", "2011-01-10", "2011-01-20").iloc[0]
    assert (row.active_members, row.new_members, row.orders, row.gross) == (1, 0, 1, 10)


def test_a_member_new_elsewhere_is_not_new_in_a_filtered_store(backend: Any) -> None:
    shop = orders_only(order(1, "2011-01-05", store_id=1), order(1, "2011-02-05", store_id=2))
    tables = derive.prepare(raw_facts(backend, *shop), as_of_day=day("2011-12-31"), known_at=0)
    second_store = tables.sales.filter(tables.sales.store_id == 2)
    ours = kpi(
        second_store,
        tables.money_back,
        tables.firsts,
        grain="month",
        first_day=day("2011-01-01"),
        last_day=day("2011-02-28"),
    )
    assert list(ours.active_members) == [0, 1]
    assert list(ours.returning_members) == [0, 1]


def test_money_beyond_the_floats_keeps_its_last_digit(backend: Any) -> None:
    much = 2**53 + 1
    shop = orders_only(order(1, "2011-01-05", much), order(1, "2011-01-06", 2), order(1, "2011-03-01", 1))
    ours = figures(backend, shop, "month", "2011-01-01", "2011-03-31")
    assert list(ours.gross) == [much + 2, 0, 1]
    assert ours.gross.dtype == np.int64


@pytest.mark.parametrize("grain", ["day", "week", "month"])
def test_an_empty_shop_has_zeros_for_every_period(backend: Any, grain: Grain) -> None:
    ours = figures(backend, ([], []), grain, "2011-01-03", "2011-02-01")
    assert len(ours) == {"day": 30, "week": 5, "month": 2}[grain]
    assert ours.drop(columns=["period", "aov", "orders_per_member"]).to_numpy().sum() == 0
    assert ours.aov.isna().all()


@settings(deadline=None, max_examples=12)
@given(shop=little.shops(), grain=st.sampled_from(["day", "week", "month"]))
def test_figures_equal_counting_on_fingers(duckdb: Any, shop: tuple[Rows, Rows], grain: Grain) -> None:
    tables = little.prepared(duckdb, shop)
    first_day, last_day = little.FIRST_DAY, little.LAST_DAY
    ours = kpi(tables.sales, tables.money_back, tables.firsts, grain=grain, first_day=first_day, last_day=last_day)
    first: dict[int, int] = {}
    for row in sorted(shop[0], key=lambda row: row["day"]):
        if row["member_id"] is not None:
            first.setdefault(row["member_id"], row[grain])
    for record, period in zip(ours.to_dict("records"), periods.spanned(first_day, last_day, grain), strict=True):
        rows = [row for row in shop[0] if row[grain] == period and row["member_id"] is not None]
        new = [row for row in rows if first[row["member_id"]] == period]
        back = [row["amount"] for row in shop[1] if row[grain] == period and row["member_id"] is not None]
        assert record["active_members"] == len({row["member_id"] for row in rows})
        assert record["new_members"] == len({row["member_id"] for row in new})
        assert record["orders"] == len(rows)
        assert record["gross"] == sum(row["gross"] for row in rows)
        assert record["new_gross"] == sum(row["gross"] for row in new)
        assert record["refunds"] == sum(back)
    assert (ours.gross == ours.new_gross + ours.returning_gross).all()
    assert ours.guest_gross.sum() == sum(row["gross"] for row in shop[0] if row["member_id"] is None)

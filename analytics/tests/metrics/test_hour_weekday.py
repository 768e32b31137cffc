from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.metrics.hour_weekday import hour_weekday
from analytics.tests.engines import Rows, day, order, refund
from analytics.tests.metrics import shop as little


def figures(backend: Any, shop: tuple[Rows, Rows], first: int, last: int) -> dict[tuple[int, int], tuple[int, ...]]:
    """orders, gross and people by weekday and hour."""
    frame = hour_weekday(little.prepared(backend, shop, as_of=day("2011-12-31")).sales, first_day=first, last_day=last)
    assert list(frame) == ["weekday", "hour", "orders", "gross", "people"]
    assert list(zip(frame.weekday, frame.hour, strict=True)) == [(n // 24, n % 24) for n in range(168)]
    return {(row.weekday, row.hour): (row.orders, row.gross, row.people) for row in frame.itertuples()}


def test_a_week_worked_out_by_hand(backend: Any) -> None:
    """2011-01-03 is a Monday. Guests count, each order as a person; a refund takes nothing off."""
    orders = [
        order(1, "2011-01-03", 20, hour=9),
        order(1, "2011-01-10", 30, hour=9),
        order(None, "2011-01-03", 40, hour=9),
        order(None, "2011-01-03", 50, hour=9),
        order(2, "2011-01-09", 60, hour=23, order_id=7),
        order(3, "2011-01-04", 0, hour=9),
        order(3, "2011-01-17", 70, hour=9),
    ]
    back = [refund(2, "2011-01-09", 60, order_id=7)]
    ours = figures(backend, (orders, back), day("2011-01-03"), day("2011-01-16"))
    assert ours[0, 9] == (4, 140, 3)
    assert ours[6, 23] == (1, 60, 1)
    assert sum(orders for orders, _gross, _people in ours.values()) == 5


def test_without_orders_every_cell_is_zero(backend: Any) -> None:
    assert set(figures(backend, ([], []), 0, 0).values()) == {(0, 0, 0)}


@settings(deadline=None, max_examples=25)
@given(shop=little.shops(), hours=st.lists(st.integers(0, 23), min_size=14, max_size=14))
def test_cells_equal_counting_on_fingers(duckdb: Any, shop: tuple[Rows, Rows], hours: list[int]) -> None:
    sold = [row | {"hour": hour} for row, hour in zip(shop[0], hours, strict=False)]
    first, last = little.FIRST_DAY + 20, little.LAST_DAY - 20
    inside = [row for row in sold if first <= row["day"] <= last]
    orders = Counter(((row["day"] + 3) % 7, row["hour"]) for row in inside)
    ours = figures(duckdb, (sold, shop[1]), first, last)
    assert {cell: count for cell, (count, _gross, _people) in ours.items() if count} == orders
    assert sum(gross for _orders, gross, _people in ours.values()) == sum(row["gross"] for row in inside)

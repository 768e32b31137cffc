"""Random little shops and their figures by counting on fingers, to hold the metrics against."""

from typing import Any

from hypothesis import strategies as st

from analytics.facts import derive
from analytics.metrics import periods
from analytics.metrics.periods import Grain
from analytics.tests.engines import Rows, day, order, raw_facts, refund

FIRST_DAY = day("2010-11-20")
LAST_DAY = day("2011-03-10")

_dates = st.integers(FIRST_DAY, LAST_DAY).map(lambda number: periods.label(number, "day"))


@st.composite
def shops(draw: st.DrawFn) -> tuple[Rows, Rows]:
    """Orders of up to five members and of guests, some of them wholly refunded; refunds."""
    buyers = st.one_of(st.none(), st.integers(1, 5))
    orders = [
        order(draw(buyers), draw(_dates), draw(st.integers(1, 50)), order_id=number, store_id=draw(st.integers(1, 2)))
        for number in range(1, draw(st.integers(1, 14)))
    ]
    refunds = [
        refund(sold["member_id"], draw(_dates), sold["gross"], order_id=sold["order_id"])
        for sold in orders
        if draw(st.booleans()) and draw(st.booleans())
    ]
    return orders, refunds


def prepared(backend: Any, shop: tuple[Rows, Rows], as_of: int = LAST_DAY) -> derive.Prepared:
    """The prepared tables of a shop."""
    return derive.prepare(raw_facts(backend, *shop), as_of_day=as_of, known_at=0)


def bought(shop: tuple[Rows, Rows], grain: Grain) -> dict[int, list[int]]:
    """Per member the periods of the kept orders, ascending, with repetitions."""
    orders, refunds = shop
    undone = {row["order_id"] for row in refunds}
    kept: dict[int, list[int]] = {}
    for row in sorted(orders, key=lambda row: row["day"]):
        if row["member_id"] is not None and row["order_id"] not in undone:
            kept.setdefault(row["member_id"], []).append(row[grain])
    return kept

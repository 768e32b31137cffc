"""Rows of order lines put together: what belongs to an order, and what takes the short way."""

import datetime as dt
from zoneinfo import ZoneInfo

from members.rules.imports import layouts
from members.rules.imports.instants import Clock
from members.rules.imports.layouts import Wish
from members.rules.imports.order_lines import Grouper
from members.rules.imports.pieces import Piece
from members.rules.imports.rows import Cleaner, Rules

CLOCK = Clock(ZoneInfo("Asia/Shanghai"), dt.datetime(2026, 11, 21, tzinfo=dt.UTC))


def grouped(*lines: str) -> tuple[list[Piece], list[tuple[int, str]]]:
    """The orders of a file, and (row, code) of what was found."""
    header, *rows = [line.split(",") for line in lines]
    layout = layouts.match(header, rows, Wish(kind="lines"))
    grouper = Grouper(Cleaner(layout, Rules("CNY", CLOCK)), layout, {})
    found = list(grouper.pieces(enumerate(rows, 1)))
    return [piece for piece, _ in found if piece], [(p.row, p.code) for _, problems in found for p in problems]


def test_a_line_in_another_currency_is_found_beside_equal_ones() -> None:
    (order,), problems = grouped(
        "订单号,下单时间,商品编码,金额,币种", *["A1,2025-01-05,T1,5.00,CNY"] * 3, "A1,2025-01-05,T1,5.00,USD"
    )
    assert problems == [(4, "other_currency")]
    assert order.culprit == 4


def test_a_total_between_lines_makes_no_order_incomplete() -> None:
    orders, problems = grouped(
        "订单号,下单时间,商品编码,金额",
        *("A1,2025-01-05,T1,5.00", "小计：,,,5.00", "A2,2025-01-05,T1,7.00", "A2,2025-01-05,T2,1.00", "Grand Total,,"),
    )
    assert [(order.number, order.total, order.culprit) for order in orders] == [("A1", 50_000, 0), ("A2", 80_000, 0)]
    assert problems == [(2, "total_row"), (5, "total_row")]

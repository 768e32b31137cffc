"""Date and time of day in two columns: joined where that is sure, asked about otherwise."""

import pytest

from members.rules.imports import doubts, layouts, time_apart
from members.rules.imports.layout import Layout
from members.rules.imports.layouts import Wish
from members.rules.imports.problems import Refused

ROWS = [["A1", "2025-01-05", "09:30", "5"], ["A2", "2025-01-06", "18:05:10", "7"], ["A3", "2025/1/7", "", "8"]]


def matched(header: list[str], rows: list[list[str]] = ROWS, **columns: str) -> Layout:
    return layouts.match(header, rows, Wish(columns=columns or None))


@pytest.mark.parametrize(("date", "time"), [("日期", "时间"), ("下单日期", "下单时间"), ("date", "time")])
def test_a_date_and_its_time_are_joined(date: str, time: str) -> None:
    layout = doubts.checked(matched(["订单号", date, time, "金额"]), [])
    assert (layout.positions["ordered_at"], layout.time_of_day) == (1, 2)
    joined = list(time_apart.joined(enumerate(ROWS, 1), 1, 2))
    assert [cells[1] for _, cells in joined] == ["2025-01-05 09:30", "2025-01-06 18:05:10", "2025/1/7"]


def test_the_time_may_stand_first() -> None:
    turned = [[number, time, date, amount] for number, date, time, amount in ROWS]
    layout = doubts.checked(matched(["订单号", "时间", "日期", "金额"], turned), [])
    assert (layout.positions["ordered_at"], layout.time_of_day) == (2, 1)


def test_a_refund_has_its_time_apart_too() -> None:
    rows = [["R1", "A1", "2025-01-05", "09:30", "5"]]
    layout = matched(["退款单号", "订单号", "退款日期", "退款时间", "退款金额"], rows)
    assert (layout.positions["refunded_at"], layout.time_of_day) == (2, 3)


def test_a_column_chosen_by_hand_keeps_its_time() -> None:
    layout = matched(["订单号", "日期", "时间", "金额"], **{"*": "", "order_no": "订单号", "ordered_at": "日期"})
    assert layout.time_of_day == 2


@pytest.mark.parametrize("time", ["下午 2:30", "9:30 PM", "2时30分"])
def test_a_time_that_cannot_be_joined_is_asked_about(time: str) -> None:
    rows = [[number, date, time, amount] for number, date, _, amount in ROWS]
    with pytest.raises(Refused, match="columns_unsure"):
        doubts.checked(matched(["订单号", "日期", "时间", "金额"], rows), [])


def test_two_whole_times_are_none_apart() -> None:
    rows = [[number, "2025-01-05 09:30", "2025-01-05 09:31", "5"] for number in ("A1", "A2", "A3")]
    layout = doubts.checked(matched(["订单号", "下单时间", "付款时间", "金额"], rows), [])
    assert layout.time_of_day is None

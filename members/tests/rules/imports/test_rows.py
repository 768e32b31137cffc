"""One record as clean values: what rejects the whole row."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from members.rules.imports import layouts, pieces
from members.rules.imports.instants import Clock
from members.rules.imports.layouts import Wish
from members.rules.imports.rows import SLOT, Cleaner, Row, Rules

CLOCK = Clock(ZoneInfo("Asia/Shanghai"), dt.datetime(2026, 11, 21, tzinfo=dt.UTC))


def cleaned(header: str, cells: str, kind: str = "orders") -> Row:
    row = cells.split(",")
    layout = layouts.match(header.split(","), [row], Wish(kind=kind))
    return Cleaner(layout, Rules("CNY", CLOCK)).row(1, row)


def codes(row: Row) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in row.problems]


@pytest.mark.parametrize("word", ["币种", "货币", "幣別", "Currency", "currency_code"])
@pytest.mark.parametrize("kind", ["orders", "lines", "refunds"])
def test_a_row_in_another_currency_is_rejected_in_every_kind_of_file(word: str, kind: str) -> None:
    header = f"订单号,下单时间,退款单号,退款时间,商品编码,金额,{word}"
    row = cleaned(header, "A1,2025-01-05,R1,2025-01-06,T1,20.00,USD", kind)
    assert codes(row) == [("currency", "other_currency")]
    assert row.bad


@pytest.mark.parametrize("value", ["", "CNY", "cny ", "RMB", "人民币", "￥", "元"])
def test_the_own_currency_is_known_by_its_names_and_may_be_left_blank(value: str) -> None:
    row = cleaned("订单号,下单时间,金额,币种", f"A1,2025-01-05,20.00,{value}")
    assert codes(row) == []


@pytest.mark.parametrize("word", ["合计", " 总计： ", "小計", "Total:", "SUM", "grand total"])
def test_a_row_of_sums_is_told_from_an_order_and_nothing_else_is_said_of_it(word: str) -> None:
    assert codes(cleaned("订单号,下单时间,金额", f"{word},,300.00")) == [("order_no", "total_row")]
    refund = cleaned("退款单号,订单号,退款时间,金额", f"{word},,,300.00", "refunds")
    assert codes(refund) == [("refund_no", "total_row")]


@pytest.mark.parametrize("cells", [",合计,300.00", ",2025-01-05,合计", "合计,300.00", ",总计"])
def test_a_word_for_a_sum_may_stand_in_any_column_while_the_number_is_blank(cells: str) -> None:
    row = cleaned("订单号,下单时间,金额", cells)
    assert codes(row) == [("order_no", "total_row")]


def test_a_row_with_a_number_is_no_sum() -> None:
    assert codes(cleaned("订单号,下单时间,金额", "A1,合计,300.00")) == [("ordered_at", "not_a_date")]


def test_a_row_may_lack_the_cells_of_columns_at_the_end_that_have_no_name() -> None:
    layout = layouts.match(
        ["订单号", "下单时间", "金额", "", ""], [["A1", "2025-01-05", "20.00", "", ""]], Wish(kind="orders")
    )
    cleaner = Cleaner(layout, Rules("CNY", CLOCK))
    assert not cleaner.row(1, ["A1", "2025-01-05", "20.00"]).bad
    assert codes(cleaner.row(2, ["A1", "2025-01-05"])) == [("", "too_few_fields")]


def test_an_error_of_a_spreadsheet_is_said_to_be_one() -> None:
    assert codes(cleaned("订单号,下单时间,金额", "A1,2025-01-05,#N/A")) == [("amount", "excel_error")]


def test_full_width_numbers_are_the_same_numbers() -> None:
    row = cleaned("订单号,会员号,下单时间,金额", "Ａ－１０１,Ｍ１,2025-01-05,20.00")
    assert (row.values[SLOT["order_no"]], row.values[SLOT["member_no"]]) == ("A-101", "M1")
    assert codes(row) == [("order_no", "full_width"), ("member_no", "full_width")]


@pytest.mark.parametrize("written", ["(50.00)", "-50", "-￥50.00"])
def test_a_negative_amount_is_quoted_as_it_is_written(written: str) -> None:
    row = cleaned("订单号,下单时间,金额", f"A1,2025-01-05,{written}")
    _piece, problems = next(pieces.of_rows([row], "orders"))
    assert [(problem.code, problem.value) for problem in problems if problem.level == "reject"] == [
        ("negative_order", written)
    ]

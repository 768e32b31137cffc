"""Which column holds what: found from the header in Chinese or English, asked when in doubt."""

import pytest

from members.rules.imports import layouts
from members.rules.imports.layouts import Sure, Wish
from members.rules.imports.problems import Refused

ONLINE_RETAIL = [
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
]


def matched(header: list[str], samples: list[list[str]] | None = None, **wish: object) -> layouts.Layout:
    return layouts.match(header, samples or [], Wish(**wish))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (["order_no", "member_no", "ordered_at", "amount"], "orders"),
        (["Amount", " ORDER NO ", "Order－Date", "x"], "orders"),
        (["订单编号", "下单时间", "实付金额（元）", "会员号"], "orders"),
        (["订单号", "下单时间", "商品编码", "数量", "单价"], "lines"),
        (["退款单号", "订单号", "退款时间", "退款金额"], "refunds"),
    ],
)
def test_the_kind_is_found_and_nothing_is_missing(header: list[str], kind: str) -> None:
    layout = matched(header)
    assert (layout.kind, layout.missing) == (kind, ())


def test_a_preset_is_recognised_by_its_columns() -> None:
    layout = matched(ONLINE_RETAIL)
    assert layout.preset is not None
    assert (layout.preset.name, layout.kind) == ("online_retail", "lines")
    assert matched(ONLINE_RETAIL, preset="generic").preset is None


def test_missing_columns_are_named() -> None:
    assert matched(["name", "email"]).missing == ("order_no", "ordered_at", "amount")


def test_a_column_given_by_hand_wins_and_a_wrong_one_is_refused() -> None:
    layout = matched(["Beleg", "Datum", "amount", "order_no"], columns={"order_no": "Beleg", "ordered_at": "datum"})
    assert (layout.positions["order_no"], layout.positions["ordered_at"]) == (0, 1)
    with pytest.raises(Refused, match="column_not_there"):
        matched(["order_no", "amount"], columns={"ordered_at": "When"})


def test_a_header_whose_values_do_not_look_like_the_field_is_to_be_confirmed() -> None:
    header = ["order_no", "ordered_at", "amount"]
    assert matched(header, [["1", "2025-01-01", "gratis"]]).columns[2].sure is Sure.ASK
    assert matched(header, [["1", "2025-01-01", "3.50"]]).columns[2].sure is Sure.YES


def test_the_second_of_two_columns_for_one_field_is_to_be_confirmed() -> None:
    columns = matched(["order_no", "ordered_at", "amount", "total"]).columns
    assert [(column.field, column.sure) for column in columns[2:]] == [("amount", Sure.YES), ("", Sure.ASK)]


def test_data_in_place_of_a_header_is_refused_so_that_no_row_is_lost() -> None:
    with pytest.raises(Refused, match="no_header"):
        matched(["M0001", "张伟", "13800138001", "2025-01-01 10:00:00"])


def test_a_date_column_of_day_numbers_only_is_told() -> None:
    header = ["order_no", "ordered_at", "amount"]
    assert matched(header, [["1", "45662", "1"], ["2", "45663", "1"]]).serial_dates
    assert not matched(header, [["1", "45662", "1"], ["2", "2025-01-01", "1"]]).serial_dates

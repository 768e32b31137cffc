"""Which column holds what: found from the header in Chinese or English, asked when in doubt."""

import pytest

from members.rules.imports import doubts, layouts
from members.rules.imports.layout import Layout, Sure
from members.rules.imports.layouts import Wish
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


def matched(header: list[str], samples: list[list[str]] | None = None, **wish: object) -> Layout:
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


# --- what the values say ------------------------------------------------------------------------------------------

DAYS = ["2025-01-05", "2025-01-06 10:00", "2025/01/07"]
PHONES = ["13800138001", "+86 138 0013 8002", "138-0013-8003"]
MAILS = ["a@example.com", "b@example.com", "c@example.com"]
NAMES = ["张伟", "王芳", "欧阳修文"]
AMOUNTS = ["12.50", "¥8.00", "1,234.50"]
NUMBERS = ["SO1", "SO2", "SO3"]


def table(**columns: list[str]) -> Layout:
    return matched(list(columns), [list(row) for row in zip(*columns.values(), strict=True)])


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("金额", DAYS),
        ("金额", PHONES),
        ("下单时间", PHONES),
        ("下单时间", AMOUNTS),
        ("手机", NAMES),
        ("手机", MAILS),
        ("邮箱", PHONES),
        ("姓名", PHONES),
        ("会员号", NAMES),
        ("订单编号", DAYS),
        ("订单编号", ["SO1", "SO1", "SO1"]),
    ],
)
def test_values_that_contradict_their_header_are_to_be_confirmed(header: str, values: list[str]) -> None:
    columns = {"订单编号": NUMBERS, "下单时间": DAYS, "金额": AMOUNTS} | {header: values}
    asked = [column.header for column in table(**columns).columns if column.sure is Sure.ASK]
    assert asked == [header]


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("手机", ["010-62345678", "", "138****8001"]),
        ("会员号", ["000123", "VIP-7", "a@b"]),
        ("下单时间", ["45662", "45663.5", "45664"]),
        ("下单时间", ["20250105", "05/01/2025", "2025年1月5日"]),
        ("金额", ["免费", "12.50", "N/A"]),
        ("数量", ["1", "2.5", "-1"]),
    ],
)
def test_values_that_may_be_what_the_header_says_are_taken(header: str, values: list[str]) -> None:
    columns = {"订单编号": NUMBERS, "下单时间": DAYS, "金额": AMOUNTS} | {header: values}
    assert Sure.ASK not in {column.sure for column in table(**columns).columns}


def test_unknown_columns_are_proposed_by_what_they_alone_clearly_hold() -> None:
    layout = table(订单编号=NUMBERS, 什么时候=DAYS, 钱=AMOUNTS, 联系=PHONES, 信=MAILS)
    fields = {column.header: (column.field, column.sure) for column in layout.columns[1:]}
    assert fields == {
        "什么时候": ("ordered_at", Sure.ASK),
        "钱": ("amount", Sure.ASK),
        "联系": ("phone", Sure.ASK),
        "信": ("email", Sure.ASK),
    }
    two = table(订单编号=NUMBERS, 下单时间=DAYS, 金额=AMOUNTS, 联系=PHONES, 又=PHONES, 到货=DAYS)
    assert {column.sure for column in two.columns[3:]} == {Sure.SKIP}, "of two nobody knows; a date there is already"


@pytest.mark.parametrize("header", ["Email consent", "Accepts Email Marketing", "Email marketing", "Email opt in"])
def test_consent_to_e_mail_is_no_e_mail(header: str) -> None:
    layout = table(**{"order_no": NUMBERS, "ordered_at": DAYS, "amount": AMOUNTS, header: ["yes", "no", "yes"]})
    assert layout.columns[3].field == ""


def test_of_two_columns_the_one_is_taken_whose_values_look_like_it() -> None:
    layout = table(订单编号=NUMBERS, 日期=NAMES, 下单时间=DAYS, 金额=AMOUNTS)
    assert layout.positions["ordered_at"] == 2


class TestWhenNobodyIsAsked:
    """`checked`: the command takes what is sure."""

    def test_a_field_that_decides_is_refused_by_name(self) -> None:
        layout = table(订单编号=NUMBERS, 下单时间=DAYS, 金额=PHONES)
        with pytest.raises(Refused, match="columns_unsure") as refused:
            doubts.checked(layout, ["订单编号", "下单时间", "金额"])
        assert refused.value.params == {"fields": "amount", "columns": "金额"}

    def test_two_amounts_that_differ_are_a_question(self) -> None:
        layout = table(订单编号=NUMBERS, 下单时间=DAYS, 订单金额=AMOUNTS, 实付金额=["10", "8", "1000"])
        with pytest.raises(Refused, match="columns_unsure"):
            doubts.checked(layout, ["订单编号", "下单时间", "订单金额", "实付金额"])
        same = table(订单编号=NUMBERS, 下单时间=DAYS, 订单金额=AMOUNTS, 实付金额=AMOUNTS)
        assert doubts.checked(same, []).positions["amount"] == 2

    def test_a_proposal_is_not_taken(self) -> None:
        layout = table(订单编号=NUMBERS, 什么时候=DAYS, 金额=AMOUNTS)
        assert layout.missing == ()
        with pytest.raises(Refused, match="columns_missing") as refused:
            doubts.checked(layout, ["订单编号", "什么时候", "金额"])
        assert refused.value.params["fields"] == "ordered_at"

    def test_an_unsure_contact_is_left_out(self) -> None:
        layout = table(订单编号=NUMBERS, 下单时间=DAYS, 金额=AMOUNTS, 手机=NAMES)
        assert "phone" not in doubts.checked(layout, []).positions

    def test_what_was_said_by_hand_is_sure(self) -> None:
        rows = [list(row) for row in zip(NUMBERS, DAYS, PHONES, strict=True)]
        layout = matched(["订单编号", "下单时间", "金额"], rows, columns={"amount": "金额"})
        assert doubts.checked(layout, []).positions["amount"] == 2

"""Exports of shop systems through `import_orders`: recognised by their header, whole orders, whose they are."""

import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from members.models import Identifier, ImportBatch, Member, Order, Refund
from members.services.imports.options import stage_path
from members.services.imports.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)
Import = Callable[..., dict[str, Any]]


@pytest.fixture
def take(tmp_path: Path) -> Import:
    """Import a text, first dry, then for good; returns the answer of the second, which says the same as the first."""

    def put(text: str, encoding: str = "utf-8", again: bool = True) -> dict[str, Any]:
        path = tmp_path / "export.csv"
        path.write_bytes(text.encode(encoding))
        dry, wet = (_answer(path, *more) for more in (["--dry-run"], []))
        names = ("rows", "accepted", "fixed", "rejected", "duplicates", "orders", "refunds", "members")
        assert [dry[name] for name in names] == [wet[name] for name in names]
        assert wet["rows"] == sum(wet[name] for name in ("accepted", "fixed", "rejected", "duplicates"))
        if again:
            second = _answer(path)
            assert [second[name] for name in ("accepted", "fixed", "orders", "refunds", "members")] == [0, 0, 0, 0, 0]
            assert second["rejected"] == wet["rejected"]
        return wet

    return put


def _answer(path: Path, *more: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("import_orders", str(path), *more, stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def codes() -> set[tuple[str, str]]:
    """Level and code of everything that was found in the last file."""
    batch = ImportBatch.objects.latest("id")
    with Stage(stage_path(batch)) as stage:
        return {(level, code) for level, code, *_ in stage.groups(1)}


def outcome(answer: dict[str, Any]) -> tuple[int, int, int, int]:
    return answer["accepted"], answer["fixed"], answer["rejected"], answer["duplicates"]


def lines(number: str) -> list[tuple[str, Decimal, Decimal]]:
    order = Order.objects.get(number=number, voided_at=None)
    return list(order.lines.order_by("id").values_list("kind", "quantity", "amount"))


def last_source() -> str:
    return ImportBatch.objects.latest("id").source


SHOPIFY = (
    "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Lineitem sku,Phone,Refunded Amount,Cancelled at,Billing Name,Lineitem discount\n"
)
HEAD = (
    "'#{n},{mail},{status},CNY,0,{ship},{tax},{total},{off},2025-01-05 09:30:00 +0800,"
    "{qty},{name},{price},{sku},,{back},,,0\n"
)


def shopify(**said: str) -> str:
    blank = {"n": "1", "mail": "", "status": "paid", "ship": "0.00", "tax": "0.00", "off": "0.00", "qty": "1",
             "name": "茶", "sku": "T1", "back": ""}  # fmt: skip
    return HEAD.format(**blank | said)


class TestShopify:
    def test_taxes_may_be_added_or_contained(self, take: Import) -> None:
        added = shopify(n="1", price="100.00", tax="13.00", total="113.00")
        contained = shopify(n="2", price="113.00", tax="13.00", total="113.00")
        assert outcome(take(SHOPIFY + added + contained)) == (0, 2, 0, 0), "the apostrophe is reported"
        assert lines("#1") == [("goods", 1, 100), ("fee", 1, 13)]
        assert lines("#2") == [("goods", 1, 113)]
        assert last_source() == "shopify"

    def test_a_discount_larger_than_the_goods_goes_on_to_the_shipping(self, take: Import) -> None:
        take(SHOPIFY + shopify(price="10.00", ship="8.00", off="15.00", total="3.00"))
        assert lines("#1") == [("goods", 1, 0), ("fee", 1, 3)]

    def test_later_rows_may_leave_everything_blank_but_the_item(self, take: Import) -> None:
        later = "'#1,,,,,,,,,,3,杯,5.00,,,,,,\n"
        take(SHOPIFY + shopify(mail="A@Example.com", price="10.00", total="25.00") + later)
        assert lines("#1") == [("goods", 1, 10), ("goods", 3, 15)]
        assert list(Identifier.objects.values_list("kind", "value")) == [("email", "a@example.com")]

    def test_an_order_that_lacks_a_line_is_rejected_with_all_its_rows(self, take: Import) -> None:
        later = "'#1,,,,,,,,,,3,杯,5.00,,,,,,\n"
        answer = take(
            SHOPIFY + shopify(price="10.00", total="99.00") + later + shopify(n="2", price="1.00", total="1.00")
        )
        assert (outcome(answer), answer["orders"]) == ((0, 1, 2, 0), 1)
        assert ("reject", "lines_do_not_add_up") in codes()

    def test_a_refund_is_one_of_the_order_and_changes_with_it(self, take: Import) -> None:
        answer = take(SHOPIFY + shopify(status="partially_refunded", price="80.00", total="80.00", back="30.00"))
        assert (answer["rows"], answer["orders"], answer["refunds"]) == (1, 1, 1)
        more = take(SHOPIFY + shopify(status="refunded", price="80.00", total="80.00", back="80.00"))
        assert (outcome(more), more["orders"]) == ((0, 0, 0, 1), 0), "the order is the same; its refund is not"
        refund = Refund.objects.get(voided_at=None)
        order = Order.objects.get(voided_at=None)
        assert (refund.number, refund.amount, refund.order, order.status) == ("#1-R", 80, order, "paid")

    def test_refunded_without_an_amount_counts_as_cancelled(self, take: Import) -> None:
        take(SHOPIFY + shopify(status="refunded", price="80.00", total="80.00"))
        assert Order.objects.get().status == "cancelled"
        assert ("fix", "refunded_as_cancelled") in codes()

    def test_more_given_back_than_was_paid_is_rejected(self, take: Import) -> None:
        answer = take(SHOPIFY + shopify(price="80.00", total="80.00", back="81.00"))
        assert (outcome(answer), answer["refunds"]) == ((0, 0, 1, 0), 0)

    def test_another_currency_is_rejected(self, take: Import) -> None:
        answer = take(SHOPIFY + shopify(price="80.00", total="80.00").replace("CNY", "USD"))
        assert outcome(answer) == (0, 0, 1, 0)
        assert ("reject", "other_currency") in codes()

    def test_the_same_number_again_is_a_duplicate_or_a_conflict(self, take: Import) -> None:
        one, other = (shopify(price=price, total=price, back="1.00") for price in ("80.00", "90.00"))
        assert outcome(take(SHOPIFY + one + one + other)) == (0, 1, 1, 1)
        assert Order.objects.get().total == 80
        assert Refund.objects.get().amount == 1

    def test_a_row_without_a_number_makes_its_neighbours_doubtful(self, take: Import) -> None:
        stray = ",,,,,,,,,,3,杯,5.00,,,,,,\n"
        first, second = (shopify(n=n, price="10.00", total="10.00") for n in "12")
        assert outcome(take(SHOPIFY + first + stray + second + shopify(n="3", price="1.00", total="1.00"))) == (
            0,
            1,
            3,
            0,
        )


WOO = (
    "order_id,order_number_formatted,date,status,order_shipping,order_tax,order_total,customer_user,billing_email,"
    "billing_phone,billing_full_name,order_item_1,order_item_2\n"
)


class TestWooCommerce:
    def test_items_in_cells_accounts_and_guests(self, take: Import) -> None:
        answer = take(
            WOO
            + "77,,2025-01-05 09:30:00,completed,5,0,65,12,a@example.com,13800138001,A B,"
            + "product_id:4959|1|30|size: M,product_id:8|2|30|\n"
            + "78,,2025-01-06 09:30:00,wc-processing,0,0,30,0,g@example.com,,G,product_id:4959|1|30|,\n"
        )
        assert (outcome(answer), answer["members"]) == ((2, 0, 0, 0), 1)
        assert lines("77") == [("goods", 1, 30), ("goods", 2, 30), ("fee", 1, 5)]
        assert Order.objects.get(number="77").matched_by == "account"
        guest = Order.objects.get(number="78")
        assert (guest.member, guest.guest_email) == (None, "g@example.com")

    def test_items_that_cannot_be_read_leave_the_total(self, take: Import) -> None:
        answer = take(WOO + "77,,2025-01-05 09:30:00,completed,5,0,65,12,a@example.com,,,two teas,\n")
        assert outcome(answer) == (0, 1, 0, 0)
        assert ("fix", "items_not_read") in codes()
        assert lines("77") == [("goods", 1, 65)]

    def test_the_newer_names(self, take: Import) -> None:
        header = (
            "order_id,order_number,order_date,status,shipping_total,tax_total,order_total,refunded_total,order_currency,"
            "customer_id,billing_email,line_items\n"
        )
        row = "9,9,2025-01-05 09:30:00,refunded,0,0,24.00,24.00,CNY,3,a@example.com,"
        answer = take(header + row + "name:Tea|sku:T1|quantity:2|total:24.00\n")
        assert (outcome(answer), answer["refunds"]) == ((1, 0, 0, 0), 1)
        assert (lines("9"), Order.objects.get().status) == ([("goods", 2, 24)], "paid")


class TestYouzan:
    HEADER = (
        "订单号,订单状态,订单创建时间,买家付款时间,订单实付金额,订单已退款金额,归属店铺,收货人/提货人,"
        "收货人手机号/提货人手机号,买家昵称\n"
    )

    def test_the_phone_tells_whose_it_is_and_names_do_not(self, take: Import) -> None:
        answer = take(
            self.HEADER
            + "E1,交易完成,2025-01-05 10:00:00,2025-01-05 10:01:00,100.00,0.00,徐汇店,张三,13800138001,茶客\n"
            + "E2,交易完成,2025-01-06 10:00:00,2025-01-06 10:01:00,80.00,30.00,徐汇店,李四,138****8001,茶客\n"
            + "E3,待付款,2025-01-07 10:00:00,,50.00,0.00,徐汇店,王五,13800138003,茶客\n"
            + "E4,交易关闭,2025-01-07 10:00:00,2025-01-07 10:01:00,50.00,50.00,徐汇店,王五,13800138003,茶客\n"
        )
        assert (outcome(answer), answer["refunds"], answer["members"]) == ((3, 1, 0, 0), 2, 2)
        assert ("fix", "masked_left_out") in codes()
        assert Order.objects.get(number="E2").member is None
        assert dict(Order.objects.values_list("number", "status")) == {
            "E1": "paid", "E2": "paid", "E3": "pending", "E4": "paid",
        }  # fmt: skip
        assert set(Member.objects.values_list("name", flat=True)) == {""}
        assert set(Order.objects.values_list("store__name", "channel__code")) == {("徐汇店", "youzan")}


class TestTaobao:
    HEADER = (
        "订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,收货人姓名,"
        "联系手机,订单创建时间,订单付款时间 ,宝贝标题\n"
    )

    def test_gbk_accounts_and_numbers_kept_as_text(self, take: Import) -> None:
        answer = take(
            self.HEADER
            + '="5118609024991031607",茶客一号,30.00,0.00,30.00,30.00,交易成功,张三,'
            + "'13800138001,2025-01-05 10:00:00,2025-01-05 10:01:00,乌龙\n"
            + '="5118609024991031608",茶客一号,30.00,0.00,30.00,0.00,等待买家付款,张三,,2025-01-06 10:00:00,,乌龙\n'
            + '="5118609024991031609",t**1,30.00,0.00,30.00,28.00,"买家已付款,等待卖家发货",李四,'
            + ",2025-01-07 10:00:00,,乌龙\n",
            encoding="gbk",
        )
        assert (outcome(answer), answer["members"]) == ((0, 3, 0, 0), 1)
        mine = Order.objects.exclude(member=None)
        assert set(mine.values_list("number", "matched_by", "status")) == {
            ("5118609024991031607", "account", "paid"),
            ("5118609024991031608", "account", "pending"),
        }
        assert list(Identifier.objects.values_list("kind", "source", "value")) == [("account", "taobao", "茶客一号")]
        assert Order.objects.get(member=None).total == 28


class TestJd:
    HEADER = (
        "订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,应付金额,订单状态,"
        "下单帐号,客户姓名,联系电话,运费金额\n"
    )

    def row(self, number: str, item: str, paid: str = "170.00", state: str = "完成") -> str:
        price = "50.00" if item.startswith("2") else "100.00"
        return (
            f"{number},{item},在线支付,2025-01-05 10:00:00,{price},200.00,190.00,"
            f"20.00,{paid},{state},jd_user1,张*,1******6198,6.00\n"
        )

    def test_what_was_paid_is_spread_over_the_rows_of_an_order(self, take: Import) -> None:
        answer = take(
            self.HEADER + self.row("1", "1,乌龙,1") + self.row("1", "2,杯,2") + self.row("2", "1,乌龙,2", "(x")
        )
        assert outcome(answer) == (2, 0, 1, 0)
        assert lines("1") == [("goods", 1, 92), ("goods", 2, 92), ("fee", 1, 6)]
        assert Order.objects.get().total == 190
        assert list(Identifier.objects.values_list("kind", "source", "value")) == [("account", "jd", "jd_user1")]

    def test_deleted_orders_are_cancelled(self, take: Import) -> None:
        take(self.HEADER + self.row("1", "1,乌龙,2", state="（删除）等待出库"))
        assert Order.objects.get().status == "cancelled"

    def test_rows_that_disagree_or_lie_apart_reject_the_order(self, take: Import) -> None:
        a, b = self.row("1", "1,乌龙,1"), self.row("1", "2,杯,2")
        assert outcome(take(self.HEADER + a + self.row("1", "2,杯,2", "171.00"))) == (0, 0, 2, 0)
        assert outcome(take(self.HEADER + a + self.row("3", "1,乌龙,2") + b)) == (1, 0, 2, 0)

    def test_more_paid_than_the_prices_is_rejected(self, take: Import) -> None:
        assert outcome(take(self.HEADER + self.row("1", "1,乌龙,1"))) == (0, 0, 1, 0)
        assert codes() == {("reject", "lines_do_not_add_up")}

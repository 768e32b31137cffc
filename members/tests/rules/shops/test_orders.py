"""The JSON of shops -> orders whose lines add up to what was paid, and refunds that are told apart."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from members.rules.shops import said, shopify, woocommerce
from members.rules.shops.said import Returned, Unreadable
from members.tests import shop_events as events


def amounts(order: said.OrderSaid) -> list[tuple[str, str]]:
    return [(line["line_kind"], line["amount"]) for line in order.item["lines"]]


class TestShopify:
    def test_lines_bear_their_own_discounts_then_come_shipping_and_taxes(self) -> None:
        order = shopify.order(events.shopify())
        assert amounts(order) == [("goods", "185.00"), ("goods", "35.00"), ("fee", "10.00"), ("fee", "13.00")]
        assert (order.item["order_no"], order.item["ordered_at"]) == ("#1001", "2026-05-04T02:00:00+00:00")
        assert (order.item["lines"][0]["sku"], order.item["lines"][1]["sku"]) == ("IPOD2008PINK", "Case")
        assert [order.item[name] for name in ("email", "phone", "name")] == [
            "jon@example.com", "13812341234", "Bob Norman",
        ]  # fmt: skip

    def test_a_discount_that_no_line_bears_is_spread_over_all_to_the_cent(self) -> None:
        event = events.shopify()
        for line in event["line_items"]:
            line["discount_allocations"] = []
        order = shopify.order(event)
        assert amounts(order) == [("goods", "184.79"), ("goods", "36.96"), ("fee", "9.24"), ("fee", "12.01")]

    def test_taxes_inside_the_prices_are_no_line_of_their_own(self) -> None:
        order = shopify.order(events.shopify(taxes_included=True, total_price="230.00"))
        assert amounts(order) == [("goods", "185.00"), ("goods", "35.00"), ("fee", "10.00")]

    def test_what_does_not_add_up_is_one_line_of_the_total(self) -> None:
        assert amounts(shopify.order(events.shopify(total_price="999.00"))) == [("goods", "999.00")]

    def test_gift_cards_are_told_apart(self) -> None:
        event = events.shopify()
        event["line_items"][0]["gift_card"] = True
        assert amounts(shopify.order(event))[0] == ("gift_card", "185.00")

    @pytest.mark.parametrize(
        ("changes", "status"),
        [({"financial_status": "pending"}, "pending"), ({"financial_status": "voided"}, "cancelled"),
         ({"financial_status": "partially_refunded"}, "paid"), ({"financial_status": "refunded"}, "cancelled"),
         ({"test": True}, "test"), ({"cancelled_at": "2026-05-05T10:00:00+08:00"}, "cancelled")],
    )  # fmt: skip
    def test_states(self, changes: dict[str, Any], status: str) -> None:
        assert shopify.order(events.shopify(**changes)).status == status

    def test_only_money_that_went_back_is_a_refund(self) -> None:
        pending = {"kind": "refund", "status": "pending", "amount": "3.00"}
        event = events.shopify_refund()
        event["transactions"].append(pending)
        assert shopify.refund(event).refunds == {"890088186047892319": Returned("2026-05-06T01:00:00+00:00", 400_000)}

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"id": None}, "id"), ({"id": "9" * 41}, "id"), ({"updated_at": "yesterday"}, "updated_at"),
         ({"updated_at": "2026-05-04T10:00:00"}, "updated_at"), ({"total_price": "1e40"}, "total_price"),
         ({"total_price": "NaN"}, "total_price"), ({"total_price": "1E999999999"}, "total_price"),
         ({"total_price": "1E-999999999"}, "total_price"), ({"total_price": "1e-30"}, "total_price"),
         ({"total_price": "0E999999999"}, "total_price"), ({"total_price": Decimal("1E-999999999")}, "total_price"),
         ({"line_items": {}}, "line_items"), ({"customer": []}, "customer"),
         ({"financial_status": "unheard"}, "financial_status"), ({"name": True}, "name")],
    )  # fmt: skip
    def test_what_is_not_as_documented_is_named(self, changes: dict[str, Any], field: str) -> None:
        with pytest.raises(Unreadable, match=field):
            shopify.order(events.shopify(**changes))


class TestWooCommerce:
    def test_lines_shipping_and_taxes(self) -> None:
        order = woocommerce.order(events.woo())
        assert amounts(order) == [("goods", "6.00"), ("goods", "12.00"), ("fee", "10.00"), ("fee", "1.35")]
        assert (order.item["order_no"], order.item["account"], order.item["guest"]) == ("727", "26", False)

    def test_a_guest_has_no_account(self) -> None:
        order = woocommerce.order(events.woo(customer_id=0))
        assert (order.item["account"], order.item["guest"]) == ("", True)

    def test_a_fee_below_zero_is_a_discount(self) -> None:
        order = woocommerce.order(events.woo(fee_lines=[{"total": "-9.35"}], total="20.00"))
        assert sum(float(amount) for _kind, amount in amounts(order)) == pytest.approx(20)
        assert len(order.item["lines"]) == 4

    def test_refunds_are_of_the_moment_that_tells_of_them(self) -> None:
        order = woocommerce.order(events.woo(refunds=[{"id": 9, "total": "-5.00"}]))
        assert order.refunds == {"9": Returned("2026-05-04T02:00:00+00:00", 50_000)}

    def test_an_old_format_is_refused_by_name(self) -> None:
        with pytest.raises(Unreadable, match="date_modified_gmt"):
            woocommerce.order(events.woo(date_modified_gmt=None))


class TestVersions:
    def test_the_later_state_is_the_greater_version(self) -> None:
        early = shopify.order(events.shopify())
        late = shopify.order(events.shopify(updated_at="2026-05-04T02:00:01Z", financial_status="pending"))
        assert early.version < late.version

    def test_within_one_second_the_state_that_is_further_on_is_the_later_one(self) -> None:
        pending = shopify.order(events.shopify(financial_status="pending"))
        assert pending.version < shopify.order(events.shopify()).version

    def test_refunds_told_twice_are_one(self) -> None:
        early, late = Returned("2026-05-04", 1), Returned("2026-05-05", 2)
        assert said.merged({"1": late}, {"1": early, "2": late}) == {"1": Returned("2026-05-04", 2), "2": late}

    def test_the_first_refund_has_the_number_an_export_would_give_it(self) -> None:
        refunds = {"7": Returned("2026-05-06", 10_000), "8": Returned("2026-05-05", 20_000), "9": Returned("2026", 0)}
        items = said.refund_items("#1001", refunds)
        assert [(item["refund_no"], item["amount"]) for item in items] == [("#1001-R", "2.00"), ("#1001-R2", "1.00")]

    def test_an_instant_is_compared_in_utc(self) -> None:
        assert shopify.order(events.shopify()).changed_at == dt.datetime(2026, 5, 4, 2, tzinfo=dt.UTC)

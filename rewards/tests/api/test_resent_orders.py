"""An order sold with points and coupons and sent again with another content keeps what paid for it, to the point."""

import datetime as dt
import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from members.lib import clock
from members.lib.roles import Scope
from members.models import Member, Merchant, Order, Payment, Store
from members.tests import bearer
from rewards.models import Coupon, CouponOffer, PointsRules
from rewards.services import coupons, ledger
from rewards.services.earning import settle_order
from rewards.tests.api.till import done, send, till
from rewards.tests.shop import BY, assert_right, deed, figures, lasting, member

AT = "2026-05-04T10:00:00+08:00"
SALE = {"order_no": "A1", "ordered_at": AT, "member_no": "M1", "total": "100"}
BACK = {"refund_no": "R1", "order_no": "A1", "refunded_at": "2026-05-05T10:00:00+08:00"}


@pytest.fixture
def one(merchant: Merchant, stores: tuple[Store, Store]) -> Client:
    """Bound to the first store; a point for each yuan, 100 points pay one yuan."""
    PointsRules.objects.create(
        first_day=dt.date(2026, 1, 1), points=1, per=1, cash_points=100, cash_amount=1, published_at=clock.now()
    )
    return till(stores[:1])


@pytest.fixture
def batch(stores: tuple[Store, Store]) -> Client:
    return bearer.client(Scope.WRITE_ORDERS, stores=stores[:1], name="office")


@pytest.fixture
def wang(db: None) -> Member:
    found = member("M1")
    ledger.earn(member=found, points=1000, deed=deed("opening"), term=lasting(300))
    return found


@pytest.fixture
def sold(one: Client, wang: Member) -> Coupon:
    """A sale of 100, of which a coupon paid 10 and 300 points paid 3; it earned 87."""
    offer = CouponOffer.objects.create(name="Ten off", kind="amount", amount=Decimal(10))
    held = coupons.issue(offer, wang, "c", reason="hand", by=BY)
    assert done(send(one, "orders/", SALE | {"points": 300, "coupons": [held.code]}), 201)["to_pay"] == "87.00"
    return held


def again(batch: Client, **said: Any) -> tuple[str, list[str]]:
    body = json.dumps({"orders": [SALE | said]})
    (result,) = batch.post("/api/v1/orders/batch/", body, "application/json").json()["results"]
    return result["outcome"], [each["code"] for each in result["problems"] if each["level"] == "reject"]


def standing() -> Order:
    return Order.objects.get(voided_at=None)


def payments() -> dict[str, Decimal]:
    return dict(Payment.objects.filter(order__voided_at=None).values_list("kind", "amount"))


def settle() -> None:
    """As the job of the points does."""
    for order in Order.objects.order_by("pk"):
        settle_order(order.pk, by=BY)


def test_the_new_version_keeps_what_points_and_coupons_paid(batch: Client, sold: Coupon, wang: Member) -> None:
    assert again(batch, total="120") == ("changed", [])
    settle()
    assert (standing().total, standing().gross) == (Decimal(120), Decimal(107))
    assert payments() == {"points": Decimal(3), "coupon": Decimal(10), "money": Decimal(107)}
    assert figures(wang) == (1000 - 300 + 107, 0, 0)
    assert_right()


def test_lines_that_come_later_and_go_again_do_not_lose_it_either(batch: Client, sold: Coupon) -> None:
    lines = [{"sku": "T1", "amount": "60"}, {"sku": "T2", "amount": "40"}]
    assert again(batch, lines=lines) == ("changed", [])
    assert again(batch, member_no="M2") == ("changed", [])
    assert standing().lines.count() == 2
    assert (standing().gross, payments()["points"], payments()["coupon"]) == (Decimal(87), Decimal(3), Decimal(10))


def test_a_refund_of_the_new_version_gives_points_and_money_back_in_proportion(
    one: Client, batch: Client, sold: Coupon, wang: Member
) -> None:
    again(batch, total="120")
    settle()
    assert done(send(one, "refunds/", BACK | {"amount": "107.01"}), 422)["code"] == "refund_exceeds_money"
    given = done(send(one, "refunds/", BACK | {"amount": "107"}))
    assert (given["returned"], given["taken_back"]) == (300, 107)
    assert figures(wang) == (1000, 0, 0)
    assert_right()


def test_a_void_of_the_new_version_is_as_if_it_had_not_been(
    one: Client, batch: Client, sold: Coupon, wang: Member
) -> None:
    again(batch, total="120")
    settle()
    undone = done(send(one, "orders/A1/void/", {}))
    assert (undone["returned"], undone["taken_back"], undone["coupons"]) == (300, 107, [sold.code])
    assert figures(wang) == (1000, 0, 0)
    assert_right()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"total": "12.99"}, "order_below_redeemed"),
        ({"status": "cancelled"}, "redeemed_order_not_paid"),
        (
            {"total": "100", "lines": [{"line_kind": "gift_card", "amount": "95"}, {"amount": "5"}]},
            "order_below_redeemed",
        ),
    ],
)
def test_an_order_that_would_lose_it_is_refused(
    batch: Client, sold: Coupon, wang: Member, said: dict[str, Any], code: str
) -> None:
    before = (standing().pk, figures(wang))
    assert again(batch, **said) == ("refused", [code])
    assert (standing().pk, figures(wang)) == before


def test_what_money_was_given_back_stays_covered_too(one: Client, batch: Client, sold: Coupon) -> None:
    done(send(one, "refunds/", BACK | {"amount": "50"}))
    assert again(batch, total="62.99") == ("refused", ["order_below_redeemed"])
    assert again(batch, total="63") == ("changed", [])


def test_a_file_of_the_same_source_changes_nothing_of_it_either(sold: Coupon, tmp_path: Path) -> None:
    file = tmp_path / "again.csv"
    file.write_text(f"order_no,ordered_at,total,member_no,store\nA1,{AT},120,M1,S1\n")
    report = StringIO()
    call_command("import_orders", file, source="api", stdout=report)
    assert json.loads(report.getvalue())["accepted"] == 1
    assert payments() == {"points": Decimal(3), "coupon": Decimal(10), "money": Decimal(107)}

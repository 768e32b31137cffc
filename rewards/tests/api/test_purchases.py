"""Baskets over the API: each change once, refusals as sentences, early messages as 409 until they fit."""

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client

from members.lib import clock
from members.models import Member, Order, Refund, Store
from rewards.models import PointsRules, TillRequest
from rewards.services import ledger
from rewards.tests.api.till import TILL, done, send, till
from rewards.tests.shop import assert_right, deed, figures, lasting, member

pytestmark = pytest.mark.usefixtures("merchant")
SALE = {
    "order_no": "A1", "ordered_at": "2026-05-04T10:00:00+08:00", "member_no": "M1", "points": 300,
    "lines": [{"sku": "T1", "product": "Tea", "quantity": 2, "unit_price": "19.50"}, {"sku": "C1", "amount": 61}],
}  # fmt: skip
BACK = {"refund_no": "R1", "order_no": "A1", "refunded_at": "2026-05-06T10:00:00+08:00", "amount": "48.50"}


@pytest.fixture
def one(stores: tuple[Store, Store]) -> Client:
    PointsRules.objects.create(
        first_day=dt.date(2026, 1, 1), points=1, per=1, cash_points=100, cash_amount=1, published_at=clock.now()
    )
    return till(stores[:1])


@pytest.fixture
def wang(db: None) -> Member:
    found = member("M1")
    ledger.earn(member=found, points=1000, deed=deed("opening"), term=lasting(300))
    return found


def test_quoted_sold_given_back(one: Client, wang: Member) -> None:
    basket = {name: SALE[name] for name in ("member_no", "points", "lines")}
    quoted = done(one.post(f"{TILL}/quote/", json.dumps(basket), "application/json"))
    assert quoted == {
        "total": "100.00", "coupons": [], "points": 300, "points_pay": "3.00", "most_points": 1000, "to_pay": "97.00",
        "earned": 97, "why_none": "", "refused": [], "has": {"available": 797, "pending": 0, "debt": 0, "tier": ""},
    }  # fmt: skip
    assert not Order.objects.exists()
    sold = done(send(one, "orders/", SALE), 201)
    assert sold == quoted | {"order_no": "A1", "outcome": "new", "member": wang.pk}
    given = done(send(one, "refunds/", BACK))
    assert given == {
        "refund_no": "R1", "amount": "48.50", "order_no": "A1", "status": "paid", "member": wang.pk, "taken_back": 49,
        "returned": 150, "coupons": [], "has": {"available": 898, "pending": 0, "debt": 0, "tier": ""},
    }  # fmt: skip
    assert_right()


def test_a_lost_answer_is_given_again_and_a_new_key_for_the_same_order_changes_nothing(
    one: Client, wang: Member
) -> None:
    first, second = send(one, "orders/", SALE, "k"), send(one, "orders/", SALE, "k")
    assert (first.status_code, first.content) == (second.status_code, second.content)
    again = done(send(one, "orders/", SALE, "other"))
    assert again == first.json() | {"outcome": "same"} | {"most_points": again["most_points"]}
    assert figures(wang) == (797, 0, 0)


def test_a_refund_that_comes_before_its_order_may_be_sent_again_with_its_key(one: Client, wang: Member) -> None:
    early = send(one, "refunds/", BACK, "r")
    assert (early.status_code, early["Retry-After"], early.json()["code"]) == (409, "60", "unknown_order")
    assert not TillRequest.objects.exists()
    done(send(one, "orders/", SALE | {"offline": True}), 201)
    assert done(send(one, "refunds/", BACK, "r"))["returned"] == 150


def test_void_and_exchange(one: Client, wang: Member) -> None:
    done(send(one, "orders/", SALE), 201)
    new = {"order_no": "A2", "ordered_at": "2026-05-06T10:05:00+08:00", "member_no": "M1", "total": "10"}
    changed = done(send(one, "exchanges/", {"refund": BACK, "order": new}))
    assert (changed["refund"]["taken_back"], changed["order"]["earned"]) == (49, 10)
    undone = done(send(one, "orders/A2/void/", {}))
    assert (undone["status"], undone["taken_back"]) == ("cancelled", 10)
    assert done(send(one, "orders/A1/void/", {}), 422)["code"] == "order_refunded"
    for number in ("A9", "x" * 500):
        assert done(send(one, f"orders/{number}/void/", {}), 409)["code"] == "unknown_order"
    assert figures(wang) == (898, 0, 0)
    assert_right()


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"points": 1100}, 422, "points"),
        ({"coupons": ["NONE"]}, 422, "unknown_coupon"),
        ({"store": "S2"}, 422, "store_unknown"),
        ({"ordered_at": "soon"}, 422, None),
        ({"total": "1"}, 422, "lines_do_not_add_up"),
        ({"points": -1}, 400, "invalid"),
        ({"point": 1}, 400, "invalid"),
        ({"lines": [{"amount": "1\x00"}]}, 422, None),
        ({"coupons": ["\x00", "x" * 500]}, 422, "unknown_coupon"),
        ({"member_no": "x" * 500}, 422, None),
    ],
)
def test_what_cannot_be_sold_is_said_and_nothing_is_recorded(
    one: Client, wang: Member, said: dict[str, Any], status: int, code: str | None
) -> None:
    answer = done(send(one, "orders/", SALE | said), status)
    assert answer["error"]
    assert code is None or answer["code"] == code
    assert not Order.objects.exists()
    assert figures(wang) == (1000, 0, 0)


def test_a_refused_exchange_leaves_neither(one: Client, wang: Member) -> None:
    done(send(one, "orders/", SALE), 201)
    new = SALE | {"order_no": "A2", "points": 100_000}
    done(send(one, "exchanges/", {"refund": BACK, "order": new}), 422)
    assert (Order.objects.count(), Refund.objects.count()) == (1, 0)


def test_an_offline_sale_says_what_of_its_redemption_was_not_done(one: Client, wang: Member) -> None:
    PointsRules.objects.update(offline="refuse")
    ledger.redeem(member=wang, points=900, deed=deed("elsewhere"))
    sold = done(send(one, "orders/", SALE | {"offline": True}), 201)
    assert ([each["what"] for each in sold["refused"]], sold["to_pay"], sold["earned"]) == (["points"], "100.00", 100)


@pytest.mark.parametrize("amount", ["-1", "-48.50", -1, "−1"])
def test_a_refund_with_a_minus_is_refused(one: Client, wang: Member, amount: Any) -> None:
    done(send(one, "orders/", SALE), 201)
    answer = done(send(one, "refunds/", BACK | {"amount": amount}), 422)
    assert answer["error"]
    assert not Refund.objects.exists()
    assert figures(wang) == (797, 0, 0)


@pytest.mark.parametrize("address", ["orders/%00/void/", "orders/A%00/void/", "members/%00/balance/", "%00"])
def test_a_path_with_a_nul_is_told_in_the_form_of_the_api(one: Client, address: str) -> None:
    answer = one.post(f"{TILL}/{address}", "{}", "application/json", headers={"Idempotency-Key": "n"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
    assert answer.json()["code"] == "bad_request"


@pytest.mark.parametrize("name", ["order_no", "member_no", "phone", "email", "store", "channel", "ordered_at", "total"])
def test_a_nul_in_a_sale_is_told_in_the_form_of_the_api(one: Client, wang: Member, name: str) -> None:
    said = {"order_no": "A1", "ordered_at": SALE["ordered_at"], "member_no": "M1", "total": "10"} | {name: "\x00"}
    answer = send(one, "orders/", said)
    assert answer.status_code in {201, 400, 422}
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize("name", ["refund_no", "order_no", "amount", "store"])
def test_a_nul_in_a_refund_is_told_in_the_form_of_the_api(one: Client, wang: Member, name: str) -> None:
    done(send(one, "orders/", SALE), 201)
    answer = send(one, "refunds/", BACK | {name: "\x00"})
    assert answer.status_code in {200, 400, 409, 422}
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("orders/", {"lines": [], "total": "10.005"}),
        ("orders/", {"lines": [{"sku": "T1", "amount": "3.005"}]}),
        ("orders/", {"lines": [{"sku": "T1", "quantity": 1, "unit_price": "3.005"}]}),
        ("refunds/", {"amount": "3.005"}),
    ],
)
def test_money_below_the_smallest_coin_is_refused(
    one: Client, wang: Member, address: str, said: dict[str, Any]
) -> None:
    if address == "refunds/":
        done(send(one, "orders/", SALE), 201)
    before = figures(wang)
    assert done(send(one, address, (BACK if address == "refunds/" else SALE | {"points": 0}) | said), 422)["error"]
    assert (figures(wang), Refund.objects.count()) == (before, 0)

"""What is sent again in another form: an order never falls below its refunds, and the last word of the sender holds."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Sum
from django.test import Client

from members.lib.roles import Scope
from members.models import Merchant, Order, Refund, Store
from members.tests import bearer

AT = "2026-05-04T10:00:00+08:00"


@pytest.fixture
def till(merchant: Merchant, stores: tuple[Store, Store]) -> Client:
    return bearer.client(Scope.WRITE_ORDERS, Scope.READ_ORDERS, stores=stores[:1])


def send(till: Client, what: str, item: dict[str, Any]) -> tuple[str, list[str]]:
    answered = till.post(f"/api/v1/{what}/batch/", json.dumps({what: [item]}), content_type="application/json")
    (result,) = answered.json()["results"]
    assert all(each["error"].endswith(".") for each in result["problems"] if each["level"] == "reject")
    return result["outcome"], [each["code"] for each in result["problems"]]


def sale(**said: Any) -> dict[str, Any]:
    return {"order_no": "A1", "ordered_at": AT} | said


def back(amount: str, number: str = "R1") -> dict[str, Any]:
    return {"refund_no": number, "order_no": "A1", "refunded_at": "2026-05-05T10:00:00+08:00", "amount": amount}


def standing() -> Order:
    return Order.objects.get(voided_at=None)


def test_an_order_stays_above_what_was_given_back_for_it(till: Client) -> None:
    send(till, "orders", sale(total="30"))
    send(till, "refunds", back("20"))
    assert send(till, "orders", sale(total="19.99")) == ("refused", ["order_below_refunds"])
    assert send(till, "orders", sale(total="20")) == ("changed", [])
    assert send(till, "refunds", back("5")) == ("changed", [])
    assert send(till, "orders", sale(total="5")) == ("changed", [])
    given_back = Refund.objects.filter(voided_at=None).aggregate(sum=Sum("amount"))["sum"]
    assert standing().total == given_back == 5


@pytest.mark.parametrize("status", ["cancelled", "pending", "test"])
def test_an_order_of_which_money_was_given_back_stays_a_sale(till: Client, status: str, tmp_path: Path) -> None:
    send(till, "orders", sale(total="30"))
    send(till, "refunds", back("30"))
    assert send(till, "orders", sale(total="30", status=status)) == ("refused", ["refunded_order_not_paid"])
    file = tmp_path / "again.csv"
    file.write_text(f"order_no,ordered_at,total,status\nA1,{AT},30,{status}\n")
    report = StringIO()
    call_command("import_orders", file, source="api", stdout=report)
    assert json.loads(report.getvalue())["rejected"] == 1
    assert standing().status == "paid"


def test_nothing_is_given_back_of_what_was_not_paid(till: Client) -> None:
    send(till, "orders", sale(total="30", status="pending"))
    assert send(till, "refunds", back("30")) == ("refused", ["refund_of_unpaid_order"])
    assert send(till, "orders", sale(total="30", status="paid")) == ("changed", [])
    assert send(till, "refunds", back("30")) == ("new", [])


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"total": "30"}, {"lines": [{"sku": "T1", "amount": "20"}, {"sku": "T2", "amount": "12"}]}),
        ({"lines": [{"sku": "T1", "amount": "20"}, {"sku": "T2", "amount": "12"}]}, {"total": "30"}),
    ],
)
def test_with_lines_or_without_the_last_word_is_a_new_version(
    till: Client, first: dict[str, Any], then: dict[str, Any]
) -> None:
    assert send(till, "orders", sale(**first)) == ("new", [])
    assert send(till, "orders", sale(**then)) == ("changed", [])
    stored = standing()
    assert (stored.itemised, str(stored.total)) == (("lines" in then), "32.0000" if "lines" in then else "30.0000")
    assert stored.lines.aggregate(sum=Sum("amount"))["sum"] == stored.total
    assert send(till, "orders", sale(**then)) == ("same", [])
    assert send(till, "orders", sale(**first)) == ("changed", [])


def test_the_same_total_keeps_the_lines(till: Client) -> None:
    send(till, "orders", sale(lines=[{"sku": "T1", "amount": "30"}]))
    assert send(till, "orders", sale(total="30")) == ("same", [])
    assert standing().itemised


@pytest.mark.parametrize(
    "line",
    [{"quantity": "0.335", "unit_price": "12.99"}, {"quantity": "3", "unit_price": "0.005"}, {"amount": "1.005"}],
)
def test_a_line_of_less_than_a_cent_is_sent_back(till: Client, line: dict[str, str]) -> None:
    lines = [{"sku": "T1", "amount": "1"}, {"sku": "T2", **line}]
    assert send(till, "orders", sale(lines=lines)) == ("refused", ["computed_decimals"])
    assert send(till, "orders", sale(lines=[{"sku": "T2", "quantity": "0.5", "unit_price": "12.50"}])) == ("new", [])


def test_the_sign_of_a_refund_makes_no_difference_and_that_is_said(till: Client) -> None:
    send(till, "orders", sale(total="30"))
    assert send(till, "refunds", back("-12.50")) == ("new", ["refund_sign"])
    assert str(Refund.objects.get().amount) == "12.5000"


def test_a_file_is_held_to_the_same(till: Client, tmp_path: Path) -> None:
    send(till, "orders", sale(total="30"))
    send(till, "refunds", back("20"))
    smaller = tmp_path / "smaller.csv"
    smaller.write_text(f"order_no,ordered_at,total\nA1,{AT},19\n")
    report = StringIO()
    call_command("import_orders", smaller, source="api", stdout=report)
    found = json.loads(report.getvalue())
    assert (found["accepted"], found["rejected"]) == (0, 1)
    assert str(standing().total) == "30.0000"

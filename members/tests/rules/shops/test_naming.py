"""What is left of an event when its buyer is taken out: all of the order, nothing of the person."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from members.rules.shops import naming, reading, shopify, woocommerce
from members.rules.shops.said import OrderSaid, RefundsSaid, Said
from members.rules.traces import Traces
from members.tests import shop_events as events

JOHN = Traces(names=["Bob Norman"], numbers=[], contacts=["+8613812341234", "jon@example.com"])
BUYER = {"email", "phone", "name", "account", "guest"}
WAYS: list[tuple[Callable[[Any], Said], dict[str, Any]]] = [
    (shopify.order, events.shopify(refunds=[events.shopify_refund()])),
    (shopify.order, events.shopify(original_total_duties_set={"shop_money": {"amount": "3.00"}})),
    (woocommerce.order, events.woo(refunds=[{"id": 1, "total": "-2.00"}], fee_lines=[{"total": "1.00"}])),
]


@pytest.mark.parametrize(("read", "event"), WAYS)
def test_the_order_is_the_same_without_its_buyer(read: Callable[[Any], OrderSaid], event: dict[str, Any]) -> None:
    whole = read(reading.parsed(json.dumps(event).encode()))
    left = read(reading.parsed(naming.nameless(json.dumps(event).encode(), JOHN)))
    assert (left.id, left.changed_at, left.status, left.refunds) == (
        whole.id, whole.changed_at, whole.status, whole.refunds,
    )  # fmt: skip
    assert {**left.item, **dict.fromkeys(BUYER)} == {**whole.item, **dict.fromkeys(BUYER)}
    assert not any(left.item.get(name) for name in BUYER - {"guest"})


def test_a_refund_keeps_its_money_and_loses_its_note() -> None:
    body = json.dumps(events.shopify_refund(note="jon@example.com")).encode()
    left = naming.nameless(body, JOHN)
    assert isinstance(read := shopify.refund(reading.parsed(left)), RefundsSaid)
    assert read == shopify.refund(reading.parsed(body))
    assert b"jon@" not in left


def test_a_product_that_bears_the_name_loses_it() -> None:
    lines = [{"quantity": 1, "price": "1.00", "name": "Mug for Bob Norman"}]
    assert b"Norman" not in naming.nameless(json.dumps({"line_items": lines}).encode(), JOHN)


@pytest.mark.parametrize("body", [b"", b"[", b"[1]", b"\xff", b"[" * 100_000])
def test_what_cannot_be_read_is_emptied(body: bytes) -> None:
    assert naming.nameless(body, JOHN) == b""

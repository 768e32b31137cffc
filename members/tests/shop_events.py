"""Events as Shopify and WooCommerce send them, modelled on the examples in their documentation."""

import copy
import json
from decimal import Decimal
from typing import Any

from django.test import Client

from members.lib import signatures
from members.lib.actor import system
from members.models import ShopConnection, Store
from members.services.shops import connections

SECRET = "hush-hush-hush"
SHOPIFY: dict[str, Any] = {
    "id": 820982911946154508,
    "name": "#1001",
    "created_at": "2026-05-04T10:00:00+08:00",
    "updated_at": "2026-05-04T10:00:00+08:00",
    "cancelled_at": None,
    "test": False,
    "currency": "CNY",
    "financial_status": "paid",
    "email": "jon@example.com",
    "phone": None,
    "taxes_included": False,
    "total_price": "243.00",
    "total_discounts": "20.00",
    "total_tax": "13.00",
    "total_tip_received": "0.00",
    "customer": {"id": 115310627314723954, "email": "john@example.com", "first_name": "John", "last_name": "Smith"},
    "billing_address": {"name": "Bob Norman", "phone": "13812341234"},
    "line_items": [
        {
            "id": 866550311766439020, "sku": "IPOD2008PINK", "title": "IPod Nano", "name": "IPod Nano - 8GB",
            "quantity": 1, "price": "200.00", "gift_card": False, "discount_allocations": [{"amount": "15.00"}],
        },
        {
            "id": 141249953214522974, "sku": None, "title": "Case", "name": "Case", "quantity": 2, "price": "20.00",
            "gift_card": False, "discount_allocations": [{"amount": "5.00"}],
        },
    ],
    "shipping_lines": [{"price": "10.00", "discount_allocations": []}],
    "refunds": [],
}  # fmt: skip
SHOPIFY_REFUND: dict[str, Any] = {
    "id": 890088186047892319,
    "order_id": 820982911946154508,
    "created_at": "2026-05-06T09:00:00+08:00",
    "processed_at": "2026-05-06T09:00:00+08:00",
    "note": "Things were damaged",
    "transactions": [{"id": 245135271310201194, "kind": "refund", "status": "success", "amount": "40.00"}],
}
WOO: dict[str, Any] = {
    "id": 727,
    "number": "727",
    "status": "processing",
    "currency": "CNY",
    "date_created_gmt": "2026-05-04T02:00:00",
    "date_modified_gmt": "2026-05-04T02:00:00",
    "discount_total": "0.00",
    "shipping_total": "10.00",
    "total": "29.35",
    "total_tax": "1.35",
    "customer_id": 26,
    "billing": {"first_name": "John", "last_name": "Doe", "email": "john.doe@example.com", "phone": "13812341234"},
    "line_items": [
        {"id": 315, "name": "Woo Single #1", "sku": "", "quantity": 2, "subtotal": "6.00", "total": "6.00"},
        {"id": 316, "name": "Ship Your Idea", "sku": "Bar3", "quantity": 1, "subtotal": "12.00", "total": "12.00"},
    ],
    "fee_lines": [],
    "refunds": [],
}


def shopify(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(SHOPIFY) | changes


def shopify_refund(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(SHOPIFY_REFUND) | changes


def woo(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(WOO) | changes


def connect(store: Store, kind: str = "shopify", name: str = "Shop", source: str = "") -> ShopConnection:
    source = source or kind
    return connections.create(kind=kind, name=name, store=store, source=source, secret=SECRET, by=system("test"))


def post(
    connection: ShopConnection, topic: str, event: Any, delivery: str, *, secret: str = SECRET, headers: Any = None
) -> Any:
    """Send an event as the shop would; the response."""
    body = event if isinstance(event, bytes) else json.dumps(event, default=_plain).encode()
    signed = signatures.of_body(secret, body)
    own = {
        "shopify": {"X-Shopify-Topic": topic, "X-Shopify-Webhook-Id": delivery, "X-Shopify-Hmac-Sha256": signed},
        "woocommerce": {
            "X-WC-Webhook-Topic": topic, "X-WC-Webhook-Delivery-ID": delivery, "X-WC-Webhook-Signature": signed,
        },
    }[connection.kind]  # fmt: skip
    path = f"/hooks/{connection.kind}/{connection.pk}/"
    return Client().post(path, body, content_type="application/json", headers=own if headers is None else headers)


def _plain(value: Decimal) -> str:
    return str(value)

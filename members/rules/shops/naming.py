"""Whether the body of an event that was kept is about a person who is erased."""

import json
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any

from members.rules.traces import Traces

_ACCOUNT = "customer_id"
_SHORTEST = 7  # digits of a number that may be a phone; shorter ones are counts
# What shopify and woocommerce read of an event, at any depth, apart from who bought.
_OF_NOBODY = {
    "id", "order_id", "name", "created_at", "updated_at", "cancelled_at", "processed_at", "test", "currency",
    "financial_status", "taxes_included", "total_price", "total_discounts", "total_tax", "total_tip_received",
    "line_items", "shipping_lines", "original_total_duties_set", "shop_money", "refunds", "transactions",
    "discount_allocations", "sku", "title", "quantity", "price", "gift_card", "total_discount", "amount",
    "kind", "status", "date_created_gmt", "date_modified_gmt", "shipping_total", "total", "fee_lines",
}  # fmt: skip


def is_about(body: bytes, traces: Traces, orders: Collection[str]) -> bool:
    """Whether it names the person, or one of these orders by the shop's id. What cannot be read may do so: True."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return True
    if isinstance(said, dict) and {str(said.get("id")), str(said.get("order_id"))} & set(orders):
        return True
    return any(traces.named_in(text) for text in _texts(said))


def nameless(body: bytes, traces: Traces) -> bytes:
    """The event without the buyer, so that its order can still be taken; b"" where it cannot be read."""
    try:
        said = json.loads(body, parse_float=Decimal)
        return json.dumps(traces.without(_of_nobody(said)), default=str).encode() if isinstance(said, dict) else b""
    except (ValueError, RecursionError):
        return b""


def _of_nobody(said: Any) -> Any:
    if isinstance(said, dict):
        return {key: _of_nobody(value) for key, value in said.items() if key in _OF_NOBODY}
    return [_of_nobody(each) for each in said] if isinstance(said, list) else said


def _texts(said: Any) -> Iterator[str]:
    """All texts in it, names in two parts as one, and the numbers that may stand for somebody."""
    waiting = [said]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield f"{value.get('first_name')} {value.get('last_name')}"
            yield str(value.get(_ACCOUNT, ""))
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) or len(str(value)) >= _SHORTEST:
            yield str(value)

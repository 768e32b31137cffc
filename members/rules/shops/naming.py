"""Whether the body of an event that was kept is about a person who is erased."""

import json
from collections.abc import Collection, Iterator
from typing import Any

from members.rules.traces import Traces

_ACCOUNT = "customer_id"
_SHORTEST = 7  # digits of a number that may be a phone; shorter ones are counts


def is_about(body: bytes, traces: Traces, orders: Collection[str]) -> bool:
    """Whether it names the person, or one of these orders by the shop's id. What cannot be read may do so: True."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return True
    if isinstance(said, dict) and {str(said.get("id")), str(said.get("order_id"))} & set(orders):
        return True
    return any(traces.named_in(text) for text in _texts(said))


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

"""Values out of the JSON of a shop system: there and of the right kind, or Unreadable with the name of the field."""

import datetime as dt
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from members.rules.shops.said import Unreadable

_AMOUNT = re.compile(r"[+-]?(\d{1,11}(\.\d{0,20})?|\.\d{1,20})(e[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE)
LARGEST = Decimal(10) ** 11  # no amount of a shop has so many digits
LONGEST_ID = 40
Object = Mapping[str, Any]


def parsed(body: bytes) -> Object:
    """The object that the body holds; numbers to the last digit. Unreadable for anything else."""
    try:
        found = json.loads(body, parse_float=Decimal)
        json.dumps(found, default=str, ensure_ascii=False).encode()  # half a character could not be stored
    except (ValueError, RecursionError) as error:
        raise Unreadable("JSON") from error
    if not isinstance(found, Mapping):
        raise Unreadable("JSON")
    return found


def text(source: Object, name: str) -> str:
    """A text, or a number as its digits; "" where there is none."""
    value = source.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Unreadable(name)
    return str(value).strip()


def needed(source: Object, name: str) -> str:
    if not (found := text(source, name)):
        raise Unreadable(name)
    return found


def identity(source: Object, name: str) -> str:
    """The shop's own id of something."""
    found = needed(source, name)
    if len(found) > LONGEST_ID:
        raise Unreadable(name)
    return found


def inner(source: Object, name: str) -> Object:
    """An object inside; an empty one where there is none."""
    value = source.get(name)
    if value is not None and not isinstance(value, Mapping):
        raise Unreadable(name)
    return value or {}


def listed(source: Object, name: str) -> list[Object]:
    """Objects inside; none where the list is missing."""
    value = source.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise Unreadable(name)
    return value


def bare(event: Object) -> None:
    """Unreadable for an order sent under a topic whose events hold none: the signature does not cover the topic."""
    if "line_items" in event:
        raise Unreadable("line_items")


def money(source: Object, name: str) -> int:
    """An amount in ten-thousandths; 0 where there is none."""
    return _units(text(source, name) or "0", name)


def _units(said: str, name: str) -> int:
    """Exact, or Unreadable: an exponent of many digits would be an overflow, or a zero that nobody wrote."""
    amount = Decimal(said) if _AMOUNT.fullmatch(said) else None
    if amount is None or abs(amount) >= LARGEST:
        raise Unreadable(name)
    units = amount.scaleb(4)
    if units != units.to_integral_value():
        raise Unreadable(name)
    return int(units)


def whole(source: Object, name: str) -> int:
    """A count; 0 where there is none."""
    said = text(source, name) or "0"
    if not (said.isascii() and said.isdigit() and len(said) <= 9):
        raise Unreadable(name)
    return int(said)


def instant(source: Object, name: str, *, in_utc: bool = False) -> dt.datetime:
    """An instant in UTC. `in_utc`: the text has no offset, and is meant in UTC."""
    said = needed(source, name)
    try:
        found = dt.datetime.fromisoformat(said)
        if in_utc and found.tzinfo is None:
            found = found.replace(tzinfo=dt.UTC)
        if found.tzinfo is None:
            raise Unreadable(name)
        return found.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable(name) from error

"""Whether the first values of a column look like the field that its header names; a header alone has fooled many."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from members.rules.imports.amounts import quantity
from members.rules.imports.instants import is_serial
from members.rules.imports.problems import BadValue
from members.rules.imports.text import narrow

ENOUGH: Final = 3  # values by which a column may be told, or doubted
CLEARLY: Final = 0.9
DATES = frozenset({"ordered_at", "refunded_at"})
MONEY = frozenset({"amount", "unit_price"})

_DATE = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}\D?.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}.*|(?:19|20)\d{2}[01]\d[0-3]\d(?:\d{6})?",
    re.ASCII | re.DOTALL,
)
_PHONE = re.compile(r"(?:(?:\+|00)?86)?1[3-9]\d{9}|\+\d{8,15}", re.ASCII)
_PHONE_MARKS = re.compile(r"[\s().\-'\"=]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_AMOUNT = re.compile(r"[-+(]?(?:[A-Z]{3}|[¥$€£])? ?-?\d{1,9}(?:,\d{3})*(?:\.\d+)? ?(?:元|[A-Z]{3}|[€£])?\)?", re.ASCII)


def fit(name: str, values: Sequence[str]) -> bool:
    """Whether the values may be the field's; blank ones say nothing."""
    filled = [narrow(value) for value in values if value.strip()]
    if not filled:
        return True
    kinds = Counter(map(_kind, filled))
    if name in DATES | MONEY | {"quantity"} and not _has_figures(name, filled):
        return False
    if len(filled) < ENOUGH:
        return True
    mostly, count = kinds.most_common(1)[0]
    if count * 2 <= len(filled):
        mostly = ""
    return mostly not in _FOREIGN.get(name, ()) and not _is_foreign(name, mostly, filled)


_FOREIGN = {
    "amount": ("date", "phone", "email"),
    "unit_price": ("date", "phone", "email"),
    "quantity": ("date", "phone", "email"),
    "ordered_at": ("phone", "email"),
    "refunded_at": ("phone", "email"),
    "order_no": ("email",),
    "refund_no": ("email",),
    "currency": ("date", "phone", "email", "amount"),
    "phone": ("date", "email"),
    "email": ("date", "phone", "amount"),
    "name": ("date", "phone", "email", "amount"),
}


def _has_figures(name: str, filled: Sequence[str]) -> bool:
    if name == "quantity":
        return any(map(_is_quantity, filled))
    return any(character.isdigit() for value in filled for character in value)


def _is_foreign(name: str, mostly: str, filled: Sequence[str]) -> bool:
    if name in DATES:
        return mostly == "amount" and not all(map(is_serial, filled)) and any("." in value for value in filled)
    if name in {"order_no", "refund_no"}:
        return mostly == "date" and any(re.search(r"[-/.年:]", value) for value in filled)
    if name == "phone":
        return not any(sum(character.isdigit() for character in value) > 3 for value in filled)
    if name == "email":
        return not any("@" in value for value in filled)
    if name == "member_no":
        return sum(1 for value in filled if re.search(r"[0-9A-Za-z]", value)) * 2 < len(filled)
    return False


def proposed(values: Sequence[str]) -> str:
    """What a column clearly holds whose header is not known: "phone", "email", "date", "amount" or ""."""
    filled = [narrow(value) for value in values if value.strip()]
    if len(filled) < ENOUGH:
        return ""
    kind, count = Counter(map(_kind, filled)).most_common(1)[0]
    if count < CLEARLY * len(filled) or (kind == "amount" and sum("." in value for value in filled) * 2 < len(filled)):
        return ""
    return kind


def all_equal(values: Sequence[str]) -> bool:
    """Whether a column that should tell rows apart says the same in each."""
    return len(values) >= ENOUGH and len(set(values)) == 1


def _kind(value: str) -> str:
    if _EMAIL.fullmatch(value):
        return "email"
    if _DATE.fullmatch(value):
        return "date"
    if _PHONE.fullmatch(_PHONE_MARKS.sub("", value)):
        return "phone"
    return "amount" if _AMOUNT.fullmatch(value) else ""


def _is_quantity(value: str) -> bool:
    try:
        quantity(value)
    except BadValue:
        return False
    return True

"""What somebody decided about a group of problems: what a written value stands for, or what a code's rows become.

Only decisions that say what they do are offered: a value counts as another, an amount counts as nothing, an optional
value is left blank, or the rows stay out. Nothing is decided by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from members.rules.imports import text
from members.rules.imports.problems import BadValue

ZERO, BLANK, SKIP = "zero", "blank", "skip"
CHOICES = {
    "status": ("paid", "pending", "cancelled", "test"),
    "line_kind": ("goods", "gift_card", "fee"),
    "gender": ("female", "male", "other"),
}
PLACES = ("store", "channel")  # their choices are what the merchant has
NAMED = ("unknown_status", "unknown_line_kind", "unknown_gender")  # codes that a choice for the written value mends
LONGEST = 10_000

_UNREADABLE = frozenset({
    "missing", "not_a_number", "scientific", "ambiguous_decimal_comma", "too_many_decimals", "implausibly_large",
    "other_currency", "excel_error",
})  # fmt: skip
_AMOUNTS = frozenset({"amount", "unit_price"})
_OPTIONAL = frozenset({"name", "category", "phone", "email", "gender", "city", "birthday", "joined_on"})


@dataclass(frozen=True, slots=True)
class Decisions:
    """`values`: field -> written value -> what it stands for. `codes`: "field:code" -> zero, blank or skip."""

    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> tuple[Mapping[str, str], dict[str, str]]:
        """What was decided about one field of a kind of file: its written values, and code -> action."""
        about = ((key.partition(":")[2], action) for key, action in self.codes.items() if key.startswith(f"{name}:"))
        codes = {code: action for code, action in about if action in actions(kind, name, code)}
        return self.values.get(name, {}), codes


NONE = Decisions()


def read(stored: Mapping[str, Any]) -> Decisions:
    """From the form in which an import keeps them."""
    return Decisions(stored.get("values", {}), stored.get("codes", {})) if stored else NONE


def written(raw: str) -> str:
    """How a written value is compared with a decided one: trimmed and composed, its case kept."""
    try:
        return text.clean(raw, LONGEST)[0]
    except BadValue:
        return raw


def actions(kind: str, name: str, code: str) -> tuple[str, ...]:
    """What can be decided for all rows of a group of problems; () where only the file can be mended."""
    if code == "negative_order":  # of a file of lines it is the sum that is negative, and no cell
        return (ZERO, SKIP) if kind == "orders" else ()
    if name in _AMOUNTS and code in _UNREADABLE:
        return (SKIP,) if kind == "refunds" else (ZERO, SKIP)  # a refund of nothing is none
    if code in NAMED:
        return (SKIP,)
    return (BLANK, SKIP) if name in _OPTIONAL else ()

"""The columns of a file and the fields they hold, and what each kind of file needs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from members.rules.imports.fields import FIELDS, MEMBER_FIELDS
from members.rules.imports.presets import Preset

KINDS = ("orders", "lines", "refunds", "members")
MEMBER_KEYS = ("member_no", "phone", "card", "account")  # one of these columns tells one member from another
REQUIRED = {
    "orders": ("order_no", "ordered_at", "amount"),
    "lines": ("order_no", "ordered_at"),
    "refunds": ("refund_no", "order_no", "refunded_at", "amount"),
    "members": (),
}
USED = {
    "orders": frozenset(FIELDS)
    - {"refund_no", "refunded_at", "sku", "product", "category", "quantity", "unit_price", "line_kind"},
    "lines": frozenset(FIELDS) - {"refund_no", "refunded_at"},
    "refunds": frozenset(
        {"refund_no", "order_no", "refunded_at", "amount", "currency", "member_no", "channel", "store"}
    ),
    "members": frozenset(MEMBER_FIELDS),
}


class Sure(StrEnum):
    """How sure the match of a column is."""

    YES = "yes"
    ASK = "ask"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file: where it stands, its header, first values, the field it is taken for ("" = none)."""

    position: int
    header: str
    samples: tuple[str, ...]
    field: str
    sure: Sure


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file holds (`kind`), where (`positions`: field -> column index), and what is known of its maker.

    `time_of_day` is the position of the column that holds the time apart from the date.
    """

    kind: str
    preset: Preset | None
    columns: tuple[Column, ...]
    positions: Mapping[str, int]
    serial_dates: bool = False
    time_of_day: int | None = None

    @property
    def width(self) -> int:
        return len(self.columns)

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields that the kind needs and no column holds."""
        return missing_fields(self.kind, self.preset, self.positions.keys())


def missing_fields(kind: str, preset: Preset | None, held: Collection[str]) -> tuple[str, ...]:
    needed = REQUIRED[kind]
    lost = [name for name in needed if name not in held]
    if kind == "members" and not any(name in held for name in MEMBER_KEYS):
        return ("member_no", "phone")
    if preset is not None and preset.whole and kind == "lines":
        return tuple(lost) if "total" in held else (*lost, "total")
    if kind == "lines":
        if "sku" not in held and "product" not in held:
            lost.append("sku")
        if "amount" not in held and not ("quantity" in held and "unit_price" in held):
            lost.append("amount")
    return tuple(lost)

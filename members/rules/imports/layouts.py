"""Which column holds which field: found from the header, or asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from members.rules.imports.amounts import quantity
from members.rules.imports.fields import FIELD_BY_KEY, FIELDS, key
from members.rules.imports.instants import is_serial
from members.rules.imports.presets import PRESETS, Preset
from members.rules.imports.problems import BadValue, Refused

KINDS = ("orders", "lines", "refunds")
REQUIRED = {
    "orders": ("order_no", "ordered_at", "amount"),
    "lines": ("order_no", "ordered_at"),
    "refunds": ("refund_no", "order_no", "refunded_at", "amount"),
}
USED = {
    "orders": frozenset(FIELDS)
    - {"refund_no", "refunded_at", "sku", "product", "category", "quantity", "unit_price", "line_kind"},
    "lines": frozenset(FIELDS) - {"refund_no", "refunded_at"},
    "refunds": frozenset({"refund_no", "order_no", "refunded_at", "amount", "member_no", "channel", "store"}),
}
_LOOKS_LIKE_DATA = re.compile(r"[\d\s:./+-]*\d[\d\s:./+-]*|[^@\s]+@[^@\s]+\.\w+|M?\d{3,}", re.ASCII)


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
    """What a file holds (`kind`), where (`positions`: field -> column index), and what is known of its maker."""

    kind: str
    preset: Preset | None
    columns: tuple[Column, ...]
    positions: Mapping[str, int]
    serial_dates: bool = False

    @property
    def width(self) -> int:
        return len(self.columns)

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields that the kind needs and no column holds."""
        lost = [name for name in REQUIRED[self.kind] if name not in self.positions]
        if self.kind == "lines":
            if "sku" not in self.positions and "product" not in self.positions:
                lost.append("sku")
            if "amount" not in self.positions and not {"quantity", "unit_price"} <= self.positions.keys():
                lost.append("amount")
        return tuple(lost)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the importer asked for: "auto" or a name; `columns`: field -> header, given by hand ("" = leave out)."""

    preset: str = "auto"
    kind: str = "auto"
    columns: Mapping[str, str] | None = None


def match(header: list[str], samples: list[list[str]], wish: Wish) -> Layout:
    """Match columns to fields. Refused for a header that is data, or columns given by hand that do not exist."""
    preset = _preset(header, wish)
    by_hand = _by_hand(header, wish.columns or {})
    found = by_hand if wish.columns is not None and "*" in wish.columns else {**_found(header, preset), **by_hand}
    if not found and _is_data(header):
        raise Refused("no_header", first=", ".join(header)[:80])
    kind = _kind(found, preset, wish)
    columns = _columns(header, samples, {position: name for name, position in found.items() if position >= 0}, kind)
    positions = {column.field: column.position for column in columns if column.field}
    date = positions.get("refunded_at" if kind == "refunds" else "ordered_at")
    return Layout(kind, preset, columns, positions, _all_serials(samples, date))


def checked(layout: Layout, header: list[str]) -> Layout:
    """The layout, or Refused with the columns it lacks."""
    if layout.missing:
        raise Refused("columns_missing", fields=",".join(layout.missing), header=", ".join(header)[:200])
    return layout


def _preset(header: list[str], wish: Wish) -> Preset | None:
    if wish.preset == "generic":
        return None
    if wish.preset == "auto":
        return next((preset for preset in PRESETS.values() if preset.fits(header)), None)
    if wish.preset not in PRESETS:
        raise Refused("preset_unknown", preset=wish.preset, known=", ".join(["auto", "generic", *PRESETS]))
    return PRESETS[wish.preset]


def _found(header: list[str], preset: Preset | None) -> dict[str, int]:
    """Field -> position. Of two columns for one field the first is taken and shown as to be confirmed."""
    if preset is not None:
        places = {key(cell): position for position, cell in reversed(list(enumerate(header)))}
        wanted = {name: key(column) for name, column in preset.columns.items()}
        return {name: places[column] for name, column in wanted.items() if column in places}
    found: dict[str, int] = {}
    for position, cell in enumerate(header):
        name = FIELD_BY_KEY.get(key(cell))
        if name is not None:
            found.setdefault(name, position)
    return found


def _by_hand(header: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    places = {key(cell): position for position, cell in reversed(list(enumerate(header)))}
    found = {}
    for name, column in columns.items():
        if name == "*":
            continue
        if name not in FIELDS:
            raise Refused("field_unknown", field=name, known=", ".join(FIELDS))
        if column and key(column) not in places:
            raise Refused("column_not_there", column=column, field=name, header=", ".join(header)[:200])
        found[name] = places[key(column)] if column else -1
    return found


def _kind(found: Mapping[str, int], preset: Preset | None, wish: Wish) -> str:
    if wish.kind in KINDS:
        return wish.kind
    if wish.kind != "auto":
        raise Refused("kind_unknown", kind=wish.kind, known=", ".join(KINDS))
    if preset is not None:
        return preset.kind
    if "refund_no" in found or "refunded_at" in found:
        return "refunds"
    if "sku" in found or "unit_price" in found or ("product" in found and "quantity" in found):
        return "lines"
    return "orders"


def _columns(header: list[str], samples: list[list[str]], names: Mapping[int, str], kind: str) -> tuple[Column, ...]:
    matched = set(names.values())
    columns = []
    for position, cell in enumerate(header):
        values = tuple(row[position] for row in samples if position < len(row))
        name = names.get(position, "")
        name = name if name in USED[kind] else ""
        doubled = not name and FIELD_BY_KEY.get(key(cell)) in matched & USED[kind]
        sure = Sure.ASK if doubled or (name and not _plausible(name, values)) else Sure.YES if name else Sure.SKIP
        columns.append(Column(position, cell.strip(), values, name, sure))
    return tuple(columns)


def _plausible(name: str, values: tuple[str, ...]) -> bool:
    """Whether the first values look like the field; a header alone has fooled importers before."""
    filled = [value for value in values if value.strip()]
    if not filled or name not in {"ordered_at", "refunded_at", "amount", "unit_price", "quantity"}:
        return True
    if name == "quantity":
        return any(_is_quantity(value) for value in filled)
    return any(any(character.isdigit() for character in value) for value in filled)


def _is_quantity(value: str) -> bool:
    try:
        quantity(value)
    except BadValue:
        return False
    return True


def _is_data(header: list[str]) -> bool:
    """Whether the first record holds values rather than names."""
    return any(_LOOKS_LIKE_DATA.fullmatch(cell.strip()) for cell in header if cell.strip())


def _all_serials(samples: list[list[str]], position: int | None) -> bool:
    """A date column that holds day numbers only (in the rows looked at) came out of a spreadsheet unformatted."""
    if position is None:
        return False
    values = [row[position] for row in samples if position < len(row) and row[position].strip()]
    return bool(values) and all(is_serial(value) for value in values)

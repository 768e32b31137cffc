"""Which column holds which field: found from the header, or asked."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from members.rules.imports import values
from members.rules.imports.fields import (
    FIELD_BY_KEY,
    FIELDS,
    MEMBER_FIELD_BY_KEY,
    MEMBER_FIELDS,
    REPEATED,
    SHOP_FIELDS,
    key,
)
from members.rules.imports.instants import is_serial
from members.rules.imports.member_presets import MEMBER_PRESETS
from members.rules.imports.presets import PRESETS, Preset
from members.rules.imports.problems import Refused

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
    "refunds": frozenset({"refund_no", "order_no", "refunded_at", "amount", "member_no", "channel", "store"}),
    "members": frozenset(MEMBER_FIELDS),
}
_DATE = {"orders": "ordered_at", "lines": "ordered_at", "refunds": "refunded_at", "members": "joined_on"}
_CONTACTS = frozenset({"phone", "email", "name"})  # left out when unsure: an order can do without them
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
        return _missing(self.kind, self.preset, self.positions.keys())


@dataclass(frozen=True, slots=True)
class Wish:
    """What the importer asked for: "auto" or a name; `columns`: field -> header, given by hand ("" = leave out).

    A kind "sales" is any but members.
    """

    preset: str = "auto"
    kind: str = "auto"
    columns: Mapping[str, str] | None = None


def match(header: list[str], samples: list[list[str]], wish: Wish) -> Layout:
    """Match columns to fields. Refused for a header that is data, or columns given by hand that do not exist."""
    preset = _preset(header, wish)
    by_hand = _by_hand(header, wish.columns or {})
    matched = _found(header, preset, samples)
    if wish.columns is not None and "*" in wish.columns:
        matched = {name: position for name, position in matched.items() if name in SHOP_FIELDS}
    found = matched | by_hand
    if not found and _is_data(header):
        raise Refused("no_header", first=", ".join(header)[:80])
    kind = _kind(header, found, preset, wish)
    if kind == "members" and "*" not in (wish.columns or {}):
        found = _found_of_member(header, preset) | by_hand
    columns = _columns(header, samples, {position: name for name, position in found.items() if position >= 0}, kind)
    columns = _settled(columns, kind, by_hand, preset)
    positions = {column.field: column.position for column in columns if column.field}
    date = positions.get(_DATE[kind])
    return Layout(kind, preset, columns, positions, _all_serials(samples, date))


def checked(layout: Layout, header: list[str]) -> Layout:
    """The layout as it is read when nobody is asked: only columns that are sure.

    Refused with what it lacks, or with what is unsure and decides what an order is; of members everything does.
    """
    if layout.kind == "members":
        return _checked_members(layout, header)
    named = {column.field for column in layout.columns if column.field and not _is_proposal(column, layout.preset)}
    if lost := [name for name in layout.missing if name not in named] or _missing(layout.kind, layout.preset, named):
        raise Refused("columns_missing", fields=",".join(lost), header=", ".join(header)[:200])
    doubtful = [column for column in layout.columns if column.field and column.sure is Sure.ASK]
    if unsure := [
        column for column in doubtful if column.field in named - _CONTACTS and _is_told_otherwise(column, layout.preset)
    ]:
        fields = ",".join(column.field for column in unsure)
        raise Refused("columns_unsure", fields=fields, columns=", ".join(column.header for column in unsure))
    left_out = {column.field for column in doubtful if _is_proposal(column, layout.preset) or column.field in _CONTACTS}
    positions = {name: position for name, position in layout.positions.items() if name not in left_out}
    return replace(layout, positions=positions)


def _checked_members(layout: Layout, header: list[str]) -> Layout:
    if layout.missing:
        raise Refused("columns_missing", fields=",".join(layout.missing), header=", ".join(header)[:200])
    unsure = [column for column in layout.columns if column.field and column.sure is Sure.ASK]
    if unsure:
        fields = ",".join(column.field for column in unsure)
        raise Refused("columns_unsure", fields=fields, columns=", ".join(column.header for column in unsure))
    return layout


def _missing(kind: str, preset: Preset | None, held: Collection[str]) -> tuple[str, ...]:
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


def _is_told_otherwise(column: Column, preset: Preset | None) -> bool:
    """Whether enough values speak against the field; of fewer, each row says itself what is wrong with it."""
    filled = [value for value in column.samples if value.strip()]
    return not _is_proposal(column, preset) and (len(filled) >= values.ENOUGH or values.fit(column.field, filled))


def _is_proposal(column: Column, preset: Preset | None) -> bool:
    """Whether only the values of the column speak for its field."""
    word = key(column.header)
    named = (FIELD_BY_KEY.get(word), MEMBER_FIELD_BY_KEY.get(word))
    return preset is None and column.sure is Sure.ASK and column.field not in named


def _preset(header: list[str], wish: Wish) -> Preset | None:
    if wish.preset == "generic":
        return None
    known = MEMBER_PRESETS if wish.kind == "members" else PRESETS
    every = [*known.values(), *MEMBER_PRESETS.values()]
    if wish.preset == "auto":
        return next((preset for preset in every if preset.fits(header)), None)
    named = [preset for preset in every if preset.name == wish.preset]
    if not named:
        raise Refused("preset_unknown", preset=wish.preset, known=", ".join(["auto", "generic", *known]))
    return next((preset for preset in named if preset.fits(header)), named[0])


def _found(header: list[str], preset: Preset | None, samples: list[list[str]]) -> dict[str, int]:
    """Field -> position. Of several columns for one field the first is taken whose values look like it."""
    if preset is not None:
        return preset.places(header)
    places: dict[str, list[int]] = {}
    for position, cell in enumerate(header):
        name = FIELD_BY_KEY.get(key(cell))
        if name is not None:
            places.setdefault(name, []).append(position)
    return {name: _likeliest(name, positions, samples) for name, positions in places.items()}


def _found_of_member(header: list[str], preset: Preset | None) -> dict[str, int]:
    """As `_found`, by the names of a members file: a second phone, e-mail or number has a field of its own."""
    found = preset.places(header) if preset is not None else {}
    for position, cell in enumerate(header):
        name = MEMBER_FIELD_BY_KEY.get(key(cell))
        if name is None or position in found.values():
            continue
        free = next((one for one in (name, *REPEATED.get(name, ())) if one not in found), None)
        if free is not None:
            found[free] = position
    return found


def _likeliest(name: str, positions: list[int], samples: list[list[str]]) -> int:
    if len(positions) == 1:
        return positions[0]
    likely = (position for position in positions if values.fit(name, _cells(samples, position)))
    return next(likely, positions[0])


def _cells(samples: list[list[str]], position: int) -> tuple[str, ...]:
    return tuple(row[position] for row in samples if position < len(row))


def _by_hand(header: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    places = {key(cell): position for position, cell in reversed(list(enumerate(header)))}
    found = {}
    for name, column in columns.items():
        if name == "*":
            continue
        if name not in FIELDS and name not in MEMBER_FIELDS:
            known = ", ".join(dict.fromkeys((*FIELDS, *MEMBER_FIELDS)))
            raise Refused("field_unknown", field=name, known=known)
        if column and key(column) not in places:
            raise Refused("column_not_there", column=column, field=name, header=", ".join(header)[:200])
        found[name] = places[key(column)] if column else -1
    return found


def _kind(header: list[str], found: Mapping[str, int], preset: Preset | None, wish: Wish) -> str:
    """The kind that was asked for, else the one that the columns tell. Refused where the two cannot both be."""
    if wish.kind not in (*KINDS, "auto", "sales"):
        raise Refused("kind_unknown", kind=wish.kind, known=", ".join(KINDS))
    told = preset.kind if preset is not None else _told_kind(header, found)
    if wish.kind == "sales" and told == "members":
        raise Refused("is_members")
    if wish.kind == "members" and told != "members" and _is_sales(found):
        raise Refused("is_sales")
    return told if wish.kind in {"auto", "sales"} else wish.kind


def _told_kind(header: list[str], found: Mapping[str, int]) -> str:
    if "refund_no" in found or "refunded_at" in found:
        return "refunds"
    if "sku" in found or "unit_price" in found or ("product" in found and "quantity" in found):
        return "lines"
    if "order_no" in found or "amount" in found:
        return "orders"
    known = {MEMBER_FIELD_BY_KEY.get(key(cell)) for cell in header} | found.keys()
    return "members" if known.intersection(MEMBER_KEYS) else "orders"


def _is_sales(found: Mapping[str, int]) -> bool:
    """Whether the columns are those of orders or refunds; a number or an amount alone may stand in any file."""
    return ("order_no" in found or "refund_no" in found) and any(
        name in found for name in ("ordered_at", "refunded_at", "amount", "sku")
    )


def _columns(header: list[str], samples: list[list[str]], names: Mapping[int, str], kind: str) -> tuple[Column, ...]:
    matched = set(names.values())
    by_key = MEMBER_FIELD_BY_KEY if kind == "members" else FIELD_BY_KEY
    usable = USED[kind] | set(SHOP_FIELDS)
    columns = []
    for position, cell in enumerate(header):
        name = names.get(position, "")
        name = name if name in usable else ""
        doubled = not name and by_key.get(key(cell)) in matched & USED[kind]
        sure = Sure.ASK if doubled else Sure.YES if name else Sure.SKIP
        columns.append(Column(position, cell.strip(), _cells(samples, position), name, sure))
    return tuple(columns)


def _settled(
    columns: tuple[Column, ...], kind: str, by_hand: Mapping[str, int], preset: Preset | None
) -> tuple[Column, ...]:
    """The columns with what their values say: against the field of their header, or for one that no header names."""
    own_number = "refund_no" if kind == "refunds" else "order_no" if kind == "orders" else ""
    judged = []
    for column in columns:
        if column.field and column.field not in by_hand and column.field not in SHOP_FIELDS:
            filled = [value for value in column.samples if value.strip()]
            same = column.field == own_number and values.all_equal(filled)
            if same or not values.fit(column.field, filled) or (preset is None and _is_rivalled(column, columns)):
                column = replace(column, sure=Sure.ASK)  # noqa: PLW2901 (the same column, seen again)
        judged.append(column)
    return tuple(judged) if preset is not None or kind == "members" else _with_proposals(judged, kind)


def _is_rivalled(column: Column, columns: tuple[Column, ...]) -> bool:
    """Whether another column is called an amount too, and says other amounts: which one was paid is to be asked."""
    if column.field != "amount":
        return False
    rivals = (other for other in columns if not other.field and FIELD_BY_KEY.get(key(other.header)) == "amount")
    return any(any(map(str.strip, other.samples)) and other.samples != column.samples for other in rivals)


def _with_proposals(columns: list[Column], kind: str) -> tuple[Column, ...]:
    """Columns of an unknown header that alone hold what the file lacks are proposed for it."""
    held = {column.field for column in columns if column.field}
    date = "refunded_at" if kind == "refunds" else "ordered_at"
    lost = _missing(kind, None, held)
    wanted = {"phone": "phone", "email": "email", "date": date, "amount": "amount"}
    names = {
        what: name for what, name in wanted.items() if name in USED[kind] - held and (name in _CONTACTS or name in lost)
    }
    unknown = [
        column for column in columns if column.sure is Sure.SKIP and FIELD_BY_KEY.get(key(column.header)) is None
    ]
    said = {column.position: names.get(values.proposed(column.samples), "") for column in unknown}
    alone = {position: name for position, name in said.items() if name and list(said.values()).count(name) == 1}
    return tuple(
        replace(column, field=alone[column.position], sure=Sure.ASK) if column.position in alone else column
        for column in columns
    )


def _is_data(header: list[str]) -> bool:
    """Whether the first record holds values rather than names."""
    return any(_LOOKS_LIKE_DATA.fullmatch(cell.strip()) for cell in header if cell.strip())


def _all_serials(samples: list[list[str]], position: int | None) -> bool:
    """A date column that holds day numbers only (in the rows looked at) came out of a spreadsheet unformatted."""
    if position is None:
        return False
    values = [row[position] for row in samples if position < len(row) and row[position].strip()]
    return bool(values) and all(is_serial(value) for value in values)

"""Which column holds which field: found from the header, a preset, or the hand that chose."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from members.rules.imports import doubts, time_apart, values
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
from members.rules.imports.layout import KINDS, MEMBER_KEYS, USED, Column, Layout, Sure
from members.rules.imports.member_presets import MEMBER_PRESETS
from members.rules.imports.presets import PRESETS, Preset
from members.rules.imports.problems import Refused

_DATE = {"orders": "ordered_at", "lines": "ordered_at", "refunds": "refunded_at", "members": "joined_on"}
_LOOKS_LIKE_DATA = re.compile(r"[\d\s:./+-]*\d[\d\s:./+-]*|[^@\s]+@[^@\s]+\.\w+|M?\d{3,}", re.ASCII)


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
    columns = doubts.settled(columns, kind, by_hand, preset)
    time_of_day = None
    if preset is None and kind != "members":
        columns, time_of_day = time_apart.found(columns, _DATE[kind], by_hand)
    positions = {column.field: column.position for column in columns if column.field}
    date = positions.get(_DATE[kind])
    return Layout(kind, preset, columns, positions, _all_serials(samples, date), time_of_day)


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


def _is_data(header: list[str]) -> bool:
    """Whether the first record holds values rather than names."""
    return any(_LOOKS_LIKE_DATA.fullmatch(cell.strip()) for cell in header if cell.strip())


def _all_serials(samples: list[list[str]], position: int | None) -> bool:
    """A date column that holds day numbers only (in the rows looked at) came out of a spreadsheet unformatted."""
    if position is None:
        return False
    values = [row[position] for row in samples if position < len(row) and row[position].strip()]
    return bool(values) and all(is_serial(value) for value in values)

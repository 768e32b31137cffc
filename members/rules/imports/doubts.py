"""How sure a column is: what its values say for or against the field of its header, and what is taken unasked."""

from collections.abc import Mapping
from dataclasses import replace

from members.rules.imports import values
from members.rules.imports.fields import FIELD_BY_KEY, MEMBER_FIELD_BY_KEY, SHOP_FIELDS, key
from members.rules.imports.layout import USED, Column, Layout, Sure, missing_fields
from members.rules.imports.presets import Preset
from members.rules.imports.problems import Refused

_CONTACTS = frozenset({"phone", "email", "name"})  # left out when unsure: an order can do without them


def checked(layout: Layout, header: list[str]) -> Layout:
    """The layout as it is read when nobody is asked: only columns that are sure.

    Refused with what it lacks, or with what is unsure and decides what an order is; of members everything does.
    """
    if layout.kind == "members":
        return _checked_members(layout, header)
    named = {column.field for column in layout.columns if column.field and not _is_proposal(column, layout.preset)}
    if lost := [name for name in layout.missing if name not in named] or missing_fields(
        layout.kind, layout.preset, named
    ):
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


def _is_told_otherwise(column: Column, preset: Preset | None) -> bool:
    """Whether enough values speak against the field; of fewer, each row says itself what is wrong with it."""
    filled = [value for value in column.samples if value.strip()]
    return not _is_proposal(column, preset) and (len(filled) >= values.ENOUGH or values.fit(column.field, filled))


def _is_proposal(column: Column, preset: Preset | None) -> bool:
    """Whether only the values of the column speak for its field."""
    word = key(column.header)
    named = (FIELD_BY_KEY.get(word), MEMBER_FIELD_BY_KEY.get(word))
    return preset is None and column.sure is Sure.ASK and column.field not in named


def settled(
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
    lost = missing_fields(kind, None, held)
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

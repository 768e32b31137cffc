"""A date in one column and its time of day in another: together they are when an order was placed."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from members.rules.imports.fields import FIELD_BY_KEY, key
from members.rules.imports.layout import Column, Sure
from members.rules.imports.records import Record
from members.rules.imports.text import narrow

_DATE: Final = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", re.ASCII)
_TIME: Final = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?", re.ASCII)
_SOME_TIME: Final = re.compile(
    r"\D{0,3}\d{1,2}[:时時点點]\d{2}\D.*|\D{0,3}\d{1,2}[:时時点點]\d{2}", re.ASCII | re.DOTALL
)


def found(columns: tuple[Column, ...], name: str, by_hand: Collection[str]) -> tuple[tuple[Column, ...], int | None]:
    """The columns with the date as the field `name`, and the position of the time that belongs to it (None = none).

    Where a time stands apart and cannot be told to belong to the date, the date is to be confirmed.
    """
    holder = next((column for column in columns if column.field == name), None)
    if holder is None:
        return columns, None
    others = [column for column in columns if not column.field and _named(column) in {name, "ordered_at"}]
    if _is_all(_TIME, holder) and name not in by_hand:
        dates = [column for column in others if _is_all(_DATE, column)]
        if len(dates) == 1:
            changed = {dates[0]: replace(dates[0], field=name, sure=Sure.YES), holder: replace(holder, field="")}
            return tuple(changed.get(column, column) for column in columns), holder.position
        return columns, None
    times = [column for column in others if _is_all(_SOME_TIME, column)]
    if len(times) == 1 and _is_all(_TIME, times[0]) and _is_all(_DATE, holder):
        return tuple(replace(c, sure=Sure.YES) if c is times[0] else c for c in columns), times[0].position
    if times and name not in by_hand:
        columns = tuple(replace(column, sure=Sure.ASK) if column is holder else column for column in columns)
    return columns, None


def joined(records: Iterable[Record], date: int, time: int) -> Iterator[Record]:
    """The records with the time of day put behind the date, where both are given."""
    last = max(date, time)
    for number, cells in records:
        if len(cells) > last and (day := cells[date].strip()) and (hour := cells[time].strip()):
            yield number, [*cells[:date], f"{day} {hour}", *cells[date + 1 :]]
        else:
            yield number, cells


def _named(column: Column) -> str | None:
    return FIELD_BY_KEY.get(key(column.header))


def _is_all(pattern: re.Pattern[str], column: Column) -> bool:
    filled = [narrow(value) for value in column.samples if value.strip()]
    return bool(filled) and all(map(pattern.fullmatch, filled))

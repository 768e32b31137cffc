"""What a report's columns are, and how their values are written for machines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.lib.money import SCALE, plain
from members.queries import people

Text = str | Promise  # translated when it is shown


class Kind(StrEnum):
    """Decides how a value is written."""

    LABEL = "label"  # text: a period, a cohort, a code
    MEMBER = "member"  # one person: the id in a frame, the number to its readers
    COUNT = "count"  # whole number
    MONEY = "money"  # int64 ten-thousandths -> exact decimals
    MEAN_MONEY = "mean_money"  # float ten-thousandths -> eight decimals
    MEAN = "mean"  # float -> eight decimals
    RATE = "rate"  # fraction -> up to ten decimals
    POINTS = "points"  # difference of two fractions, shown in percentage points
    CHANGE = "change"  # difference as a fraction of what was before
    FLAG = "flag"  # true / false


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a stable key, a heading in the reader's language, and what it counts.

    `opens`: the group (of the report's `Drill`) whose people or orders a count of this column stands for.
    `words`: gives the codes that the cells may hold, each as readers call it.
    `kind_by`: another column and the kind that a cell has by its value, where every row is a figure of its own.
    """

    key: str
    heading: Text
    kind: Kind
    meaning: Text
    opens: str = ""
    words: Callable[[], Mapping[str, str]] | None = None
    kind_by: tuple[str, Mapping[str, Kind]] | None = None

    def kind_in(self, row: Mapping[Any, Any]) -> Kind:
        """The kind of this column's cell in a row."""
        return self.kind_by[1][str(row[self.kind_by[0]])] if self.kind_by else self.kind


def missing(value: Any) -> bool:
    """Whether a cell of a frame has no value, or one that is withheld."""
    return bool(pd.isna(value))


def written(value: object, kind: Kind) -> str:
    """A value as CSV, API and data tables give it; "" where there is none (or it is withheld)."""
    if missing(value):
        return ""
    return _WRITERS[kind](value)


def rows(frame: pd.DataFrame, columns: Sequence[Column]) -> list[dict[str, str]]:
    """Every cell of a frame as machines and data tables read it, by column key."""
    for key in (column.key for column in columns if column.kind is Kind.MEMBER):
        frame = frame.assign(**{key: frame[key].map(people.numbers(frame[key]))})
    return [
        {column.key: written(record[column.key], column.kind_in(record)) for column in columns}
        for record in frame.to_dict("records")
    ]


def _rate(value: float) -> str:
    text = f"{value:.10f}".rstrip("0")
    return text.rstrip(".")


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.LABEL: str,
    Kind.MEMBER: str,
    Kind.COUNT: lambda value: str(int(value)),
    Kind.MONEY: lambda value: plain(int(value)),
    Kind.MEAN_MONEY: lambda value: f"{float(value) / SCALE:.8f}",
    Kind.MEAN: lambda value: f"{float(value):.8f}",
    Kind.RATE: _rate,
    Kind.POINTS: _rate,
    Kind.CHANGE: _rate,
    Kind.FLAG: lambda value: "true" if value else "false",
}


WILSON = (
    Column("low", _("Low"), Kind.RATE, _("Lower end of the 95 % Wilson interval")),
    Column("high", _("High"), Kind.RATE, _("Upper end of the 95 % Wilson interval")),
)
"""The interval of a rate, behind it."""

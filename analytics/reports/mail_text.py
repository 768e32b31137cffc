"""What a mail says of a report whose figures it carries as a file."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.reports import wording
from analytics.reports.columns import Column
from analytics.reports.page_query import PageQuery
from analytics.reports.readable import Readable, heading
from analytics.reports.report import Result
from members.lib import display

LINES = 15  # that a mail shows of a table; the file has them all
CELLS = 5  # of each, intervals left out
_INTERVAL = {"low", "high"}


def figures(result: Result, asked: PageQuery) -> str:
    """The latest period with every figure; of a table that is not one of periods its beginning, a line a row."""
    if result.frame.empty:
        return _("There are no figures for these dates.")
    through = _("Data through %(date)s") % {"date": wording.day(dt.date.fromisoformat(str(result.meta["last_day"])))}
    told = _latest(result, asked) if result.columns[0].key == "period" else _beginning(result, asked)
    return "\n".join([through, "", *told])


def _latest(result: Result, asked: PageQuery) -> list[str]:
    return _pairs(result, asked, slice(-1, None), result.columns)[0]


def _beginning(result: Result, asked: PageQuery) -> list[str]:
    columns = [column for column in result.columns if column.key not in _INTERVAL][:CELLS]
    lines = [_(", ").join(pairs) for pairs in _pairs(result, asked, slice(LINES), columns)]
    more = len(result.frame) - len(lines)
    rest = ngettext("and %(n)s more line in the file", "and %(n)s more lines in the file", more)
    return [*lines, *([rest % {"n": display.number(more)}] if more else [])]


def _pairs(result: Result, asked: PageQuery, rows: slice, columns: Sequence[Column]) -> list[list[str]]:
    """Some rows as "heading value", without the cells that hold nothing."""
    words = Readable(columns, asked)
    part = replace(result, frame=result.frame.iloc[rows])
    return [
        [
            f"{heading(column)} {words.cell(row[column.key], column, column.kind_in(row))}"
            for column in columns
            if row[column.key]
        ]
        for row in part.rows()
    ]

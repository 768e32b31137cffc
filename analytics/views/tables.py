"""The data table of a report: every cell in the reader's words, its full value beside it, the counts linked to the
people behind them."""

from collections.abc import Collection, Sequence

import pandas as pd

from analytics.reports import drill
from analytics.reports.columns import Column as ReportColumn
from analytics.reports.columns import Kind, rows
from analytics.reports.page_query import PageQuery
from analytics.reports.readable import Readable, heading
from analytics.reports.report import Report, Result, get
from members.lib.actor import Actor
from members.lib.addresses import member_url
from members.lib.roles import Right
from members.lib.widgets import Cell, Column, Row, Table

_TEXT = {Kind.LABEL, Kind.FLAG, Kind.MEMBER}


def table(result: Result, page: PageQuery, actor: Actor, without: Collection[str] = ()) -> Table:
    """The table of a result; counts are linked only for those who may see members, and only where there are any.

    `without`: columns that say nothing where the table stands.
    """
    return _table(result.report, result.columns, result.frame, page, actor, without)


def frame_table(slug: str, frame: pd.DataFrame, page: PageQuery, actor: Actor) -> Table:
    """The table of a frame that a report gave, all groups in one."""
    return _table(get(slug), get(slug).columns, frame, page, actor)


def _table(
    report: Report, columns: Sequence[ReportColumn], frame: pd.DataFrame, page: PageQuery, actor: Actor,
    without: Collection[str] = (),
) -> Table:  # fmt: skip
    behind = report.drill if actor.may(Right.SEE_MEMBERS) else None
    shown = Readable(columns, page)

    def cell(row: dict[str, str], place: int, column: ReportColumn) -> Cell:
        exact = row[column.key]
        if column.kind is Kind.MEMBER:
            return Cell(exact, url=member_url(exact, int(frame[column.key].iloc[place])), value=exact)
        url = ""
        if behind and column.opens and exact not in {"", "0"}:
            of = page.of_group(row[page.query.group]) if page.query.group else page
            url = drill.link(of, report.slug, behind.cell(row), column.opens)
        return Cell(shown.cell(exact, column, column.kind_in(row)), url=url, value=exact)

    seen = [column for column in columns if column.key not in without]
    return Table(
        columns=[Column(heading(column), numeric=column.kind not in _TEXT) for column in seen],
        rows=[Row([cell(row, place, column) for column in seen]) for place, row in enumerate(rows(frame, columns))],
        label=str(report.title),
    )

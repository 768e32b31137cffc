"""The data table of a report: every cell in the reader's words, its full value beside it, the counts linked to the
people behind them."""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd
from django.utils.translation import gettext as _

from analytics.reports import drill, wording
from analytics.reports.columns import Column as ReportColumn
from analytics.reports.columns import Kind, rows
from analytics.reports.page_query import PageQuery
from analytics.reports.report import Report, Result, get
from members.lib import display
from members.lib.actor import Actor
from members.lib.addresses import member_url
from members.lib.roles import Right
from members.lib.widgets import Cell, Column, Row, Table
from members.queries import merchants

_TEXT = {Kind.LABEL, Kind.FLAG, Kind.MEMBER}


def table(result: Result, page: PageQuery, actor: Actor) -> Table:
    """The table of a result; counts are linked only for those who may see members, and only where there are any."""
    return _table(result.report, result.columns, result.frame, page, actor)


def frame_table(slug: str, frame: pd.DataFrame, page: PageQuery, actor: Actor) -> Table:
    """The table of a frame that a report gave, all groups in one."""
    return _table(get(slug), get(slug).columns, frame, page, actor)


def _table(
    report: Report, columns: Sequence[ReportColumn], frame: pd.DataFrame, page: PageQuery, actor: Actor
) -> Table:
    behind = report.drill if actor.may(Right.SEE_MEMBERS) else None
    shown = _Words(columns, page)

    def cell(row: dict[str, str], place: int, column: ReportColumn) -> Cell:
        exact = row[column.key]
        if column.kind is Kind.MEMBER:
            return Cell(exact, url=member_url(exact, int(frame[column.key].iloc[place])), value=exact)
        url = ""
        if behind and column.opens and exact not in {"", "0"}:
            of = page.of_group(row[page.query.group]) if page.query.group else page
            url = drill.link(of, report.slug, behind.cell(row), column.opens)
        return Cell(shown.cell(exact, column, column.kind_in(row)), url=url, value=exact)

    return Table(
        columns=[Column(_heading(column), numeric=column.kind not in _TEXT) for column in columns],
        rows=[Row([cell(row, place, column) for column in columns]) for place, row in enumerate(rows(frame, columns))],
        label=str(report.title),
    )


def _heading(column: ReportColumn) -> str:
    """The heading of a column, with the unit its cells leave out."""
    if column.kind is Kind.POINTS:
        return _("%(heading)s (points)") % {"heading": column.heading}
    return str(column.heading)


class _Words:
    """How the exact values of a report are shown to a reader: rounded, with their units, codes by their names."""

    def __init__(self, columns: Sequence[ReportColumn], page: PageQuery) -> None:
        self.currency = merchants.current().currency
        asked = {column.words: column.words() for column in columns if column.words}  # two may share one: asked once
        self.words = {column.key: asked[column.words] for column in columns if column.words}
        self.words["store"] = {store.code: store.name for store in page.stores}
        self.words["channel"] = {channel.code: channel.name for channel in page.channels} | {"": _("All channels")}

    def cell(self, exact: str, column: ReportColumn, kind: Kind) -> str:
        if kind is Kind.LABEL:
            return wording.span(self.words.get(column.key, {}).get(exact, exact))
        if exact == "":
            return display.NONE
        if kind is Kind.FLAG:
            return _("yes") if exact == "true" else _("no")
        return self._figure(Decimal(exact), kind)

    def _figure(self, exact: Decimal, kind: Kind) -> str:
        if kind is Kind.COUNT:
            return display.number(exact)
        if kind is Kind.MEAN:
            return display.number(exact, 2)
        if kind is Kind.POINTS:
            return wording.signed_points(exact)
        if kind is Kind.CHANGE:
            return wording.signed_percent(exact)
        if kind is not Kind.RATE:
            return display.money(exact, self.currency, 2)
        return display.percent(exact)

"""The data table of a report: every cell in the reader's words, its full value beside it, the counts linked to the
people behind them."""

from decimal import Decimal

import pandas as pd
from django.utils.translation import gettext as _

from analytics.reports import drill, wording
from analytics.reports.columns import Column as ReportColumn
from analytics.reports.columns import Kind
from analytics.reports.page_query import PageQuery
from analytics.reports.report import Result, get
from members.lib import display
from members.lib.actor import Actor
from members.lib.roles import Right
from members.lib.widgets import Cell, Column, Row, Table
from members.queries import merchants

# report -> column -> the group of people or orders that the count opens
_OPENS = {
    "kpi": {
        "active_members": "active",
        "new_members": "new",
        "returning_members": "returning",
        "orders": "orders",
        "guest_orders": "guest_orders",
    },
    "retention": {"cohort_size": "cohort", "active": "active"},
    "retention-curves": {"active": "active"},
    "retention-gap": {"before_members": "before", "after_members": "after"},
    "repeat-purchase": {"eligible": "eligible", "repeated": "repeated"},
    "churn-3m": {"active": "active", "churned": "churned"},
}
_TEXT = {Kind.LABEL, Kind.FLAG}
_DIFFERENCES = {"change", "low", "high"}  # of retention-gap: percentage points, not percentages


def table(result: Result, page: PageQuery, actor: Actor) -> Table:
    """The table of a result; counts are linked only for those who may see members, and only where there are any."""
    return frame_table(result.report.slug, result.frame, page, actor)


def frame_table(slug: str, frame: pd.DataFrame, page: PageQuery, actor: Actor) -> Table:
    """The table of a frame that a report gave."""
    report = get(slug)
    columns = report.columns
    opens = _OPENS.get(slug, {}) if actor.may(Right.SEE_MEMBERS) else {}
    shown = _Words(slug, page)

    def cell(row: dict[str, str], column: ReportColumn) -> Cell:
        exact = row[column.key]
        linked = column.key in opens and exact not in {"", "0"}
        url = drill.link(page, slug, cell_key(slug, row), opens[column.key]) if linked else ""
        return Cell(shown.cell(exact, column), url=url, value=exact)

    return Table(
        columns=[Column(_heading(slug, column), numeric=column.kind not in _TEXT) for column in columns],
        rows=[Row([cell(row, column) for column in columns]) for row in report.rows(frame)],
        label=str(report.title),
    )


def _heading(slug: str, column: ReportColumn) -> str:
    """The heading of a column, with the unit its cells leave out."""
    if _is_difference(slug, column):
        return _("%(heading)s (points)") % {"heading": column.heading}
    return str(column.heading)


def _is_difference(slug: str, column: ReportColumn) -> bool:
    return slug == "retention-gap" and column.key in _DIFFERENCES


class _Words:
    """How the exact values of a report are shown to a reader: rounded, with their units, codes by their names."""

    def __init__(self, slug: str, page: PageQuery) -> None:
        self.slug = slug
        self.currency = merchants.current().currency
        self.labels = {
            "channel": {channel.code: channel.name for channel in page.channels} | {"": _("All channels")},
            "group": {"before": _("Earlier newcomers"), "recent": _("Recent newcomers")},
            "verdict": wording.verdicts(),
        }

    def cell(self, exact: str, column: ReportColumn) -> str:
        if column.kind is Kind.LABEL:
            return wording.span(self.labels.get(column.key, {}).get(exact, exact))
        if exact == "":
            return display.NONE
        if column.kind is Kind.FLAG:
            return _("yes") if exact == "true" else _("no")
        return self._figure(Decimal(exact), column)

    def _figure(self, exact: Decimal, column: ReportColumn) -> str:
        if column.kind is Kind.COUNT:
            return display.number(exact)
        if column.kind is Kind.MEAN:
            return display.number(exact, 2)
        if column.kind is not Kind.RATE:
            return display.money(exact, self.currency, 2)
        if _is_difference(self.slug, column):
            return wording.signed_points(exact)
        return display.percent(exact)


def cell_key(slug: str, row: dict[str, str]) -> str:
    """What names a row of a report in a link."""
    if slug in {"retention", "retention-curves"}:
        return f"{row['cohort' if slug == 'retention' else 'group']}:{row['age']}"
    keys = {"kpi": "period", "churn-3m": "period", "repeat-purchase": "window_days", "retention-gap": "channel"}
    return row[keys[slug]]

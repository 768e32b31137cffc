"""The data table of a report: every cell with its full value, the counts linked to the people behind them."""

import pandas as pd

from analytics.reports import drill
from analytics.reports.columns import Kind
from analytics.reports.page_query import PageQuery
from analytics.reports.report import Result, get
from members.lib.actor import Actor
from members.lib.roles import Right
from members.lib.widgets import Cell, Column, Row, Table

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
    "retention-gap": {"before_members": "before", "after_members": "after"},
    "repeat-purchase": {"eligible": "eligible", "repeated": "repeated"},
}
_TEXT = {Kind.LABEL, Kind.FLAG}


def table(result: Result, page: PageQuery, actor: Actor) -> Table:
    """The table of a result; counts are linked only for those who may see members, and only where there are any."""
    return frame_table(result.report.slug, result.frame, page, actor)


def frame_table(slug: str, frame: pd.DataFrame, page: PageQuery, actor: Actor) -> Table:
    """The table of a frame that a report gave."""
    report = get(slug)
    columns = report.columns
    opens = _OPENS.get(slug, {}) if actor.may(Right.SEE_MEMBERS) else {}

    def cell(row: dict[str, str], key: str) -> Cell:
        linked = key in opens and row[key] not in {"", "0"}
        url = drill.link(page, slug, cell_key(slug, row), opens[key]) if linked else ""
        return Cell(row[key], url=url, value=row[key])

    return Table(
        columns=[Column(str(column.heading), numeric=column.kind not in _TEXT) for column in columns],
        rows=[Row([cell(row, column.key) for column in columns]) for row in report.rows(frame)],
        label=str(report.title),
    )


def cell_key(slug: str, row: dict[str, str]) -> str:
    """What names a row of a report in a link."""
    if slug == "retention":
        return f"{row['cohort']}:{row['age']}"
    return row[{"kpi": "period", "repeat-purchase": "window_days", "retention-gap": "channel"}[slug]]

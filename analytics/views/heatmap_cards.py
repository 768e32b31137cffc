"""The heat map of the Retention page and the panel of its selected cell."""

import json
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.charts.retention_heatmap import LAST_AGE, HeatmapText, retention_heatmap
from analytics.metrics import comparison as compared
from analytics.metrics import periods
from analytics.metrics.intervals import newcombe
from analytics.reports import drill, wording
from analytics.reports import retention as retention_report
from analytics.reports.query import Query
from analytics.reports.report import Result
from analytics.views import links
from analytics.views.asked import Asked
from analytics.views.tables import table
from members.lib import display
from members.lib.registry import Link
from members.lib.roles import Right
from members.lib.widgets import Action, ChartCard, Selection

EARLIER = 6  # cohorts a selected cell is held against


def tools(asked: Asked) -> list[list[tuple[str, str, bool]]]:
    """The switches of the heat map: (label, url, chosen)."""
    weekly = asked.grain == "week"
    return [
        [
            (_("Week"), asked.url(by="week", cell="", range=""), weekly),
            (_("Month"), asked.url(by="", cell="", range=""), not weekly),
        ],
        [
            (_("Return rate"), asked.url(metric=""), not asked.metric),
            (_("People"), asked.url(metric="people"), bool(asked.metric)),
        ],
    ]


def heatmap(asked: Asked, result: Result) -> ChartCard:
    """Every batch of newcomers, and how many came back in each later period."""
    chosen = _selected(asked, result.frame)
    text, people = _heatmap_text(asked.page.query), bool(asked.metric)
    wide, narrow = (
        retention_heatmap(result.frame, text, selected=chosen, people=people, compact=compact)
        for compact in (False, True)
    )
    complete = result.frame[(result.frame["age"] == 1) & result.frame["mature"]]
    full = len(complete) >= 2
    return ChartCard(
        slug="cohorts",
        title=_("Of every batch of newcomers, how many come back"),
        figure=_linked(asked, wide, narrow) if full else None,
        label=_("Heat map: rows are the period of the first purchase, columns the periods after it"),
        height="l",
        table=table(result, asked.page, asked.actor),
        csv_url=links.csv(asked.page, "retention", by=asked.grain),
        note=wording.sentences(
            _("How it counts: the first valid order decides the batch; orders refunded in full do not count."),
            retention_report.counted(asked.page.query),
        ),
        note_link=links.definition("retention"),
        empty=_("It takes two batches with a complete period after them. They fill as time passes."),
    )


def _heatmap_text(query: Query) -> HeatmapText:
    weekly = query.grain == "week"
    if query.option("clock") == "elapsed":
        column = _("%(age)s × 7 d") if weekly else _("%(age)s × 30 d")
    else:
        column = _("Week %(age)s") if weekly else _("Month %(age)s")
    return HeatmapText(
        column=column,
        windows={age: retention_report.window(query, age) for age in range(1, LAST_AGE + 1)},
        cell=_("%(cohort)s, %(window)s: %(rate)s (%(people)s people)"),
        unfinished=_("%(cohort)s, %(window)s: not over, %(rate)s so far (%(people)s people)"),
        too_few=_("Too few people"),
    )


def _linked(asked: Asked, wide: go.Figure, narrow: go.Figure) -> dict[str, Any]:
    """The figure as JSON, its cells leading to this page with the cell selected, and its form for phones inside."""
    drawn, phone = (json.loads(figure.to_json()) for figure in (wide, narrow))
    for figure in (drawn, phone):
        for trace in figure["data"]:
            if "customdata" in trace:
                trace["customdata"] = [
                    [key and asked.url(cell=key) + "#selection" for key in row] for row in trace["customdata"]
                ]
    drawn["layout"].setdefault("meta", {})["phone"] = phone
    return drawn


def is_drawn(cell: str, frame: pd.DataFrame) -> bool:
    """Whether the heat map has this cell."""
    return cell in set(_keys(_drawn(frame)))


def _drawn(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["age"].between(1, LAST_AGE) & frame["retention"].notna()]


def _keys(cells: pd.DataFrame) -> "pd.Series[str]":
    return cells["cohort"] + ":" + cells["age"].astype(str)


def _selected(asked: Asked, frame: pd.DataFrame) -> str:
    """The cell in the URL if it is drawn, else the newest complete one that is."""
    cells = _drawn(frame)
    keys = _keys(cells)
    if asked.cell in set(keys):
        return asked.cell
    complete = keys[cells["mature"] & (cells["cohort_size"] >= compared.FEW_MEMBERS)]
    return str(complete.iloc[-1]) if len(complete) else ""


def selection(asked: Asked, result: Result) -> Selection | None:
    """The panel beside the heat map; None when there is no cell to select."""
    key = _selected(asked, result.frame)
    if not key:
        return None
    cohort, _colon, age = key.partition(":")
    frame = result.frame
    row = frame[(frame["cohort"] == cohort) & (frame["age"] == int(age))].iloc[0]
    verdict, tone = _against_earlier(frame, row) if _is_comparable(asked.page.query) else ("", "")
    came, lost = int(row["active"]), int(row["cohort_size"] - row["active"])
    opens = asked.actor.may(Right.SEE_MEMBERS)

    def people(count: int, group: str) -> Link:
        return links.people_link(asked.page, "retention", key, group, count, opens=opens)

    weekly = asked.grain == "week"
    title = (
        _("First bought in the week of %(cohort)s · %(window)s")
        if weekly
        else _("First bought %(cohort)s · %(window)s")
    )
    actions = []
    if opens and lost:
        url = drill.link(asked.page, "retention", key, "lost")
        actions = [
            Action(_("See who did not come back"), url, "users", primary=True),
            Action(_("Export this list as CSV"), drill.link(asked.page, "retention", key, "lost", as_csv=True), "dl"),
        ]
    return Selection(
        title=title
        % {
            "cohort": cohort if weekly else wording.month(periods.parse(cohort, "month")),
            "window": retention_report.window(asked.page.query, int(age)),
        },
        sub=_observed(row, asked.page.query),
        value=display.percent(float(row["retention"])),
        verdict=verdict,
        tone=tone,
        lines=[(_("Came back"), people(came, "active")), (_("Did not come back"), people(lost, "lost"))],
        actions=actions,
        note=_("The 95%% interval is %(low)s to %(high)s.")
        % {"low": display.percent(float(row["low"])), "high": display.percent(float(row["high"]))},
    )


def _observed(row: "pd.Series[Any]", query: Query) -> str:
    """When the cell lies, and whether that is over."""
    if query.option("measure") == "rolling":
        return _("Never closed: who comes back later counts too")
    if query.option("clock") == "elapsed":
        return _("Complete for all of them") if row["mature"] else _("Not over for all of them: it can only rise")
    period = periods.parse(str(row["cohort"]), query.grain) + int(row["age"])  # type: ignore[arg-type]
    label = wording.month(period) if query.grain == "month" else periods.label(period, "week")
    sentence = _("%(period)s, complete") if row["mature"] else _("%(period)s, not over: it can only rise")
    return sentence % {"period": label}


def _is_comparable(query: Query) -> bool:
    """Not while earlier batches have had longer to come back: any later purchase counts."""
    return query.option("measure") != "rolling"


def _against_earlier(frame: pd.DataFrame, row: "pd.Series[Any]") -> tuple[str, str]:
    """The cell against the pooled same cell of the cohorts before it: words and tone."""
    same = frame[(frame["age"] == row["age"]) & frame["mature"] & (frame["cohort"] < row["cohort"])].tail(EARLIER)
    same = same[same["active"].notna()]
    if not row["mature"] or not len(same) or row["cohort_size"] < compared.FEW_MEMBERS:
        return "", ""
    low, high = newcombe(
        int(row["active"]), int(row["cohort_size"]), int(same["active"].sum()), int(same["cohort_size"].sum())
    )
    words = {"n": len(same)}
    if high < 0:
        return "▼ " + ngettext("lower than the batch before", "lower than the %(n)s before", len(same)) % words, "bad"
    if low > 0:
        return "▲ " + ngettext(
            "higher than the batch before", "higher than the %(n)s before", len(same)
        ) % words, "good"
    return "● " + _("No clear change"), ""

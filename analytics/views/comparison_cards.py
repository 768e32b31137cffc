"""Recent against earlier newcomers: the finding, the curves, the channels, and a few figures people ask for."""

import json
from collections.abc import Hashable
from typing import Any

import pandas as pd
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.charts.retention_curves import CurvesText, retention_curves
from analytics.metrics.comparison import Split
from analytics.reports import drill, wording
from analytics.reports.finding import Finding
from analytics.reports.report import Result
from analytics.reports.retention_gap import TOTAL, said
from analytics.views import links
from analytics.views.asked import Asked
from analytics.views.tables import table
from members.lib import display
from members.lib.registry import Link
from members.lib.roles import Right
from members.lib.widgets import Callout, Cell, Change, ChartCard, Column, Row, Table

VERDICTS = {"worse": "bad", "better": "good", "unclear": "mut", "few": "warn"}


def callout(asked: Asked, finding: Finding) -> Callout:
    """The finding on top of the page."""
    ways = []
    if finding.channel and not asked.page.query.channels:
        ways.append(Link(_("Show only this channel"), asked.url(channel=finding.channel, cell="")))
    return Callout(claim=finding.claim, text=finding.text, tone=finding.tone, links=ways)


def often_asked(asked: Asked, repeat: Result, curves: Result) -> list[tuple[str, Link, str]]:
    """A few figures people ask for: (question, figure with its link, k of n)."""
    opens = asked.actor.may(Right.SEE_MEMBERS)
    rows = repeat.frame.set_index("window_days")
    lines = []
    for days, label in (
        (90, _("Repeat rate in 90 days")),
        (60, _("Second purchase in 60 days")),
        (180, _("Repeat rate in 180 days")),
    ):
        row = rows.loc[days]
        if pd.isna(row["rate"]):
            lines.append((label, Link(display.NONE, ""), _("too early")))
            continue
        url = drill.link(asked.page, "repeat-purchase", str(days), "repeated") if opens and row["repeated"] else ""
        lines.append((label, Link(display.percent(float(row["rate"])), url), _of(row["repeated"], row["eligible"])))
    pooled = curves.frame[curves.frame["age"] == 6].dropna(subset=["active"])
    if len(pooled):
        came, people = int(pooled["active"].sum()), int(pooled["members"].sum())
        url = drill.link(asked.page, "retention-curves", ":6", "active") if opens and came else ""
        lines.append((_("Still buying in month 6"), Link(display.percent(came / people), url), _of(came, people)))
    return lines


def _of(part: float, whole: float) -> str:
    return _("%(k)s of %(n)s") % {"k": display.number(int(part)), "n": display.number(int(whole))}


def curves(asked: Asked, result: Result, parts: Split) -> ChartCard:
    """The pooled curves of earlier and recent newcomers."""
    text = CurvesText(
        before=wording.months(parts.before[0], parts.before[-1]) if parts.before else "",
        recent=wording.months(parts.recent[0], parts.recent[-1]) if parts.recent else "",
        x_title=_("Months after the first purchase"),
        point=_("%(group)s, month %(age)s: %(rate)s (%(people)s people)"),
    )
    enough = parts.comparable and len(result.frame[result.frame["group"] == "before"]) >= 3
    return ChartCard(
        slug="curves",
        title=_("Return curves: recent and earlier newcomers"),
        answer=_("The dotted part rests on fewer than three months: for orientation only"),
        figure=json.loads(retention_curves(result.frame, text).to_json()) if enough else None,
        label=_("Two curves: share of newcomers who buy again, by months after the first purchase"),
        height="m",
        table=table(result, asked.page, asked.actor),
        csv_url=links.csv(asked.page, "retention-curves"),
        empty=_("Curves need two groups of at least two complete months, and three months of later purchases."),
    )


def gap(asked: Asked, result: Result, parts: Split, names: dict[str, str]) -> ChartCard:
    """Which channel the difference comes from."""
    recent = wording.months(parts.recent[0], parts.recent[-1]) if parts.recent else ""
    opens = asked.actor.may(Right.SEE_MEMBERS)

    def row(record: dict[Hashable, Any]) -> Row:
        code, verdict = str(record["channel"]), str(record["verdict"])
        few = verdict == "few" or pd.isna(record["change"])
        people = record["after_members"]
        url = drill.link(asked.page, "retention-gap", code, "after") if opens and pd.notna(people) and people else ""
        rates = [Cell(display.NONE if few else display.percent(float(record[side]))) for side in ("before", "after")]
        welcome = "up" if verdict in {"worse", "better"} else ""
        change = Cell(display.NONE) if few else Cell("", change=Change(float(record["change"]), "points", welcome))
        return Row(
            [
                Cell(names.get(code, _("All channels")), url=asked.url(channel=code, cell="") if code else ""),
                Cell(display.NONE if pd.isna(people) else display.number(int(people)), url=url),
                *rates,
                change,
                Cell(said(record), tone=VERDICTS.get(verdict, "mut")),
            ],
            marked=verdict == "worse",
        )

    rows = [record for record in result.frame.to_dict("records") if record["channel"] != TOTAL]
    records = rows if parts.comparable else []
    return ChartCard(
        slug="gap",
        title=_("Where does the gap come from?"),
        answer=_("Return rate in the next month, %(recent)s against before") % {"recent": recent} if recent else "",
        table=Table(
            columns=[
                Column(_("Channel")),
                Column(_("People"), numeric=True, on_phone=False),
                Column(_("Before"), numeric=True),
                Column(_("Recent"), numeric=True),
                Column(pgettext("difference", "Change"), numeric=True),
                Column(_("Verdict")),
            ],
            rows=[row(record) for record in records],
            label=_("Return rate by channel, recent against earlier newcomers"),
        ),
        csv_url=links.csv(asked.page, "retention-gap"),
        empty="" if records else _("Nothing to compare yet."),
        open_table=True,
    )

"""Retention, third tab: when do members buy again, and who has been away too long?"""

import json
from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import pandas as pd
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from analytics.charts.churn_line import ChurnText, churn_line
from analytics.metrics import periods
from analytics.reports import churn, drill, lapsed, repurchase_interval
from analytics.reports import report as reports
from analytics.reports.page_query import PageQuery
from analytics.reports.report import Result
from analytics.reports.rhythm_finding import rhythm_finding
from analytics.views import links, retention_tabs
from analytics.views.filters import filter_bar
from analytics.views.tables import table
from members.lib import display
from members.lib.access import actor_of
from members.lib.actor import Actor
from members.lib.roles import Right
from members.lib.widgets import Callout, ChartCard, Kpi

CHOICES = replace(repurchase_interval.REPORT.choices, groups=())
RANGES = ("all", "12m")


def tab(request: HttpRequest) -> HttpResponse:
    """The tab, for who may see reports."""
    actor = actor_of(request)
    page = retention_tabs.read(request, "rhythm", CHOICES, RANGES[0])
    gaps, lost = (reports.frame(report.REPORT.slug, actor, page.query) for report in (repurchase_interval, churn))
    today = _undated(page)
    states = reports.frame(lapsed.REPORT.slug, actor, today.query)
    finding = rhythm_finding(states)
    context = {
        "bar": filter_bar(page, request.path, RANGES),
        "tabs": retention_tabs.row(page, request.path),
        "callout": Callout(claim=finding.claim, text=finding.text, tone=finding.tone),
        "states": _states(actor, today, states),
        "states_csv": links.csv(today, lapsed.REPORT.slug),
        "gaps": _gaps(actor, page, gaps),
        "churn": _churn(actor, page, lost),
        "csv_url": links.csv(page, repurchase_interval.REPORT.slug),
        "data_through": periods.date_of(periods.parse(str(gaps.meta["last_day"]), "day")),
    }
    return render(request, "analytics/retention_rhythm.html", context)


def _undated(page: PageQuery) -> PageQuery:
    """The same stores and channels for the report about today."""
    return replace(page, query=replace(page.query, date_from=None, date_to=None), first=None, last=None)


def _states(actor: Actor, page: PageQuery, result: Result) -> list[Kpi]:
    """A card for each state: people, share, days since the last purchase; a link to the people."""
    names, opens = lapsed.states(), actor.may(Right.SEE_MEMBERS)

    def card(row: dict[Hashable, Any]) -> Kpi:
        state, people = str(row["state"]), row["members"]
        if pd.isna(people):
            return Kpi(label=names[state], value=display.NONE, note=_days(row))
        count = int(people)
        share = "" if pd.isna(row["share"]) else display.percent(float(row["share"]))
        url = drill.link(page, lapsed.REPORT.slug, state, "members") if opens and count else ""
        return Kpi(label=names[state], value=display.number(count), url=url, small=share, note=_days(row))

    return [card(row) for row in result.frame.to_dict("records")]


def _days(row: dict[Hashable, Any]) -> str:
    """How long ago they last bought, in words."""
    first, last = (None if pd.isna(row[end]) else display.number(row[end]) for end in ("days_from", "days_to"))
    if first is None:
        return _("The data do not say yet from when on")
    if last is None:
        return _("Last bought %(first)s days ago or earlier") % {"first": first}
    return _("Last bought %(first)s to %(last)s days ago") % {"first": first, "last": last}


def _gaps(actor: Actor, page: PageQuery, result: Result) -> ChartCard:
    return ChartCard(
        slug="gaps",
        title=_("How long until they buy again?"),
        answer=_("Days from one purchase to the next; who has not come back yet is counted in"),
        table=table(result, page, actor),
        csv_url=links.csv(page, result.report.slug),
        empty="" if len(result.frame) else _("Nobody bought in these dates."),
    )


def _churn(actor: Actor, page: PageQuery, result: Result) -> ChartCard:
    text = ChurnText(point=_("%(month)s: %(rate)s stayed away (%(people)s people)"))
    return ChartCard(
        slug="churn",
        title=_("Of those who bought in a month, how many stayed away for three?"),
        answer=_("Upright lines are the 95% interval; a month enters when the third after it is over"),
        figure=json.loads(churn_line(result.frame, text).to_json()) if len(result.frame) else None,
        label=_("A line: share of each month’s customers who did not buy in the three months after it"),
        table=table(result, page, actor),
        csv_url=links.csv(page, result.report.slug),
        note=_("How it counts: calendar months, in any store; orders refunded in full do not count."),
        note_link=links.definition(result.report.slug),
        empty=_("It takes a month and three complete ones after it."),
    )

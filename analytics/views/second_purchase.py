"""Retention, second tab: how soon do newcomers buy again, and is that slower than a year ago?"""

import json
from dataclasses import replace

import pandas as pd
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from analytics.charts.waiting_curve import WaitingText, waiting_curve
from analytics.metrics import periods
from analytics.reports import compared, drill, wording
from analytics.reports import report as reports
from analytics.reports.page_query import PageQuery
from analytics.reports.query import Query
from analytics.reports.rhythm_finding import FEWEST, HORIZONS, Newcomers, second_finding
from analytics.reports.second_purchase import REPORT
from analytics.views import links, retention_tabs
from analytics.views.filters import filter_bar, span_name, switches
from analytics.views.tables import table
from members.lib import display
from members.lib.access import actor_of
from members.lib.actor import Actor
from members.lib.registry import Link
from members.lib.roles import Right
from members.lib.widgets import Action, Callout, ChartCard, Selection

CHOICES = replace(REPORT.choices, groups=())
RANGES = ("12m", "90d", "30d", "all")


def tab(request: HttpRequest) -> HttpResponse:
    """The tab, for who may see reports."""
    actor = actor_of(request)
    page = retention_tabs.read(request, "second", CHOICES, RANGES[0])
    now = Newcomers(reports.frame(REPORT.slug, actor, page.query))
    before = _before(actor, page.query, now)
    finding = second_finding(now, before)
    context = {
        "bar": filter_bar(page, request.path, RANGES),
        "tabs": retention_tabs.row(page, request.path),
        "callout": Callout(claim=finding.claim, text=finding.text, tone=finding.tone),
        "curve": _curve(actor, page, now, before),
        "switches": switches(page, request.path),
        "people": _people(actor, page, now),
        "shares": _shares(now),
        "asked_of": span_name(page),
        "csv_url": links.csv(page, REPORT.slug),
        "data_through": periods.date_of(periods.parse(str(now.result.meta["last_day"]), "day")),
    }
    return render(request, "analytics/retention_second.html", context)


def _before(actor: Actor, query: Query, now: Newcomers) -> Newcomers | None:
    """Those who first bought a year earlier; None when the data do not reach back so far."""
    if query.date_from is None or query.date_to is None:
        return None
    first = compared.year_before(query.date_from)
    if str(first) < str(now.result.meta["first_day"]):
        return None
    earlier = replace(query, date_from=first, date_to=compared.year_before(query.date_to))
    return Newcomers(reports.frame(REPORT.slug, actor, earlier))


def _curve(actor: Actor, page: PageQuery, now: Newcomers, before: Newcomers | None) -> ChartCard:
    text = WaitingText(
        now=wording.span(f"{page.first}..{page.last}") if page.first else _("All data"),
        then=_("A year earlier"),
        x_title=_("Days after the first purchase"),
        point=_("%(group)s, within %(days)s days: %(rate)s bought again"),
    )
    previous = before.result.frame if before is not None and before.again >= FEWEST else None
    figure = waiting_curve(now.result.frame, text, seen=now.seen, previous=previous)
    return ChartCard(
        slug="second",
        title=_("How soon do newcomers buy a second time?"),
        answer=_("Share that has bought again, day by day; the pale band is the 95% interval"),
        figure=json.loads(figure.to_json()) if now.again >= FEWEST else None,
        label=_("A rising line of steps: share of newcomers who have bought again, by days after the first purchase"),
        height="l",
        table=table(now.result, page, actor),
        csv_url=links.csv(page, REPORT.slug),
        note=_("How it counts: who has not bought again yet counts for as long as they have been seen."),
        note_link=links.definition(REPORT.slug),
        empty=_("The curve needs 30 second purchases. Choose more dates, or wait a little."),
    )


def _people(actor: Actor, page: PageQuery, now: Newcomers) -> Selection | None:
    """The share within 60 days, and the lists of those who did and did not; None before there is one."""
    found = now.by(60)
    if found is None:
        return None
    share, low, high = found
    actions, lines = [], _counts(actor, page, now)
    if actor.may(Right.SEE_MEMBERS):
        link = {as_csv: drill.link(page, REPORT.slug, "0", "open", as_csv=as_csv) for as_csv in (False, True)}
        actions = [
            Action(_("See who has not bought again"), link[False], "users", primary=True),
            Action(_("Export this list as CSV"), link[True], "dl"),
        ]
    interval = _("The 95%% interval is %(low)s to %(high)s.") % {
        "low": display.percent(low), "high": display.percent(high),
    }  # fmt: skip
    apart = _(
        "The share counts purchases within 60 days, and newer members only for as long as they have been seen. The two"
        " numbers of people are all of them, as of today."
    )
    return Selection(
        title=_("Bought again within 60 days"),
        sub=_("Of those who first bought in: %(span)s") % {"span": span_name(page)},
        value=display.percent(share),
        lines=lines,
        actions=actions,
        note=wording.sentences(interval, apart if lines else ""),
    )


def _counts(actor: Actor, page: PageQuery, now: Newcomers) -> list[tuple[str, Link]]:
    """How many have bought again and how many have not; nothing where a part of them is withheld."""
    newcomers = _newcomers(actor, page.query)
    if newcomers is None or len(now.told) < len(now.result.frame):
        return []
    opens = actor.may(Right.SEE_MEMBERS)
    groups = (("again", _("Bought again so far"), now.again), ("open", _("Not yet"), newcomers - now.again))
    return [
        (label, links.people_link(page, REPORT.slug, "0", group, count, opens=opens)) for group, label, count in groups
    ]


def _newcomers(actor: Actor, query: Query) -> int | None:
    """How many first bought in the days asked for; None when they are too few to be told."""
    plain = replace(query, options=())
    first = reports.frame("repurchase-interval", actor, plain).frame.head(1)["n"]
    return int(first.iloc[0]) if len(first) and pd.notna(first.iloc[0]) else None


def _shares(now: Newcomers) -> list[tuple[str, str, str]]:
    """(within so many days, share, interval) for the days that have been watched."""
    lines = []
    for days in HORIZONS:
        found = now.by(days)
        label = _("Within %(days)s days") % {"days": days}
        if found is None:
            lines.append((label, display.NONE, _("too early")))
            continue
        share, low, high = (display.percent(part) for part in found)
        lines.append((label, share, _("%(low)s to %(high)s") % {"low": low, "high": high}))
    return lines

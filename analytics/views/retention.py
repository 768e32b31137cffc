"""Retention: do they come back, and which batch got worse?"""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from analytics.facts import manifest
from analytics.metrics import periods
from analytics.metrics.comparison import Split
from analytics.reports import comparison, page_query
from analytics.reports import report as reports
from analytics.reports import retention as retention_report
from analytics.reports.finding import gap_finding
from analytics.reports.page_query import PageQuery
from analytics.reports.query import Query
from analytics.reports.report import Result
from analytics.views import comparison_cards, heatmap_cards, links, retention_tabs, rhythm, second_purchase
from analytics.views.asked import Asked
from analytics.views.filters import filter_bar, span_name, switches, with_own_dates
from members.lib.access import actor_of, needs
from members.lib.roles import Right

OWN = {"cell": (), "metric": ("people",), "tab": retention_tabs.TABS}  # what the address keeps beside the filters
CHOICES = replace(retention_report.REPORT.choices, groups=())  # one heat map, of all of them
RANGES = {"month": ("12m", "all"), "week": ("90d", "30d", "all")}


@needs(Right.SEE_REPORTS)
def retention(request: HttpRequest) -> HttpResponse:
    """The page. Its tab, filters, grain, metric and the selected cell live in its URL."""
    if own := with_own_dates(request):
        return redirect(own)
    if manifest.read().last_day is None:
        return render(request, "analytics/no_data.html", {"may_import": actor_of(request).may(Right.IMPORT)})
    tabs = {"second": second_purchase.tab, "rhythm": rhythm.tab}
    return tabs.get(request.GET.get("tab", ""), _cohorts)(request)


def _cohorts(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    found = reports.frame("retention", asked.actor, asked.page.query)
    asked = _with_known_cell(asked, found)
    monthly = _plain(asked.page.query)
    repeat = reports.frame("repeat-purchase", asked.actor, monthly)
    curves = reports.frame("retention-curves", asked.actor, monthly)
    gap = reports.frame("retention-gap", asked.actor, monthly)
    parts = _split(asked.page, found)
    names = {channel.code: channel.name for channel in asked.page.channels}
    context = {
        "bar": filter_bar(
            asked.page, asked.path, RANGES[asked.grain], by=_own(asked), cell=asked.cell, metric=asked.metric
        ),
        "tabs": retention_tabs.row(asked.page, asked.path),
        "callout": comparison_cards.callout(asked, gap_finding(gap, parts, names)),
        "heatmap": heatmap_cards.heatmap(asked, found),
        "tools": heatmap_cards.tools(asked),
        "switches": switches(asked.page, asked.path, without=("grain", "return")),
        "selection": heatmap_cards.selection(asked, found),
        "often_asked": comparison_cards.often_asked(asked, repeat, curves),
        "asked_of": span_name(asked.page),
        "curves": comparison_cards.curves(asked, curves, parts),
        "gap": comparison_cards.gap(asked, gap, parts, names),
        "csv_url": links.csv(asked.page, "retention", by=asked.grain),
        "data_through": periods.date_of(manifest.read().last_day or 0),
    }
    return render(request, "analytics/retention.html", context)


def _asked(request: HttpRequest) -> Asked:
    given = dict(request.GET.lists())
    weekly = (request.GET.get("by") or "") == "week"
    page = page_query.read(actor_of(request), given, CHOICES, RANGES["week" if weekly else "month"][0], OWN)
    metric = "people" if request.GET.get("metric") == "people" else ""
    return Asked(actor_of(request), page, request.path, request.GET.get("cell", ""), metric)


def _with_known_cell(asked: Asked, found: Result) -> Asked:
    """The same without a cell that is not drawn, which the page then says."""
    if not asked.cell or heatmap_cards.is_drawn(asked.cell, found.frame):
        return asked
    warning = _("The heat map has no cell “%(cell)s”.") % {"cell": asked.cell}
    return replace(asked, cell="", page=replace(asked.page, warnings=[*asked.page.warnings, warning]))


def _own(asked: Asked) -> str:
    return "" if asked.grain == asked.page.default_grain else asked.grain


def _plain(query: Query) -> Query:
    """The same filters for the reports that know no grain and no options."""
    return Query(
        date_from=query.date_from, date_to=query.date_to, as_of=query.as_of, known_at=query.known_at,
        stores=query.stores, channels=query.channels, tiers=query.tiers, segment=query.segment, people=query.people,
    )  # fmt: skip


def _split(page: PageQuery, found: Result) -> Split:
    days: Sequence[int] = [_day(str(found.meta[name])) for name in ("first_day", "last_day")]
    return comparison.split(page.query, first_day=days[0], last_day=days[1])


def _day(text: str) -> int:
    return periods.parse(text, "day")

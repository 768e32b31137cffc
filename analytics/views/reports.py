from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from analytics.exports import csv_response
from analytics.facts.door import NoData
from analytics.reports import page_query
from analytics.reports import report as reports
from analytics.services import exports
from analytics.views.tables import table
from members.lib.access import actor_of, needs
from members.lib.roles import Right

DEFAULT_RANGE = "12m"


@needs(Right.SEE_REPORTS)
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One report as a plain page: what it says, how it is counted, its table with links, its CSV."""
    report = _known(slug)
    actor = actor_of(request)
    asked = page_query.read(actor, dict(request.GET.lists()), report.choices, DEFAULT_RANGE)
    try:
        result = reports.frame(slug, actor, asked.query)
    except NoData:
        return render(request, "analytics/no_data.html", {"report": report})
    context = {"report": report, "result": result, "page": asked, "table": table(result, asked, actor)}
    return render(request, "analytics/report.html", context)


@needs(Right.SEE_REPORTS)
def csv_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The CSV button of a page: the filters of its URL; `header=key` gives stable keys as headings."""
    report = _known(slug)
    actor = actor_of(request)
    asked = page_query.read(actor, dict(request.GET.lists()), report.choices, DEFAULT_RANGE)
    try:
        result = reports.frame(slug, actor, asked.query)
    except NoData as empty:
        raise Http404(str(empty)) from empty
    text, entry = exports.report_csv(result, by=actor, keys=request.GET.get("header") == "key")
    stores = len(asked.query.stores) or len(asked.stores)
    return csv_response(text, f"{slug}_{asked.first}_{asked.last}_{stores}stores_{entry.pk}.csv")


def _known(slug: str) -> reports.Report:
    try:
        return reports.get(slug)
    except reports.UnknownReport as known:
        raise Http404(str(known)) from known

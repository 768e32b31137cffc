import datetime as dt
from dataclasses import replace

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.exports import report_file
from analytics.facts.door import NoData
from analytics.reports import page_query, wording
from analytics.reports import report as reports
from analytics.views import report_mails, surroundings
from analytics.views.answer import Answer
from analytics.views.filters import address, filter_bar, switches, with_own_dates
from analytics.views.tables import table
from members.lib.access import actor_of, needs
from members.lib.addresses import ask_file_url
from members.lib.listing import PER_PAGE
from members.lib.roles import Right
from members.lib.widgets import Action
from members.queries import merchants

RANGES = ("30d", "90d", "12m", "all")
_TURNED = {"page": ()}  # the page of a long table: any number


@needs(Right.SEE_REPORTS)
def report_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One report as a plain page: what it says, how it is counted, its table with links, its CSV."""
    report = _known(slug)
    around = surroundings.of(report)
    actor = actor_of(request)
    if canonical := with_own_dates(request):
        return redirect(canonical)
    given = dict(request.GET.lists())
    own = _TURNED if report.paged or any(given.get("group", ())) else None
    page = around.read(actor, given, around.choices or report.choices, page_query.DEFAULT_RANGE, own)
    asked = page.asking(report.choices)
    try:
        result = reports.frame(slug, actor, asked.query)
    except NoData:
        return render(request, "analytics/no_data.html", {"may_import": actor.may(Right.IMPORT)})
    shown = _page(request, result)
    context = {
        "report": report,
        "table": table(_shown(result, shown), asked, actor),
        "page_obj": shown,
        "definition": wording.sentences(str(report.definition), *report.remarks(result)),
        "bar": filter_bar(page, request.path, RANGES, compared=around.chip(page, request.path)),
        "picture": around.picture(Answer(asked, actor, result, merchants.current().currency))
        if around.picture
        else None,
        "changes": around.changes(actor, page),
        "switches": switches(asked, request.path, page),
        "mail": report_mails.form(report, asked),
        "csv_url": _csv_url(asked, slug),
        "all_dates": Action(_("Show all dates"), address(request.path, asked.canonical(range="all")))
        if report.choices.dated
        else None,
        "data_through": dt.date.fromisoformat(str(result.meta["last_day"])),
    }
    return render(request, "analytics/report.html", context)


@needs(Right.SEE_REPORTS)
def csv_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The CSV button of a page: the filters of its URL; `header=key` gives stable keys as headings."""
    report = _known(slug)
    actor = actor_of(request)
    own = {"header": ("key",)}
    asked = page_query.read(actor, dict(request.GET.lists()), report.choices, page_query.DEFAULT_RANGE, own)
    if asked.warnings:  # a page can say what it left out; a file would pass for what was asked
        text = wording.sentences(*asked.warnings)
        return render(
            request, "errors/error.html", {"status": 400, "heading": _("No file was made"), "text": text}, status=400
        )
    try:
        result = reports.frame(slug, actor, asked.query)
    except NoData as empty:
        raise Http404(str(empty)) from empty
    if report.lists_members and len(result.frame) > settings.EXPORT_STREAM_ROWS:
        return redirect(ask_file_url(slug, request.GET))
    stores = f"{len(asked.query.stores) or len(asked.stores)}stores"
    dates = [str(asked.first), str(asked.last)] if report.choices.dated else [str(result.meta["last_day"])]
    return report_file(result, "_".join([slug, *dates, stores]), by=actor, keys=request.GET.get("header") == "key")


def _page(request: HttpRequest, result: reports.Result) -> Page[int] | None:
    """The rows to show of a long report, by their places; None for a table that is shown whole.

    One told apart by place is as many times as long as there are places.
    """
    if not (result.report.paged or result.query.group):
        return None
    return Paginator(range(len(result.frame)), PER_PAGE).get_page(request.GET.get("page"))


def _shown(result: reports.Result, shown: Page[int] | None) -> reports.Result:
    return replace(result, frame=result.frame.iloc[list(shown)]) if shown else result


def _csv_url(asked: page_query.PageQuery, slug: str) -> str:
    shape = {"by": asked.query.grain, "group": asked.query.group}
    kept = {name: value for name, value in shape.items() if value}
    return asked.link(reverse("analytics:report-csv", args=[slug]), **kept)


def _known(slug: str) -> reports.Report:
    try:
        return reports.get(slug)
    except reports.UnknownReport as known:
        raise Http404(str(known)) from known

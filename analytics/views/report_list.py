"""All reports, the reader's own downloads, and the work in the background."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analytics.queries import report_mails
from analytics.reports import option_words, topics
from analytics.reports import report as reports
from analytics.reports.report import Report
from analytics.views.filters import address
from members.lib import display
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.roles import Right
from members.lib.widgets import Cell, Column, Row, Table
from members.models import AuditEntry, ImportBatch, Job
from members.queries import exports, imports, jobs, merchants
from members.services import jobs as job_services

LATEST = 20
TONES = {Job.State.DONE: "good", Job.State.FAILED: "bad", Job.State.CANCELLED: "warn", Job.State.RUNNING: "info"}
LISTS = {"members": ("members:list", Right.SEE_MEMBERS), "orders": ("members:orders", Right.SEE_MEMBERS)}


@needs(Right.SEE_REPORTS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    zone = merchants.current().zone
    found = list(jobs.visible(actor).order_by("-pk")[:LATEST])
    context = {
        "topics": topics.open_to(actor),
        "downloads": _downloads(exports.own(actor)[:LATEST], actor, zone),
        "jobs": _jobs(found, imports.of_jobs(actor, found), zone),
        "mails": [(mail, _title(mail.report), WEEKDAYS[mail.weekday]) for mail in report_mails.visible(actor)],
        "may_follow": actor.may(Right.JOBS),
        "running": sum(not job.is_over for job in found),
    }
    return render(request, "analytics/report_list.html", context)


def _title(slug: str) -> str:
    known = {report.slug: str(report.title) for report in reports.every()}
    return known.get(slug, slug)


def _when(moment: Any, zone: str) -> str:
    return date_format(moment.astimezone(ZoneInfo(zone)), "DATETIME_FORMAT")


def _downloads(entries: Iterable[AuditEntry], actor: Actor, zone: str) -> Table:
    """When, what, by which filters, how many rows; the name leads to the same once more."""
    rows = [_download(entry, actor, zone) for entry in entries]
    columns = [Column(_("What")), Column(_("When")), Column(_("Filters")), Column(_("Rows"), numeric=True)]
    return Table(columns, rows, label=_("My downloads"), cards=True, tight=False)


def _download(entry: AuditEntry, actor: Actor, zone: str) -> Row:
    # by name: PostgreSQL keeps no order of its own in JSON
    filters: dict[str, list[str]] = dict(sorted(entry.detail.get("filters", {}).items()))
    name, url = _again(entry, filters, actor)
    rows = entry.detail.get("rows")
    return Row([Cell(name, url), Cell(_when(entry.at, zone)), Cell(_said(filters)), Cell(display.number(rows))])


def _said(filters: dict[str, list[str]]) -> str:
    """The filters as readers call them: the days first, then the others by name."""
    given = {name: ", ".join(values) for name, values in filters.items() if name != "header" and any(values)}
    days = [f"{given.pop('from')} – {given.pop('to')}"] if {"from", "to"} <= given.keys() else []
    names = {
        "store": _("Store"),
        "channel": _("Channel"),
        "tier": _("Tier"),
        "segment": _("Segment"),
        "as_of": _("As of"),
        "q": _("Search"),
    }
    others = [
        _("%(name)s: %(value)s") % {
            "name": names.get(name) or option_words.parameter(name), "value": option_words.choice(value)
        }
        for name, value in given.items()
    ]  # fmt: skip
    return " · ".join([*days, *others]) or display.NONE


def _again(entry: AuditEntry, filters: dict[str, list[str]], actor: Actor) -> tuple[str, str]:
    """What was downloaded, and the page that shows the same by the same filters; none for what is no more."""
    if entry.subject_type == "list":
        names = {"members": _("Member list"), "orders": _("Order list")}
        view, right = LISTS.get(entry.subject_id, ("", Right.SETTINGS))
        kept = {name: values for name, values in filters.items() if name != "header"}
        url = f"{reverse(view)}?{urlencode(kept, doseq=True)}" if view and actor.may(right) else ""
        return names.get(entry.subject_id, entry.subject_id), url
    try:
        report = reports.get(entry.subject_id)
    except reports.UnknownReport:
        return entry.subject_id, ""
    return str(report.title), address(reverse("analytics:report", args=[report.slug]), _as_page(report, filters))


def _as_page(report: Report, filters: dict[str, list[str]]) -> dict[str, str]:
    """The filters of a report as its page has them: one range of dates, and only for a report about dates."""
    first, last = (",".join(filters.get(name, [])) for name in ("from", "to"))
    kept = {name: ",".join(values) for name, values in filters.items() if name not in {"from", "to", "known_at"}}
    dated = report.choices.dated and first and last
    return {**({"range": f"{first}..{last}"} if dated else {}), **kept}


def _jobs(found: Iterable[Job], batches: dict[int, ImportBatch], zone: str) -> Table:
    """What, its state, how far it is, and since when; an import leads to its page."""
    columns = [Column(_("Job")), Column(_("State")), Column(_("Progress"), numeric=True), Column(_("Asked for"))]
    rows = [
        Row([_job_name(job, batches), _state(job), _progress(job), Cell(_when(job.created_at, zone))]) for job in found
    ]
    return Table(columns, rows, label=_("Background jobs"), cards=True, tight=False)


def _job_name(job: Job, batches: dict[int, ImportBatch]) -> Cell:
    if batch := batches.get(job.pk):
        return Cell(_("Import of %(file)s") % {"file": batch.file_name}, reverse("members:import", args=[batch.pk]))
    return Cell(job_services.titles().get(job.kind, job.kind))


def _state(job: Job) -> Cell:
    return Cell(str(job.get_state_display()), tone=TONES.get(Job.State(job.state), "mut"))


def _progress(job: Job) -> Cell:
    if not job.total:
        return Cell(display.NONE)
    return Cell(f"{display.number(job.progress)} / {display.number(job.total)}")

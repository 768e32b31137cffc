"""The work in the background: what comes by itself and when, and what was done, with who asked and how it ended."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from celery import current_app
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from members.filters import JobFilter, bar, unread
from members.lib import clock, display, listing
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.roles import Right
from members.lib.widgets import Cell, Column, Row, Table
from members.models import ImportBatch, Job
from members.queries import imports, schedule, staff
from members.queries import jobs as queries
from members.services import jobs

TONES = {Job.State.DONE: "good", Job.State.FAILED: "bad", Job.State.CANCELLED: "warn", Job.State.RUNNING: "info"}
SCHEDULED = {
    "members.sweep": gettext_lazy("Look for jobs that wait or have gone silent"),
    "analytics.sweep_report_mails": gettext_lazy("Send the weekly mails that are due"),
    "members.sweep_messages": gettext_lazy("Send messages whose time has come"),
    "surveys.escalate": gettext_lazy("Pass on cases that are late"),
    "members.sweep_webhooks": gettext_lazy("Send webhooks whose time has come"),
    "members.nightly": gettext_lazy("See whether the work of the night is done"),
    "analytics.publish_left_over": gettext_lazy("See whether the reports are behind"),
}
ENDED = (Job.State.FAILED, Job.State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Line:
    """One job as drawn. `url`: the page of its own that an import has, where it is gone on with."""

    job: Job
    title: str
    url: str
    tone: str
    who: str
    duration: str
    message: str
    may_cancel: bool
    may_retry: bool


@needs(Right.JOBS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    filters = JobFilter(request.GET, queries.looked_after(actor), request=request)
    shown = Paginator(filters.qs.order_by("-pk"), listing.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "schedule": _schedule(),
        "lines": _lines(actor, list(shown)),
        "page_obj": shown,
        "bar": bar(filters, reverse("jobs"), unread(filters, None)),
        "back": request.GET.urlencode(),
    }
    return render(request, "jobs.html", context)


@needs(Right.JOBS)
@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Stop a job: one that waits at once, one that runs at its next step."""
    job = get_object_or_404(queries.looked_after(actor_of(request)), pk=job_id)
    if job.is_over:
        messages.info(request, _("This job is over already."))
    else:
        jobs.cancel(job, by=actor_of(request))
    return _back(request)


@needs(Right.JOBS)
@require_POST
def retry(request: HttpRequest, job_id: int) -> HttpResponse:
    """Queue a job again that failed or was cancelled."""
    job = get_object_or_404(queries.looked_after(actor_of(request)), pk=job_id)
    if not jobs.stands_alone(job.kind):
        messages.info(request, _("This job is gone on with from the page of its import."))
    elif not jobs.retry(job, by=actor_of(request)):
        messages.info(request, _("This job neither failed nor was cancelled."))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the list as it was filtered."""
    asked = QueryDict(request.POST.get("back", ""))
    return redirect(f"{reverse('jobs')}?{asked.urlencode()}" if asked else reverse("jobs"))


def _schedule() -> Table:
    """What comes by itself: how often, when last and when next."""
    done, nights, titles = schedule.last_done(), queries.last_nights(jobs.nightly_kinds()), jobs.titles()
    rows = [
        _regular(entry["task"], entry["schedule"], done.get(entry["task"]))
        for entry in current_app.conf.beat_schedule.values()
    ]
    rows += [_nightly(titles[kind], nights.get(kind)) for kind in jobs.nightly_kinds()]
    columns = [Column(_("What")), Column(_("When")), Column(pgettext("run", "Last")), Column(pgettext("run", "Next"))]
    return Table(columns, rows, label=_("What comes by itself"), cards=True, tight=False)


def _nightly(title: str, last: Job | None) -> Row:
    """Due when the night is over, or at once where that was missed."""
    now = localtime(clock.now())
    due = now.replace(hour=jobs.NIGHT_OVER, minute=0)
    if last and localtime(last.created_at).date() == now.date():
        due += dt.timedelta(days=1)
    following = _when(due) if due > now else _("due now")
    return Row([Cell(title), Cell(_("every night")), Cell(_when(last.created_at if last else None)), Cell(following)])


def _regular(task: str, seconds: float, last: dt.datetime | None) -> Row:
    pause = dt.timedelta(seconds=seconds)
    due = last + pause if last else None
    following = _when(due) if due is None or due > clock.now() else _("due now")
    return Row([Cell(str(SCHEDULED.get(task, task))), Cell(_every(pause)), Cell(_when(last)), Cell(following)])


def _every(pause: dt.timedelta) -> str:
    seconds = int(pause.total_seconds())
    if seconds % 60:
        return ngettext("every %(n)s second", "every %(n)s seconds", seconds) % {"n": seconds}
    return ngettext("every %(n)s minute", "every %(n)s minutes", seconds // 60) % {"n": seconds // 60}


def _when(moment: dt.datetime | None) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT") if moment else display.NONE


def _lines(actor: Actor, found: Sequence[Job]) -> list[Line]:
    titles, names = jobs.titles(), staff.names({job.user_id for job in found if job.user_id})
    batches = imports.of_jobs(actor, found)
    return [_line(job, titles.get(job.kind, job.kind), names, batches.get(job.pk)) for job in found]


def _line(job: Job, title: str, names: dict[int, str], batch: ImportBatch | None) -> Line:
    return Line(
        job=job,
        title=_("Import of %(file)s") % {"file": batch.file_name} if batch else title,
        url=reverse("members:import", args=[batch.pk]) if batch else "",
        tone=TONES.get(Job.State(job.state), "mut"),
        who=names.get(job.user_id, "") if job.user_id else _("Huitou itself"),
        duration=_duration(job),
        message=_message(job),
        may_cancel=not job.is_over and not job.cancel_requested,
        may_retry=job.state in ENDED and jobs.stands_alone(job.kind),
    )


def _duration(job: Job) -> str:
    if job.started_at is None:
        return display.NONE
    seconds = max(0, int(((job.finished_at or clock.now()) - job.started_at).total_seconds()))
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _message(job: Job) -> str:
    """What the job says of itself until it is done, or why it failed; jobs keep the English text."""
    if job.state == Job.State.FAILED:
        return _failure(job.error)
    if job.is_over:
        return ""
    if job.cancel_requested:
        return _("Stops at its next step.")
    return _(job.message) if job.message else ""


def _failure(error: str) -> str:
    """In words, or where to find them."""
    if re.fullmatch(r"[0-9A-F]{6}", error):
        return _("Error %(id)s: the log of the worker says where it broke.") % {"id": error}
    return _(error) if error else ""

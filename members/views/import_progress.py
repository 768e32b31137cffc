"""An import that is being worked on: how far it is, whether anybody works on it, and what is still to come after it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from members.lib import clock, display
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.models import ImportBatch, Job
from members.queries import imports as queries

State = ImportBatch.State
MOVING = (State.CHECKING, State.IMPORTING, State.UNDOING)
STEPWISE = (State.CHECKING, State.IMPORTING)  # an undo is one transaction: it gives no news until it is over
SILENT_SECONDS = 10  # without news for longer, nobody may be working on it


@needs(Right.IMPORT)
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress row alone; once the work is over it asks the page to load the next step."""
    batch = get_object_or_404(queries.visible(actor_of(request)), pk=pk)
    if batch.state not in MOVING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "members/imports/progress_row.html", context(batch))


@needs(Right.IMPORT)
@require_GET
def reports(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the reports contain an import already: the line alone, which asks again until they do."""
    batch = get_object_or_404(queries.visible(actor_of(request)), pk=pk)
    found = {"batch": batch, "awaits_reports": queries.awaits_reports()}
    return render(request, "members/imports/reports_line.html", found)


def context(batch: ImportBatch) -> dict[str, Any]:
    """What the progress row shows."""
    titles = {State.CHECKING: _("Checking the file"), State.UNDOING: _("Undoing the import")}
    writing = _("Writing the members") if batch.kind == "members" else _("Writing the orders")
    title = titles.get(State(batch.state), writing)
    return {
        "batch": batch,
        "job": batch.job,
        "title": title,
        "left": _silent(batch) or _left(batch.job),
        "interrupted": interrupted(batch),
    }


def _silent(batch: ImportBatch) -> str:
    """That nobody seems to work on it, in place of the time left."""
    job = batch.job
    if job is None or job.state != Job.State.RUNNING or job.heartbeat_at is None or batch.state not in STEPWISE:
        return ""
    seconds = int((clock.now() - job.heartbeat_at).total_seconds())
    if seconds <= SILENT_SECONDS:
        return ""
    return _("No progress for %(count)s s; it is taken up again by itself.") % {"count": display.number(seconds)}


def _left(job: Job | None) -> str:
    """About how long it will take, once enough is done to tell."""
    if job is not None and job.progress and not job.total:
        return _("%(count)s rows read") % {"count": display.number(job.progress)}
    if job is None or not job.total or job.started_at is None or job.progress * 10 < job.total:
        return ""
    spent = (clock.now() - job.started_at).total_seconds()
    seconds = round(spent / job.progress * (job.total - job.progress))
    if seconds < 60:
        return _("about %(count)s seconds left") % {"count": max(seconds, 1)}
    return _("about %(count)s minutes left") % {"count": round(seconds / 60)}


def interrupted(batch: ImportBatch) -> str:
    """That the work was broken off on the way, and from where it was gone on with."""
    job = batch.job
    if job is None:
        return ""
    if after := job.result.get("resumed", 0):
        of_members, of_orders = (
            _("It was interrupted on the way and went on after member %(n)s."),
            _("It was interrupted on the way and went on after order %(n)s."),
        )
        return (of_members if batch.kind == "members" else of_orders) % {"n": display.number(after)}
    if job.attempts > 1:
        return _("It was interrupted on the way and began again; nothing is in twice.")
    return ""

"""Points by file: choose, see what it would do, have it written."""

from pathlib import Path
from tempfile import NamedTemporaryFile

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.lib import listing
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.models import Approval
from rewards import problems
from rewards.forms.points_file import PointsFileForm
from rewards.models import PointsFile
from rewards.queries import points_files as queries
from rewards.services import points_files

State = PointsFile.State
TONES = {State.DONE: "good", State.DISCARDED: "mut", State.WAITING: "warn"}
EXAMPLES = "M00012,,,1200,2026-01-15,2026-12-31,,,old-0001\r\n,13800138000,,80,2026-03-02,,,,old-0002\r\n"


@needs(Right.ADJUST_POINTS)
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The files so far, and a form to bring one: it is checked at once, and nothing is written."""
    actor = actor_of(request)
    form = PointsFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and (made := _checked(request, form)):
        return redirect("rewards:points-file", made.pk)
    shown = Paginator(queries.visible(actor), listing.PER_PAGE).get_page(request.GET.get("page"))
    rows = [(file, TONES.get(State(file.state), "info")) for file in shown]
    context = {"form": form, "rows": rows, "page_obj": shown}
    return render(request, "rewards/points_files.html", context, status=422 if form.errors else 200)


@needs(Right.ADJUST_POINTS)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """A file with the columns that are read and two rows as examples."""
    header = _("member_no,phone,email,points,earned_on,expires_on,reason,note,reference")
    response = HttpResponse(f"\ufeff{header}\r\n{EXAMPLES}", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="points.csv"'
    return response


@needs(Right.ADJUST_POINTS)
@require_safe
def one(request: HttpRequest, file_id: int) -> HttpResponse:
    """What a file would do or has done, and each row that is wrong."""
    file = _file(request, file_id)
    told = [(row, problems.points_column(field) if field else "", *problems.points_file(code)) for row, field, code in
            file.findings]  # fmt: skip
    missed = [(line.row, "", *problems.points_file(line.problem)) for line in queries.missed(file)]
    context = {
        "file": file,
        "tone": TONES.get(State(file.state), "info"),
        "findings": sorted(told + missed),
        "more": file.wrong - len(file.findings),
        "is_free": points_files.is_free(file),
        "request_waiting": points_files.request_of(file),
        **queries.sums(file),
    }
    return render(request, "rewards/points_file.html", context)


@needs(Right.ADJUST_POINTS)
@require_POST
def start(request: HttpRequest, file_id: int) -> HttpResponse:
    """Write the rows that are right, or ask a second person."""
    file = _file(request, file_id)
    try:
        made = points_files.start(file, by=actor_of(request))
    except points_files.Refused as refused:
        messages.error(request, str(refused))
        return redirect("rewards:points-file", file.pk)
    if isinstance(made, Approval):
        messages.success(request, _("Your request is on its way. What becomes of it is told here."))
        return redirect("approvals:one", made.pk)
    messages.success(request, _("The rows are being written. Load this page again to see how far it is."))
    return redirect("rewards:points-file", file.pk)


@needs(Right.ADJUST_POINTS)
@require_POST
def discard(request: HttpRequest, file_id: int) -> HttpResponse:
    """Forget a file that was not written."""
    try:
        points_files.discard(_file(request, file_id), by=actor_of(request))
    except points_files.Refused as refused:
        messages.error(request, str(refused))
        return redirect("rewards:points-file", file_id)
    messages.success(request, _("The file is discarded; nothing of it was written."))
    return redirect("rewards:points-files")


def _file(request: HttpRequest, file_id: int) -> PointsFile:
    return get_object_or_404(queries.visible(actor_of(request)), pk=file_id)


def _checked(request: HttpRequest, form: PointsFileForm) -> PointsFile | None:
    upload: UploadedFile[bytes] = form.cleaned_data["file"]
    with NamedTemporaryFile() as copy:
        for block in upload.chunks():
            copy.write(block)
        copy.flush()
        try:
            return points_files.check(
                Path(copy.name), upload.name or "points.csv", form.cleaned_data["kind"], by=actor_of(request)
            )
        except points_files.Refused as refused:
            form.add_error("file", str(refused))
            return None

"""Files made in the background: ask for one, see how far it is, download it once."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from members.forms.privacy import ExportForm
from members.lib import listing, registry
from members.lib.access import actor_of, needs, proven
from members.lib.actor import Actor
from members.lib.addresses import ask_file_url
from members.lib.registry import FileKind, Made, UnknownAudience
from members.lib.roles import Right
from members.models import Export
from members.queries import exports as queries
from members.services import private_exports, private_files

State = Export.State
MOVING = {State.WAITING, State.MAKING}
TONES = {State.READY: "good", State.MAKING: "info", State.WAITING: "info", State.FAILED: "bad"}
_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@needs(Right.SEE_MEMBERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The reader's own files, those in the making first."""
    actor = actor_of(request)
    shown = Paginator(queries.own_files(actor), listing.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": [_line(export) for export in shown],
        "moving": [(export, _title(export)) for export in shown if export.state in MOVING],
        "page_obj": shown,
        "hours": int(private_files.LINK_LASTS.total_seconds()) // 3600,
        "streamed": settings.EXPORT_STREAM_ROWS,
    }
    response = render(request, "members/exports/list.html", context)
    response["Cache-Control"] = "no-store"
    return response


@needs(Right.SEE_MEMBERS)
@require_http_methods(["GET", "HEAD", "POST"])
@proven(lambda request: "whole" in request.POST)
def ask(request: HttpRequest) -> HttpResponse:
    """What the file of a list will hold (`of`, `list`: the list and its address); a POST has it made."""
    actor, params = actor_of(request), listing.sent(request.GET.get("list", ""))
    kind, list_url = _kind(request, actor)
    try:
        made = kind.make(actor, dict(params.lists()), False)
    except UnknownAudience as unknown:
        return render(request, "members/unknown_list.html", {"reason": unknown}, status=400)
    form = ExportForm(request.POST if request.method == "POST" else None, initial={"whole": "whole" in request.GET})
    if request.method == "POST" and form.is_valid() and _asked(form, request, params, made):
        messages.success(request, _("The file is being made. It waits here for you for a day."))
        return redirect("exports:list")
    context = {
        "form": form,
        "title": kind.title,
        "made": made,
        "back": f"{list_url}?{params.urlencode()}".rstrip("?"),
        "may_have_whole": made.has_contacts and actor.may(Right.WHOLE_CONTACTS),
        "is_too_long": private_exports.is_too_long(made.rows, actor),
        "most": settings.EXPORT_STORE_ROWS,
        "hours": int(private_files.LINK_LASTS.total_seconds()) // 3600,
    }
    return render(request, "members/exports/ask.html", context, status=422 if form.errors else 200)


@needs(Right.SEE_MEMBERS)
@require_GET
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """The progress row alone; when the file is there, or will not be, it asks the page to load anew."""
    export = get_object_or_404(queries.own_files(actor_of(request)), number=number)
    if export.state not in MOVING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "members/exports/progress.html", {"export": export, "title": _title(export)})


@needs(Right.SEE_MEMBERS)
@require_GET
def file(request: HttpRequest, key: str) -> HttpResponseBase:
    """The file, once, for its owner; 404 whatever is wrong."""
    try:
        export, opened = private_files.fetch(key, by=actor_of(request))
    except private_files.Gone as gone:
        raise Http404 from gone
    ending = registry.files[export.kind].ending
    response = FileResponse(opened, as_attachment=True, filename=f"{export}.{ending}", content_type=_TYPES[ending])
    response["Cache-Control"] = "no-store"
    return response


def file_links(kind: str, view: str, params: QueryDict, rows: int, actor: Actor) -> dict[str, Any]:
    """Where the buttons of a list lead: its CSV at once or, of a long list, as a private file; with whole contacts."""
    is_streamed = rows <= settings.EXPORT_STREAM_ROWS
    may_have_whole = kind == "members" and actor.may(Right.WHOLE_CONTACTS)
    return {
        "csv_url": f"{reverse(view)}?{params.urlencode()}" if is_streamed else ask_file_url(kind, params),
        "is_streamed": is_streamed,
        "whole_url": f"{ask_file_url(kind, params)}&whole=1" if may_have_whole else "",
    }


def _kind(request: HttpRequest, actor: Actor) -> tuple[FileKind, str]:
    """What `of` names, and the address of its list."""
    kind = registry.files.get(request.GET.get("of", ""))
    if kind is None or kind.page is None:
        raise Http404
    if not actor.may(kind.right):
        raise PermissionDenied(kind.right)
    return kind, kind.page()


def _asked(form: ExportForm, request: HttpRequest, params: QueryDict, made: Made) -> bool:
    whole = form.cleaned_data["whole"] and made.has_contacts
    if made.warnings:  # what was not understood would be left out: never more people than were asked for
        form.add_error(None, _("Go back to the list and choose the filter that is not known again."))
        return False
    try:
        private_exports.ask(
            request.GET["of"], listing.filters_in(params), rows=made.rows, by=actor_of(request), whole_contacts=whole,
            reason=form.cleaned_data["reason"] if whole else "",
        )  # fmt: skip
    except private_exports.Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _title(export: Export) -> str:
    known = registry.files.get(export.kind)
    return str(known.title) if known else export.kind


def _line(export: Export) -> dict[str, Any]:
    """One file as drawn. `link`: only while it can be downloaded; `url`: the list it was made of."""
    known = registry.files.get(export.kind)
    query = listing.as_query(export.params).urlencode()
    return {
        "export": export,
        "title": _title(export),
        "url": f"{known.page()}?{query}".rstrip("?") if known and known.page else "",
        "tone": TONES.get(export.state, "mut"),
        "link": reverse("exports:file", args=[private_files.link_key(export)]) if export.state == State.READY else "",
        "error": _(export.job.error) if export.state == State.FAILED and export.job and export.job.error else "",
    }

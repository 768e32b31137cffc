"""Imports: the list, and one file on its way from upload to result."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from members import problems
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.models import ImportBatch
from members.queries import imports as queries
from members.queries import merchants
from members.rules.imports.problems import Refused
from members.services import imports
from members.services.imports import discard, presets
from members.views import import_check, import_columns, import_found, import_progress, import_undo

PAGE = 50
_BLANK: dict[str, Any] = {"rows": None, "rejected": None, "duplicates": None}  # of a file that is not read yet
State = ImportBatch.State
STEPS = {State.UPLOADED: 2, State.REFUSED: 2, State.CHECKING: 3, State.CHECKED: 3, State.IMPORTING: 4, State.DONE: 5,
         State.UNDOING: 5, State.UNDONE: 5, State.DISCARDED: 2}  # fmt: skip
SETTLED = (*import_progress.MOVING, State.DONE, State.UNDONE, State.DISCARDED)  # how it is read cannot be changed
TONES = {State.DONE: "good", State.REFUSED: "bad", State.FAILED: "bad", State.CANCELLED: "warn", State.CHECKED: "info"}
KINDS = {
    "orders": gettext_lazy("Orders"),
    "lines": gettext_lazy("Order lines"),
    "refunds": gettext_lazy("Refunds"),
    "members": gettext_lazy("Members"),
}
TEMPLATES = {
    "orders": "order_no,member_no,ordered_at,amount,status,channel,store,phone,name",
    "lines": "order_no,ordered_at,member_no,sku,product,category,quantity,unit_price,store,channel",
    "refunds": "refund_no,order_no,refunded_at,amount",
    "members": "member_no,name,phone,email,gender,birthday,city,store,registered_at",
}


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    return get_object_or_404(queries.visible(actor_of(request)), pk=pk)


@needs(Right.IMPORT)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.visible(actor_of(request)), PAGE).get_page(request.GET.get("page"))
    rows = [
        (
            batch,
            TONES.get(State(batch.state), "mut"),
            import_found.taken(batch.counts) if batch.state == State.DONE else None,
            _BLANK | batch.counts,
        )
        for batch in page.object_list
    ]
    return render(request, "members/imports/list.html", {"page_obj": page, "rows": rows})


@needs(Right.IMPORT)
def new(request: HttpRequest) -> HttpResponse:
    error = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        encoding = request.POST.get("encoding", "")
        if upload is None:
            error = _("Choose a file first.")
        else:
            chosen = imports.Options(encoding=encoding if encoding in import_columns.ENCODINGS else "")
            try:
                batch = imports.receive(
                    name=upload.name or "file.csv", content=upload.chunks(), chosen=chosen, by=actor_of(request)
                )
            except Refused as refusal:
                error = problems.refusal(refusal.code, refusal.params)
            else:
                presets.recognise(batch)
                imports.examine(batch)
                return redirect("members:import", batch.pk)
    context = {
        "error": error,
        "encodings": import_columns.ENCODINGS[1:],
        "kinds": import_columns.kind_names().items(),
        "presets": queries.presets(actor_of(request)),
    }
    return render(request, "members/imports/new.html", context, status=422 if error else 200)


@needs(Right.IMPORT)
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of the step the import is at."""
    batch = _batch(request, pk)
    if batch.state == State.UPLOADED:
        return _columns(request, batch)
    if batch.state == State.DISCARDED:
        return render(request, "members/imports/discarded.html", _common(batch))
    if batch.state == State.REFUSED:
        return _refused(request, batch, batch.refusal["code"], batch.refusal["params"])
    if batch.state in import_progress.MOVING:
        return render(request, "members/imports/progress.html", _common(batch) | import_progress.context(batch))
    currency = merchants.current().currency
    if batch.state == State.CHECKED:
        found = import_check.context(actor_of(request), batch, currency) | {"other": _running(request, batch)}
        return render(request, "members/imports/check.html", _common(batch) | found)
    return render(
        request,
        "members/imports/result.html",
        _common(batch)
        | import_found.found(batch, currency)
        | import_undo.told(batch)
        | {"interrupted": import_progress.interrupted(batch), "awaits_reports": queries.awaits_reports()},
    )


def _common(batch: ImportBatch) -> dict[str, Any]:
    megabytes = (Decimal(batch.size) / 2**20).quantize(Decimal("0.1"))
    step = STEPS.get(State(batch.state), 4)
    return {
        "batch": batch,
        "step": step,
        "megabytes": megabytes,
        "kind": KINDS.get(batch.kind, ""),
        "may_discard": discard.is_possible(batch),
    }


def _running(request: HttpRequest, batch: ImportBatch) -> ImportBatch | None:
    other = queries.running(actor_of(request))
    return other if other is not None and other.pk != batch.pk else None


def _refused(request: HttpRequest, batch: ImportBatch, code: str, params: dict[str, str]) -> HttpResponse:
    context = _common(batch) | {
        "step": 1,
        "reason": problems.refusal(code, params),
        "code": code,
        "encodings": import_columns.ENCODINGS[1:] if code.startswith("encoding") else (),
        "may_match": code in {"columns_missing", "column_not_there", "zone_unknown"},
    }
    return render(request, "members/imports/refused.html", context)


# --- Columns ----------------------------------------------------------------------------------------------------


@needs(Right.IMPORT)
@require_GET
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Back from a later step to the columns."""
    batch = _batch(request, pk)
    if batch.state in SETTLED:
        return redirect("members:import", batch.pk)
    return _columns(request, batch)


def _columns(
    request: HttpRequest, batch: ImportBatch, chosen: imports.Options | None = None, error: str = ""
) -> HttpResponse:
    try:
        opened = imports.preview(batch, chosen)
    except Refused as refusal:
        return _refused(request, batch, refusal.code, refusal.params)
    context = _common(batch) | {
        "step": 2,
        "matching": import_columns.matching(opened),
        "opened": opened,
        "kind_key": opened.layout.kind,
        "chosen": chosen or imports.chosen_for(batch),
        "error": error,
    }
    return render(request, "members/imports/columns.html", context, status=422 if error else 200)


@needs(Right.IMPORT)
@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the columns as chosen and start the check; or say what is still missing."""
    batch = _batch(request, pk)
    if batch.state in SETTLED:
        return redirect("members:import", batch.pk)
    before = imports.chosen_for(batch)
    try:
        chosen = import_columns.read(request.POST, imports.preview(batch), before)
        missing = imports.preview(batch, chosen).layout.missing
    except Refused as refusal:
        return _refused(request, batch, refusal.code, refusal.params)
    if doubled := import_columns.doubled(request.POST):
        error = _("Two columns were chosen for: %(fields)s. Leave one of them out.")
        return _columns(request, batch, chosen, error % {"fields": _(", ").join(doubled)})
    if missing:
        names = _(", ").join(problems.field_name(name) for name in missing)
        return _columns(request, batch, chosen, _("Say which column holds: %(fields)s.") % {"fields": names})
    imports.check(batch, by=actor_of(request), chosen=chosen)
    return redirect("members:import", batch.pk)


@needs(Right.IMPORT)
@require_POST
def reread(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the file again in another encoding."""
    batch = _batch(request, pk)
    encoding = request.POST.get("encoding", "")
    chosen = imports.Options(encoding=encoding if encoding in import_columns.ENCODINGS else "")
    imports.choose(batch, chosen=chosen)
    batch.refresh_from_db()
    imports.examine(batch)
    return redirect("members:import", batch.pk)


# --- Work -------------------------------------------------------------------------------------------------------


@needs(Right.IMPORT)
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    if imports.start(batch, by=actor_of(request)) is None:
        messages.info(request, _("This import is under way or done already."))
    return redirect("members:import", batch.pk)


@needs(Right.IMPORT)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    imports.cancel(batch, by=actor_of(request))
    return redirect("members:import", batch.pk)


@needs(Right.IMPORT)
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    if not imports.resume(batch, by=actor_of(request)):
        messages.info(request, _("This import is under way or done already."))
    return redirect("members:import", batch.pk)


# --- Files ------------------------------------------------------------------------------------------------------


@needs(Right.IMPORT)
@require_GET
def rejected(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The rows that were not taken, with the reasons, as CSV; `code` and `field` name one group of them."""
    batch = _batch(request, pk)
    # Made before it is sent: the language of the reader is gone once the answer streams.
    lines = list(imports.rejected_lines(batch, request.GET.get("code", ""), request.GET.get("field", "")))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected_{batch.pk}.csv"'
    return response


@needs(Right.IMPORT)
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty file with the columns of a layout."""
    header = TEMPLATES.get(kind, TEMPLATES["orders"])
    response = HttpResponse("\ufeff" + header + "\r\n", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return response

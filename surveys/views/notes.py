"""Interviews, competitors and the market: what was learnt, found again by kind, theme and words."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from members import exports
from members.lib import display, listing
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.display import in_language
from members.lib.roles import Right
from members.lib.widgets import Choice
from members.queries import people
from surveys.exports import notes as tables
from surveys.forms.notes import NoteRecordForm
from surveys.models import Note, Theme
from surveys.queries import notes as queries
from surveys.queries import scope
from surveys.services import notes


@needs(Right.SEE_ANSWERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The notes, the newest first. Kind, theme and words live in its URL."""
    actor, kind = actor_of(request), _kind(request)
    shown = Paginator(_shown(request), listing.PER_PAGE).get_page(request.GET.get("page"))
    choices = [("", _("All kinds")), *((value, str(label)) for value, label in Note.Kind.choices)]
    context = {
        "answer": _answer(actor),
        "table": tables.table(shown, may_change=actor.may(Right.CASES)),
        "page_obj": shown,
        "shows": [Choice(value, label, value == kind, f"?kind={value}" if value else "?") for value, label in choices],
        "themes": [(one.code, in_language(one.name_zh, one.name_en)) for one in Theme.objects.filter(is_active=True)],
        "kind": kind,
        "theme": request.GET.get("theme", ""),
        "words": request.GET.get("q", ""),
        "may_write": actor.may(Right.CASES),
        "query": request.GET.urlencode(),
    }
    return render(request, "surveys/notes.html", context)


def _kind(request: HttpRequest) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in Note.Kind.values else ""


def _shown(request: HttpRequest) -> QuerySet[Note]:
    words = request.GET.get("q", "").replace("\0", "")[:100].strip()
    return queries.every(actor_of(request), kind=_kind(request), theme=request.GET.get("theme", ""), words=words)


def _answer(actor: Actor) -> str:
    """How many there are, and what they speak of most."""
    n = scope.notes_of(actor).count()
    if not n:
        return _("What interviews, competitors and the market taught us, with the themes its words name.")
    said = ngettext("%(n)s note.", "%(n)s notes.", n) % {"n": display.number(n)}
    theme = queries.most_named(actor)
    if theme is None:
        return said
    named = {"theme": in_language(theme.name_zh, theme.name_en), "n": display.number(theme.n)}  # type: ignore[attr-defined]
    return said + " " + _("They speak most of “%(theme)s” (%(n)s).") % named


@needs(Right.SEE_ANSWERS)
@require_safe
def csv_file(request: HttpRequest) -> HttpResponseBase:
    """The same list as a file, with the whole texts."""
    table = tables.table(_shown(request), may_change=False, whole=True)
    return exports.streamed("notes", exports.as_file(table), params=request.GET, by=actor_of(request))


@needs(Right.CASES)
def new(request: HttpRequest) -> HttpResponse:
    """A new note."""
    form = NoteRecordForm(request.POST or None, actor=actor_of(request), initial={"business_date": people.today()})
    if request.method == "POST" and form.is_valid():
        try:
            notes.write(form.cleaned_data, by=actor_of(request))
        except notes.Refused as refused:
            form.add_error("store", str(refused))
        else:
            messages.success(request, _("The note is kept."))
            return redirect("surveys:notes")
    return _form(request, form, _("New note"), None)


@needs(Right.CASES)
def edit(request: HttpRequest, note_id: int) -> HttpResponse:
    """One note, to be read and to be put right."""
    actor = actor_of(request)
    note = get_object_or_404(scope.notes_of(actor).select_related("member"), pk=note_id)
    initial = {name: getattr(note, name) for name in notes.FIELDS} | {
        "member": note.member.number if note.member else ""
    }
    form = NoteRecordForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            notes.rewrite(note, form.cleaned_data, by=actor)
        except notes.Refused as refused:
            form.add_error("store", str(refused))
        else:
            messages.success(request, _("The note is changed."))
            return redirect("surveys:notes")
    return _form(request, form, note.title, note)


def _form(request: HttpRequest, form: NoteRecordForm, title: str, note: Note | None) -> HttpResponse:
    context = {"form": form, "title": title, "note": note}
    return render(request, "surveys/note.html", context, status=422 if form.errors else 200)


@needs(Right.CASES)
@require_POST
def take_back(request: HttpRequest, note_id: int) -> HttpResponse:
    """Void a note that should not be there."""
    note = get_object_or_404(scope.notes_of(actor_of(request)), pk=note_id)
    try:
        notes.take_back(note, by=actor_of(request))
    except notes.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The note is taken back."))
    return redirect("surveys:notes")

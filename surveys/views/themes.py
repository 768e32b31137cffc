"""Themes: by which words they are recognised, and which words are missing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from members.lib import display
from members.lib.access import actor_of, needs
from members.lib.display import in_language
from members.lib.roles import Right
from members.lib.widgets import Cell, Column, Row, Table
from surveys.forms.themes import ThemeForm
from surveys.models import Answer, Theme
from surveys.queries import scope
from surveys.queries import themes as queries
from surveys.services import themes


@needs(Right.SURVEYS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All themes with their words, and phrases that no theme knows."""
    found = list(queries.every())
    context = {"table": _table(found), "proposed": queries.proposed(actor_of(request)), "n": len(found)}
    return render(request, "surveys/themes.html", context)


def _table(found: list[Theme]) -> Table:
    columns = [
        Column(_("Theme")),
        Column(pgettext("theme", "Code")),
        Column(_("Texts"), numeric=True),
        Column(_("Words")),
        Column(_("State")),
    ]
    rows = [
        Row(
            [
                Cell(in_language(theme.name_zh, theme.name_en), url=reverse("surveys:theme", args=[theme.pk])),
                Cell(theme.code),
                Cell(display.number(theme.n)),  # type: ignore[attr-defined]
                Cell(_(", ").join(theme.words)),
                Cell(_("In use"), tone="good") if theme.is_active else Cell(_("Not in use"), tone="mut"),
            ]
        )
        for theme in found
    ]
    return Table(columns, rows, _("Themes"), cards=True, tight=False)


@needs(Right.SURVEYS)
def edit(request: HttpRequest, theme_id: int | None = None) -> HttpResponse:
    """One theme, or a new one."""
    theme = get_object_or_404(Theme, pk=theme_id) if theme_id else None
    initial = {"words": request.GET.get("word", "")} if theme is None else _initial(theme)
    form = ThemeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"words": form.cleaned_data["words"].splitlines()}
        try:
            themes.save(theme, **given, by=actor_of(request))
        except themes.Refused as refused:
            form.add_error("words", str(refused))
        else:
            messages.success(request, _("The theme is saved; all texts are being read again."))
            return redirect("surveys:themes")
    name = in_language(theme.name_zh, theme.name_en) if theme else _("New theme")
    return render(request, "surveys/theme.html", {"form": form, "name": name}, status=422 if form.errors else 200)


def _initial(theme: Theme) -> dict[str, object]:
    return {
        "name_zh": theme.name_zh, "name_en": theme.name_en, "words": "\n".join(theme.words),
        "is_active": theme.is_active,
    }  # fmt: skip


@needs(Right.SEE_ANSWERS)
@require_POST
def set_by_hand(request: HttpRequest, answer_id: int) -> HttpResponse:
    """That a text speaks of a theme, or does not."""
    actor = actor_of(request)
    answer = get_object_or_404(Answer.objects.filter(response__in=scope.responses_of(actor)), pk=answer_id)
    theme = get_object_or_404(Theme, code=request.POST.get("theme", ""))
    themes.set_by_hand(answer, theme, present=request.POST.get("deed") != "remove", by=actor)
    messages.success(request, _("The themes of the text are changed."))
    return redirect(f"/surveys/{answer.response.survey_id}/results/?voices=all#voices")

"""Surveys: the list, a new one, one with what it asks and whom, and its settings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from members.lib import display
from members.lib.access import actor_of, needs
from members.lib.display import in_language
from members.lib.roles import Right
from members.queries import merchants
from surveys.exports import surveys as tables
from surveys.forms.surveys import NewSurveyForm, SettingsForm
from surveys.models import Question, Survey
from surveys.queries import asking, scope
from surveys.queries import surveys as queries
from surveys.rules.survey_templates import TEMPLATES
from surveys.services import invitations, surveys


@needs(Right.SEE_ANSWERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All surveys with what came of them."""
    found = list(queries.listed(actor_of(request)))
    context = {
        "answer": _answer(found),
        "table": tables.table(found, merchants.current().zone),
        "may_build": actor_of(request).may(Right.SURVEYS),
    }
    return render(request, "surveys/surveys.html", context)


def _answer(found: list[Survey]) -> str:
    collecting = [survey for survey in found if survey.state == Survey.State.OPEN]
    if not collecting:
        return _("No survey is collecting answers.")
    n, answers = len(collecting), sum(survey.n_responses for survey in collecting)  # type: ignore[attr-defined]
    runs = ngettext("%(n)s survey is collecting answers.", "%(n)s surveys are collecting answers.", n)
    said = ngettext("%(n)s answer so far.", "%(n)s answers so far.", answers)
    return f"{runs % {'n': display.number(n)}} {said % {'n': display.number(answers)}}"


@needs(Right.SURVEYS)
def new(request: HttpRequest) -> HttpResponse:
    """A name and a template to begin with."""
    form = NewSurveyForm(request.POST or None, initial={"template": next(iter(TEMPLATES))})
    if request.method == "POST" and form.is_valid():
        try:
            made = surveys.make(**form.cleaned_data, by=actor_of(request))
        except surveys.Refused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _("The survey is made. Look it through, then open it."))
            return redirect("surveys:survey", made.pk)
    about = {code: in_language(*one.about) for code, one in TEMPLATES.items()}
    context = {"form": form, "offers": [(radio, about.get(str(radio.data["value"]), "")) for radio in form["template"]]}
    return render(request, "surveys/survey_new.html", context, status=422 if form.errors else 200)


@needs(Right.SEE_ANSWERS)
@require_safe
def one(request: HttpRequest, survey_id: int) -> HttpResponse:
    """What a survey asks and whom, and what can be done with it."""
    survey = get_object_or_404(queries.listed(actor_of(request)), pk=survey_id)
    may_build = actor_of(request).may(Right.SURVEYS)
    version = queries.newest(survey) if may_build else queries.asked_version(survey)
    questions = list(version.questions.order_by("position")) if version else []
    context = {
        "survey": survey,
        "tone": tables.TONES[survey.state],
        "title": in_language(survey.title_zh, survey.title_en),
        "asking": tables.asking(survey),
        "version": version,
        "asked_version": queries.asked_version(survey),
        "questions": told(questions),
        "faults": surveys.faults(survey) if may_build and version and version.frozen_at is None else [],
        "may_build": may_build,
        "kinds": Question.Kind.choices,
        "silent": asking.silent(survey, actor_of(request)).count() if may_build else 0,
    }
    return render(request, "surveys/survey.html", context)


def told(questions: list[Question]) -> list[dict[str, object]]:
    """Questions in the reader's language, with their answers and conditions in words."""
    by_code = {question.code: question for question in questions}
    return [
        {
            "question": question,
            "text": in_language(question.text_zh, question.text_en),
            "answers": [in_language(one["zh"], one["en"]) for one in question.rows or question.options],
            "condition": tables.condition(question, by_code),
        }
        for question in questions
    ]


@needs(Right.SURVEYS)
def settings(request: HttpRequest, survey_id: int) -> HttpResponse:
    """How it asks and thanks."""
    survey = get_object_or_404(scope.surveys(actor_of(request)), pk=survey_id)
    name, form = survey.name, SettingsForm(request.POST or None, instance=survey)
    if request.method == "POST" and form.is_valid():
        surveys.save(form.instance, form.changed_data, form.cleaned_data["stores"], by=actor_of(request))
        messages.success(request, _("“%(name)s” is saved.") % {"name": survey.name})
        return redirect("surveys:survey", survey.pk)
    context = {"form": form, "survey": survey, "name": name}
    return render(request, "surveys/survey_settings.html", context, status=422 if form.errors else 200)


@needs(Right.SURVEYS)
@require_POST
def open_up(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Put the newest version before people."""
    survey = get_object_or_404(scope.surveys(actor_of(request)), pk=survey_id)
    try:
        surveys.open_up(survey, by=actor_of(request))
    except surveys.Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason)
    else:
        messages.success(request, _("The survey is open. Hang out its code, or wait for the first answers."))
    return redirect("surveys:survey", survey.pk)


@needs(Right.SURVEYS)
@require_POST
def remind(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Ask those once more who have not answered."""
    survey = get_object_or_404(scope.surveys(actor_of(request)), pk=survey_id)
    n = invitations.remind(survey, by=actor_of(request))
    said = ngettext("%(n)s member is reminded.", "%(n)s members are reminded.", n)
    messages.success(request, said % {"n": display.number(n)})
    return redirect("surveys:survey", survey.pk)


@needs(Right.SURVEYS)
@require_POST
def close(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Take no more answers."""
    survey = get_object_or_404(scope.surveys(actor_of(request)), pk=survey_id)
    surveys.close(survey, by=actor_of(request))
    messages.success(request, _("The survey is closed; its links say so."))
    return redirect("surveys:survey", survey.pk)

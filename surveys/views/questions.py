"""The questions of a survey: add, change, move, take out. What people have seen stays; a new version is made."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members.lib.access import actor_of, needs
from members.lib.roles import Right
from surveys.forms.surveys import QuestionForm, free_code
from surveys.models import Question, Survey
from surveys.queries import scope
from surveys.queries import surveys as queries
from surveys.services import surveys

KINDS = dict(Question.Kind.choices)


@needs(Right.SURVEYS)
def add(request: HttpRequest, survey_id: int, kind: str) -> HttpResponse:
    """A new question at the end."""
    survey = _survey(request, survey_id)
    if kind not in KINDS:
        raise Http404
    taken = Question.objects.filter(version__survey=survey).values_list("code", flat=True)
    last = queries.newest(survey).questions.order_by("-position").first()
    fresh = Question(code=free_code(list(taken)), kind=kind, page=last.page if last else 1)
    return _edited(request, survey, fresh)


@needs(Right.SURVEYS)
def edit(request: HttpRequest, survey_id: int, code: str) -> HttpResponse:
    """Change a question."""
    survey = _survey(request, survey_id)
    return _edited(request, survey, get_object_or_404(queries.newest(survey).questions, code=code))


def _edited(request: HttpRequest, survey: Survey, question: Question) -> HttpResponse:
    every = queries.newest(survey).questions.order_by("position")
    before = every.filter(position__lt=question.position) if question.pk else every
    earlier = [(one, queries.asked(one)) for one in before]
    form = QuestionForm(request.POST or None, question=question, earlier=earlier)
    is_new = question.pk is None
    if request.method == "POST" and form.is_valid():
        try:
            surveys.put(survey, form.filled(), by=actor_of(request))
        except surveys.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The question is saved."))
            return redirect("surveys:survey", survey.pk)
    context = {"form": form, "survey": survey, "kind": KINDS[question.kind], "is_new": is_new}
    return render(request, "surveys/question.html", context, status=422 if form.errors else 200)


@needs(Right.SURVEYS)
@require_POST
def move(request: HttpRequest, survey_id: int, code: str, way: str) -> HttpResponse:
    """One place up or down."""
    survey = _survey(request, survey_id)
    surveys.move(survey, code, -1 if way == "up" else 1, by=actor_of(request))
    return redirect("surveys:survey", survey.pk)


@needs(Right.SURVEYS)
@require_POST
def remove(request: HttpRequest, survey_id: int, code: str) -> HttpResponse:
    """Take a question out."""
    survey = _survey(request, survey_id)
    surveys.remove(survey, code, by=actor_of(request))
    messages.success(request, _("The question is taken out. Answers given to it are kept."))
    return redirect("surveys:survey", survey.pk)


def _survey(request: HttpRequest, survey_id: int) -> Survey:
    return get_object_or_404(scope.surveys(actor_of(request)), pk=survey_id)

"""Trying a survey out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from members.lib.access import actor_of, needs
from members.lib.display import in_language
from members.lib.roles import Right
from members.queries import merchants
from surveys.forms import answering as drawing
from surveys.models import Response, Survey
from surveys.queries import answering as queries
from surveys.queries import scope, surveys
from surveys.queries.answering import Door
from surveys.services import answering
from surveys.views import public


@needs(Right.SURVEYS)
def preview(request: HttpRequest, survey_id: int) -> HttpResponse:
    """All pages at once as people see them, in either language; what is sent is checked and kept apart as a trial."""
    survey = get_object_or_404(scope.surveys(actor_of(request)), pk=survey_id)
    with public.spoken(request):
        return _tried(request, survey)


def _tried(request: HttpRequest, survey: Survey) -> HttpResponse:
    version, faults, sent = surveys.newest(survey), dict[str, str](), None
    asked = queries.questions(version)
    if request.method == "POST":
        sent = dict(request.POST.lists())
        key = f"trial-{version.pk}-{request.POST.get('csrfmiddlewaretoken', '')[:40]}"
        door = Door(survey, key, Response.Way.PUBLIC, is_test=True)
        try:
            faults = answering.save_all(
                door, sent, language=translation.get_language() or "", by=actor_of(request)
            ).faults
        except answering.Closed:
            faults = {}
        if not faults:
            messages.success(request, _("This is how it arrives. The trial is in no report."))
            return redirect("surveys:survey", survey.pk)
    context = {
        "survey": survey, "title": in_language(survey.title_zh, survey.title_en),
        "intro": in_language(survey.intro_zh, survey.intro_en), "is_test": True, "page": 0, "at": 1, "of": 1,
        "before": None, "key": "", "language": translation.get_language(), "merchant": merchants.current(),
        "faults": len(faults),
        "questions": [drawing.drawn(one, [], faults.get(one.code, ""), sent) for one in asked],
    }  # fmt: skip
    return render(request, "surveys/public/page.html", context, status=422 if faults else 200)

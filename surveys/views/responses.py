"""What can be done with one answer: make a case of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members.lib.access import actor_of, needs
from members.lib.roles import Right
from surveys.models import Case
from surveys.queries import scope
from surveys.services import cases


@needs(Right.CASES)
@require_POST
def open_case(request: HttpRequest, response_id: int) -> HttpResponse:
    """Open the case of a response; pressed twice, it is the same one."""
    actor = actor_of(request)
    response = get_object_or_404(scope.responses_of(actor), pk=response_id)
    words = "\n".join(text for text in response.answers.values_list("text", flat=True) if text)
    told = cases.Told(
        Case.Intake.SURVEY, words or _("No words, only a low score."), member=response.member, store=response.store,
        order=response.order, response=response,
    )  # fmt: skip
    case = cases.open_case(told, by=actor)
    messages.success(request, _("Case %(number)s is open.") % {"number": case.number})
    return redirect("surveys:case", case.number)

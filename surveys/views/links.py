"""The codes of a survey: make them, print them, take them down."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.queries import scope as member_scope
from surveys.exports import codes
from surveys.models import PublicLink, Survey
from surveys.queries import links as link_queries
from surveys.queries import scope
from surveys.services import links


@needs(Right.SURVEYS)
@require_safe
def page(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The codes there are, and the stores without one."""
    survey = _survey(request, survey_id)
    hung = list(survey.links.select_related("store").order_by("store__name"))
    without = member_scope.stores(actor_of(request)).exclude(pk__in=[one.store_id for one in hung if one.store_id])
    context = {"survey": survey, "hung": hung, "stores": without.filter(is_active=True)}
    return render(request, "surveys/links.html", context)


@needs(Right.SURVEYS)
@require_POST
def hang_out(request: HttpRequest, survey_id: int) -> HttpResponse:
    """A code for a store."""
    survey = _survey(request, survey_id)
    store = get_object_or_404(member_scope.stores(actor_of(request)), code=request.POST.get("store", ""))
    link = links.hang_out(survey, store, by=actor_of(request))
    return redirect("surveys:link", link.pk)


@needs(Right.SURVEYS)
@require_safe
def one(request: HttpRequest, link_id: int) -> HttpResponse:
    """A code to print, with what it is for in both languages."""
    link = _link(request, link_id)
    address = settings.DESK_URL.rstrip("/") + reverse("survey-answer", args=[link.token])
    return render(request, "surveys/link.html", {"link": link, "survey": link.survey, "address": address})


@needs(Right.SURVEYS)
@require_safe
def picture(request: HttpRequest, link_id: int) -> HttpResponse:
    """The code as a picture that prints at any size."""
    link = _link(request, link_id)
    address = settings.DESK_URL.rstrip("/") + reverse("survey-answer", args=[link.token])
    return HttpResponse(codes.svg(address), content_type="image/svg+xml")


@needs(Right.SURVEYS)
@require_POST
def take_down(request: HttpRequest, link_id: int) -> HttpResponse:
    """It leads nowhere any more."""
    link = _link(request, link_id)
    links.take_down(link, by=actor_of(request))
    messages.success(request, _("The code leads nowhere any more. Take it off the wall."))
    return redirect("surveys:links", link.survey_id)


def _survey(request: HttpRequest, survey_id: int) -> Survey:
    return get_object_or_404(scope.surveys(actor_of(request)), pk=survey_id)


def _link(request: HttpRequest, link_id: int) -> PublicLink:
    return get_object_or_404(link_queries.links_of(actor_of(request)), pk=link_id)

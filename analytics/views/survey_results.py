"""The results of a survey: would they recommend us, what to improve first, and what they say."""

from dataclasses import replace
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.facts.door import NoData
from analytics.reports import page_query
from analytics.reports import report as reports
from analytics.reports.page_query import PageQuery
from analytics.reports.query import Choices
from analytics.views import survey_cards, survey_groups, survey_voices
from analytics.views.answer import Answer
from analytics.views.filters import filter_bar, switch, with_own_dates
from members.lib import clock
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.roles import Right
from members.queries import merchants
from surveys.models import Survey
from surveys.queries import scope, voices

RANGES = ("30d", "90d", "12m", "all")
CHOICES = Choices(options={"by": survey_groups.BY})
OWN = {"voices": ("all",), "theme": (), "page": ()}


@needs(Right.SEE_ANSWERS)
@require_safe
def page(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The page. Dates, stores and the filters of the texts live in its URL."""
    actor = actor_of(request)
    survey = get_object_or_404(scope.surveys(actor), pk=survey_id)
    if canonical := with_own_dates(request):
        return redirect(canonical)
    today = clock.local_date(clock.now(), merchants.current().zone)  # an answer counts from the day it is given
    asked = page_query.read(actor, dict(request.GET.lists()), CHOICES, "90d", OWN, until=today)
    context = {"survey": survey, "voices": _voices(request, actor, survey, asked), **_said(actor, survey)}
    try:
        by = asked.query.option("by")
        context |= survey_cards.cards(lambda slug, **more: _answer(asked, actor, survey, slug, **more), by)
    except NoData:
        return render(request, "analytics/no_data.html", {"may_import": actor.may(Right.IMPORT)})
    context["switches"] = [switch(asked, request.path, "by")]
    context["bar"] = filter_bar(asked, request.path, RANGES)
    return render(request, "analytics/survey_results.html", context)


def _answer(asked: PageQuery, actor: Actor, survey: Survey, slug: str, **chosen: str) -> Answer:
    """One report about this survey under the filters of the page."""
    own = asked.asking(Choices()).asking(reports.get(slug).choices, **chosen)  # `by` is that of one card
    own = replace(own, query=replace(own.query, survey=str(survey.pk)))
    return Answer(own, actor, reports.frame(slug, actor, own.query), merchants.current().currency)


def _said(actor: Actor, survey: Survey) -> dict[str, object]:
    begun, done = voices.spent(actor, survey)
    return {"begun": begun, "done": done, "finished": done / begun if begun else None}


def _voices(request: HttpRequest, actor: Actor, survey: Survey, asked: PageQuery) -> survey_voices.Voices:
    wanted = voices.Wanted(
        asked.first, asked.last, asked.query.stores, request.GET.get("theme", ""), request.GET.get("voices") != "all"
    )
    found = voices.texts(actor, survey, wanted)
    listed = Paginator(found, survey_voices.PER_PAGE).get_page(request.GET.get("page"))
    every = voices.texts(actor, survey, replace(wanted, theme="", open_only=False))
    here, kept = reverse("analytics:survey-results", args=[survey.pk]), asked.canonical()

    def url(**changes: str) -> str:
        params = {name: value for name, value in (kept | changes).items() if value}
        return f"{here}?{urlencode(params)}#voices" if params else f"{here}#voices"

    return survey_voices.Voices.of(
        listed, wanted, url,
        themes=voices.by_theme(every), n_open=voices.to_follow_up(actor, survey, wanted), n_all=every.count(),
        actor=actor,
    )  # fmt: skip

"""Points: how many are out, what they may cost, and what expires soon?"""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from analytics.facts.door import NoData
from analytics.reports import page_query
from analytics.reports import report as reports
from analytics.reports.page_query import PageQuery
from analytics.reports.query import Choices
from analytics.views import points_cards
from analytics.views.answer import Answer
from analytics.views.filters import filter_bar, switch, with_own_dates
from members.lib import clock
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.roles import Right
from members.queries import merchants

RANGES = ("90d", "12m", "all")
CHOICES = Choices(grains=("month", "week"))


@needs(Right.SEE_REPORTS)
def points(request: HttpRequest) -> HttpResponse:
    """The page. Dates, stores and the period live in its URL; what is out is counted at the end of the data."""
    actor = actor_of(request)
    if canonical := with_own_dates(request):
        return redirect(canonical)
    page = page_query.read(actor, dict(request.GET.lists()), CHOICES, page_query.DEFAULT_RANGE)
    try:
        flow, liable = asked(page, actor, "points-flow"), asked(page, actor, "points-liability")
        moved = asked(page, actor, "tier-migration")
    except NoData:
        return render(request, "analytics/no_data.html", {"may_import": actor.may(Right.IMPORT)})
    merchant = merchants.current()
    today = clock.local_date(clock.now(), merchant.zone)
    context = {
        "bar": filter_bar(page, request.path, RANGES),
        "is_empty": liable.result.frame["points"].isna().all() or len(liable.result.frame) < 2,
        "callout": points_cards.callout(actor, liable, today),
        "flow": points_cards.flow_card(flow),
        "switches": [switch(page, request.path, "grain")],
        "liability": points_cards.liability_card(liable),
        "moves_card": points_cards.moves_card(moved),
        "moves": points_cards.moves(moved),
        "more": points_cards.more(page),
        "csv_url": flow.csv_url(),
        "data_through": dt.date.fromisoformat(str(flow.result.meta["last_day"])),
        "statement_url": reverse("members:list") if actor.may(Right.SEE_MEMBERS) else "",
    }
    return render(request, "analytics/points.html", context)


def asked(page: PageQuery, actor: Actor, slug: str) -> Answer:
    """One report under the filters of the page."""
    own = page.asking(reports.get(slug).choices)
    return Answer(own, actor, reports.frame(slug, actor, own.query), merchants.current().currency)

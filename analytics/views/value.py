"""Value: what are the members worth, and who is about to be lost?"""

import datetime as dt
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from analytics.facts.door import NoData
from analytics.reports import page_query, rfm, value_deciles
from analytics.reports import report as reports
from analytics.reports.page_query import PageQuery
from analytics.reports.query import Choices
from analytics.reports.report import Report
from analytics.views import value_cards
from analytics.views.answer import Answer
from analytics.views.filters import filter_bar, option_chip, switch
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.roles import Right
from members.queries import merchants

CHOICES = Choices(options={"lookback": rfm.LOOKBACKS, "cuts": rfm.CUTS}, dated=False)


@needs(Right.SEE_REPORTS)
def value(request: HttpRequest) -> HttpResponse:
    """The page. Stores, channels, how far back and where the scores are cut live in its URL."""
    actor = actor_of(request)
    page = page_query.read(actor, dict(request.GET.lists()), CHOICES, "all")
    try:
        grid = _asked(page, actor, rfm.REPORT, by="grid")
        classes = _asked(page, actor, rfm.REPORT, by="segment8")
        tenths = _asked(page, actor, value_deciles.REPORT)
    except NoData:
        return render(request, "analytics/no_data.html", {"may_import": actor.may(Right.IMPORT)})
    bar = filter_bar(page, request.path, ())
    members = page.asking(reports.get("rfm-members").choices)
    context = {
        "bar": replace(bar, chips=[option_chip(page, request.path, "lookback"), *bar.chips]),
        "callout": value_cards.callout(classes, tenths),
        "is_empty": tenths.result.frame.empty,
        "grid": value_cards.grid(grid),
        "grid_card": value_cards.grid_card(grid),
        "switches": [switch(page, request.path, "cuts")],
        "classes": value_cards.class_card(classes),
        "tenths": value_cards.tenth_card(tenths),
        "members_url": members.link(reverse("analytics:report", args=["rfm-members"]))
        if actor.may(Right.SEE_MEMBERS)
        else "",
        "csv_url": classes.csv_url(),
        "data_through": dt.date.fromisoformat(str(grid.result.meta["last_day"])),
    }
    return render(request, "analytics/value.html", context)


def _asked(page: PageQuery, actor: Actor, report: Report, **options: str) -> Answer:
    own = page.asking(report.choices, **options)
    return Answer(own, actor, reports.frame(report.slug, actor, own.query), merchants.current().currency)

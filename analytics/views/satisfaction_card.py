"""How satisfaction moves, beside the sales of Today."""

from dataclasses import replace

from django.utils.translation import gettext as _

from analytics.facts import manifest
from analytics.metrics import periods
from analytics.reports import report as reports
from analytics.reports.page_query import PageQuery
from analytics.views.answer import Answer
from analytics.views.survey_cards import trend_card
from members.lib.actor import Actor
from members.lib.widgets import ChartCard
from members.queries import merchants

MONTHS = 12


def satisfaction(actor: Actor, page: PageQuery) -> ChartCard | None:
    """The recommendation of the last twelve months, of the stores and channels of the page; None without two months."""
    end = manifest.read().last_day
    if end is None:
        return None
    first = periods.first_day(periods.period_of(end, "month") - MONTHS + 1, "month")
    own = page.asking(reports.get("nps").choices, by="month")
    own = own.with_query(own.query.between(first, end))
    found = Answer(own, actor, reports.frame("nps", actor, own.query), merchants.current().currency)
    if len(found.records()) < 2:
        return None
    return replace(trend_card(found), slug="satisfaction", title=_("Would customers recommend us? Month by month"))

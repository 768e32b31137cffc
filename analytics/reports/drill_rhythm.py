"""The people behind the numbers about how regularly members buy."""

from django.utils.translation import gettext as _

from analytics.facts.door import Facts
from analytics.metrics import people, periods
from analytics.metrics.churn import last_decided
from analytics.reports import wording
from analytics.reports.query import Query


def churn_ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    """`cell`: a month whose three following months are over."""
    month = periods.parse(cell, "month")
    if month > last_decided(facts.last_day):
        raise ValueError(cell)
    active = facts.member_month.filter(facts.member_month.month == month)
    return people.ids(active if group == "active" else people.stayed_away(active, facts.member_month))


def churn_title(query: Query, cell: str, group: str) -> str:
    return {
        "active": _("%(period)s: members with a purchase"),
        "churned": _("%(period)s: members who stayed away for the three months after"),
    }[group] % {"period": wording.span(cell)}

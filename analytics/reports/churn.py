import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people, periods
from analytics.metrics.churn import churn_3m, last_decided
from analytics.reports import wording
from analytics.reports.columns import WILSON, Column, Kind
from analytics.reports.groups import BY_PLACE
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    return churn_3m(
        facts.member_month,
        last_day=facts.last_day,
        first_month=query.first_period("month"),
        last_month=query.last_period("month"),
    )


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    stayed = answer.active - answer.churned
    small = (answer.churned < SMALLEST_CELL) | (stayed < SMALLEST_CELL)
    answer = blank(answer, small, ["churned", "rate", "low", "high"])
    return blank(answer, answer.active < SMALLEST_CELL, ["active"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    """`cell`: a month whose three following months are over."""
    month = periods.parse(cell, "month")
    if month > last_decided(facts.last_day):
        raise ValueError(cell)
    active = facts.member_month.filter(facts.member_month.month == month)
    return people.ids(active if group == "active" else people.stayed_away(active, facts.member_month))


def _title(query: Query, cell: str, group: str) -> str:
    return {
        "active": gettext("%(period)s: members with a purchase"),
        "churned": gettext("%(period)s: members who stayed away for the three months after"),
    }[group] % {"period": wording.span(cell)}


REPORT = register(
    Report(
        slug="churn-3m",
        title=_("Three-month churn"),
        question=_("Of those who bought in a month, how many did not buy in the three months after it?"),
        definition=_(
            "Members with a purchase in the month, and those of them without any purchase in the three calendar months"
            " after it, in any store. Only months whose three following months are over. Orders refunded in full are"
            " no purchase."
        ),
        formula=_(
            "Churn rate = members of the month without a purchase in the three months after it ÷ members who "
            "bought in the month."
        ),
        example=_("200 members bought in January, and 58 of them not in February, March or April: 29 %."),
        limits=_(
            "The latest three months cannot be judged yet. Who comes back in the fourth month stays counted as churned."
        ),
        shown=_("Its report page; for following over the year how many are lost."),
        columns=(
            Column("period", _("Month"), Kind.LABEL, _("Calendar month of the purchase")),
            Column("active", _("Bought"), Kind.COUNT, _("Members with a purchase in the month"), opens="active"),
            Column(
                "churned",
                _("Stayed away"),
                Kind.COUNT,
                _("Those without a purchase in the three months after"),
                opens="churned",
            ),
            Column("rate", _("Churn rate"), Kind.RATE, _("Stayed away divided by bought")),
            *WILSON,
        ),
        choices=Choices(groups=BY_PLACE),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("period",), {"active": "members", "churned": "members"}, _ids, _title),
    )
)

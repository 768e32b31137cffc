import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people, periods
from analytics.metrics.retention import CohortGrain, retention
from analytics.reports.columns import Column, Kind
from analytics.reports.groups import BY_PLACE
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    grain: CohortGrain = query.grain  # type: ignore[assignment]
    return retention(
        facts.firsts,
        facts.visits,
        grain=grain,
        last_day=facts.last_day,
        member_month=facts.member_month,
        first_cohort=query.first_period(grain),
        last_cohort=query.last_period(grain),
        returns=query.option("return"),  # type: ignore[arg-type]
    )


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    lost = answer.cohort_size - answer.active
    small = (answer.active < SMALLEST_CELL) | ((answer.age > 0) & (lost < SMALLEST_CELL))
    answer = blank(answer, small, ["active", "retention", "low", "high"])
    return blank(answer, answer.cohort_size < SMALLEST_CELL, ["cohort_size", "active", "retention", "low", "high"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    grain: periods.Grain = query.grain  # type: ignore[assignment]
    label, _colon, age = cell.partition(":")
    cohort = periods.parse(label, grain)
    members = people.cohort(facts.firsts, grain, cohort)
    if group == "cohort":
        return people.ids(members)
    period = cohort + int(age)
    if not cohort <= period <= periods.period_of(facts.last_day, grain):
        raise ValueError(cell)
    same_store = query.option("return") == "same_store"
    back = people.came_back(members, facts.visits, grain, period, same_store=same_store)
    return people.ids(back if group == "active" else members.anti_join(back, "member_id"))


def _title(query: Query, cell: str, group: str) -> str:
    cohort, _colon, age = cell.partition(":")
    values = {"cohort": cohort, "age": age}
    if group == "cohort" or age == "0":  # in the period of the first purchase everybody is there
        return gettext("First bought in %(cohort)s") % values
    monthly = {
        "active": gettext("First bought in %(cohort)s, came back in month %(age)s"),
        "lost": gettext("First bought in %(cohort)s, did not come back in month %(age)s"),
    }
    weekly = {
        "active": gettext("First bought in the week of %(cohort)s, came back in week %(age)s"),
        "lost": gettext("First bought in the week of %(cohort)s, did not come back in week %(age)s"),
    }
    return (weekly if query.grain == "week" else monthly)[group] % values


REPORT = register(
    Report(
        slug="retention",
        title=_("Return rate by month of first purchase"),
        question=_("Of those who first bought in a month, how many bought again in later months?"),
        definition=_(
            "Members are grouped by the period of their first purchase; a cell counts those of them who bought in"
            " the n-th calendar period after it, in any store. Orders refunded in full are no purchase. A period"
            " that is not over is marked and enters no average."
        ),
        columns=(
            Column("cohort", _("First purchase"), Kind.LABEL, _("Month, or week named by its Monday")),
            Column("age", _("Periods later"), Kind.COUNT, _("0 is the period of the first purchase")),
            Column(
                "cohort_size",
                _("People"),
                Kind.COUNT,
                _("Members whose first purchase falls in the period"),
                opens="cohort",
            ),
            Column(
                "active",
                _("Came back"),
                Kind.COUNT,
                _("Those of them with a purchase in the later period"),
                opens="active",
            ),
            Column("retention", _("Return rate"), Kind.RATE, _("Came back divided by people")),
            Column("low", _("Low"), Kind.RATE, _("Lower end of the 95 % Wilson interval")),
            Column("high", _("High"), Kind.RATE, _("Upper end of the 95 % Wilson interval")),
            Column("mature", _("Complete"), Kind.FLAG, _("Whether the later period is over for everybody")),
        ),
        choices=Choices(grains=("month", "week"), options={"return": ("any", "same_store")}, groups=BY_PLACE),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(
            ("cohort", "age"),
            {"cohort": "members", "active": "members", "lost": "members"},
            _ids,
            _title,
            page="analytics:retention",
        ),
    )
)

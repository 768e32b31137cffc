"""Earlier against recent newcomers: which months are compared, and the pooled curves of both."""

import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import comparison, people, periods
from analytics.metrics.comparison import Split
from analytics.metrics.retention import retention
from analytics.reports.columns import WILSON, Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from analytics.reports.small_groups import near_the_last
from members.lib.roles import SMALLEST_CELL

_LONGEST = 1_200  # months; no shop keeps books for longer


def split(query: Query, *, first_day: int, last_day: int) -> Split:
    """The earlier and the recent months of first purchase that a query compares.

    first_day and last_day (day numbers) are where the data begins and ends; a query without dates means all of it.
    """
    first = query.first_day if query.first_day is not None else first_day
    last = query.last_day if query.last_day is not None else last_day
    return comparison.split_cohorts(periods.spanned(first, last, "month"), grain="month", last_day=last_day)


def split_of(facts: Facts, query: Query) -> Split:
    """`split` for the facts that are open."""
    return split(query, first_day=facts.first_day, last_day=facts.last_day)


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    parts = split_of(facts, query)
    chosen = [*parts.before, *parts.recent]
    frame = retention(
        facts.firsts,
        facts.visits,
        grain="month",
        last_day=facts.last_day,
        member_month=facts.member_month,
        first_cohort=min(chosen, default=None),
        last_cohort=max(chosen, default=None),
    )
    return comparison.cohort_groups(frame, parts)


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """Small cells, and those by which the month that is complete at the age before, but not here, would be told."""
    lost = answer.members - answer.active
    few = (answer.members < SMALLEST_CELL) | near_the_last(answer.members, answer.group != answer.group.shift())
    small = few | (answer.active < SMALLEST_CELL) | (lost < SMALLEST_CELL)
    return blank(blank(answer, small, ["active", "retention", "low", "high"]), few, ["members"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    """`cell`: a group of newcomers ("" both) and months later. Only months of first purchase that are over by then."""
    side, _colon, age = cell.rpartition(":")
    parts = split_of(facts, query)
    chosen = {"before": parts.before, "recent": parts.recent, "": (*parts.before, *parts.recent)}[side]
    later = int(age)
    if not 0 < later <= _LONGEST:
        raise ValueError(cell)
    over = [month for month in chosen if periods.last_day(month + later, "month") <= facts.last_day]
    return people.ids(
        people.came_back_later(facts.firsts.filter(facts.firsts.first_month.isin(over)), facts.visits, later)
    )


def _title(query: Query, cell: str, group: str) -> str:
    return gettext("Bought again in month %(age)s after the first purchase") % {"age": cell.rpartition(":")[2]}


def _groups() -> dict[str, str]:
    return {"before": gettext("Earlier newcomers"), "recent": gettext("Recent newcomers")}


CURVES = register(
    Report(
        slug="retention-curves",
        title=_("Return rate, recent and earlier newcomers"),
        question=_("Is the difference between recent and earlier newcomers lasting?"),
        definition=_(
            "Months of first purchase are pooled into two groups: those within the last six full months, and the"
            " earlier ones. Only complete months count: people who came back divided by people, never a mean of rates."
        ),
        formula=_(
            "Return rate of a group at an age = sum of those who came back ÷ sum of the members, over its "
            "months that are complete at that age."
        ),
        example=_("2 of 10 and 0 of 100 give 2 of 110 = 1.8 %, not the mean of the rates, 10 %."),
        limits=_("A season moves both groups. Points of fewer than three months are for orientation only."),
        shown=_("Retention, as curves; for telling a lasting gap from a passing one."),
        columns=(
            Column(
                "group",
                _("Group"),
                Kind.LABEL,
                _("before: earlier months of first purchase; recent: the newest"),
                words=_groups,
            ),
            Column("age", _("Months later"), Kind.COUNT, _("Months after the month of first purchase")),
            Column("members", _("People"), Kind.COUNT, _("Members of the months that are complete at this age")),
            Column(
                "active", _("Came back"), Kind.COUNT, _("Those of them with a purchase in that month"), opens="active"
            ),
            Column("retention", _("Return rate"), Kind.RATE, _("Came back divided by people")),
            *WILSON,
            Column("cohorts", _("Months pooled"), Kind.COUNT, _("Months of first purchase behind the row")),
            Column("partial", _("Few months"), Kind.FLAG, _("Fewer than three months: for orientation only")),
        ),
        choices=Choices(),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("group", "age"), {"active": "members"}, _ids, _title, page="analytics:retention"),
    )
)

import pandas as pd
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.rhythm import second_purchase, waiting
from analytics.reports.columns import Column, Kind
from analytics.reports.groups import BY_PLACE
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib import display
from members.lib.roles import SMALLEST_CELL


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    return second_purchase(
        facts.firsts,
        last_day=facts.last_day,
        count=query.option("count"),  # type: ignore[arg-type]
        first_from=query.first_day,
        first_to=query.last_day,
    )


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """From the first small row on nothing is told: each row's share follows from the next one's."""
    left = answer.at_risk - answer.events
    small = ((answer.events < SMALLEST_CELL) | (left < SMALLEST_CELL)).cummax()
    return blank(answer, small, ["at_risk", "events", "survival", "low", "high"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    days = int(cell)
    if not 0 <= days <= facts.last_day - facts.first_day:  # nobody was seen for longer
        raise ValueError(cell)
    members = waiting(
        facts.firsts,
        last_day=facts.last_day,
        count=query.option("count"),  # type: ignore[arg-type]
        first_from=query.first_day,
        first_to=query.last_day,
    )
    seen = members.t >= days
    wanted = {
        "at_risk": seen,
        "events": (members.t == days) & members.ended,
        "again": seen & members.ended,
        "open": seen & ~members.ended,
    }[group]
    return people.ids(members.filter(wanted))


def _title(query: Query, cell: str, group: str) -> str:
    days = int(cell)
    sentence = {
        "again": gettext("Bought a second time"),
        "open": gettext("Have not bought a second time yet"),
        "events": ngettext(
            "Bought again %(n)s day after the first purchase", "Bought again %(n)s days after the first purchase", days
        ),
        "at_risk": ngettext(
            "Seen for %(n)s day at least and not bought again before it",
            "Seen for %(n)s days at least and not bought again before them",
            days,
        ),
    }[group]
    return sentence % {"n": display.number(days)}


REPORT = register(
    Report(
        slug="second-purchase",
        title=_("Time to the second purchase"),
        question=_("How soon do newcomers buy a second time, and how many ever do?"),
        definition=_(
            "Days from the first purchase to the first purchase on another day (or to the second order). Members who"
            " have not bought again count for as long as they have been seen, so young members pull nothing down"
            " (Kaplan-Meier). One row per number of days after which somebody came back. Orders refunded in full are"
            " no purchase."
        ),
        formula=_(
            "For each number of days: the share not back so far × (1 − those who came back that day ÷ those "
            "seen for so long who had not). This is the Kaplan-Meier estimate."
        ),
        example=_(
            "Five newcomers: one bought again after 2 days, one after 4; three have been seen for 3, 6 and 9 "
            "days without. After 2 days 80 % have not bought again, after 4 days 80 % × 2⁄3 = 53.3 %."
        ),
        limits=_(
            "The far end of the curve rests on few members. It supposes that those of today will behave like "
            "those of before."
        ),
        shown=_("Its report page; for timing a reminder to newcomers."),
        columns=(
            Column("t", _("Days later"), Kind.COUNT, _("Days after the first purchase")),
            Column(
                "at_risk",
                _("Still open"),
                Kind.COUNT,
                _("Members seen for so many days who had not bought again before"),
                opens="at_risk",
            ),
            Column("events", _("Bought again"), Kind.COUNT, _("Those who did on that very day"), opens="events"),
            Column("survival", _("Not bought again yet"), Kind.RATE, _("Share without a second purchase after it")),
            Column("low", _("Low"), Kind.RATE, _("Lower end of its 95 % interval (Greenwood, log-log)")),
            Column("high", _("High"), Kind.RATE, _("Upper end of its 95 % interval; empty when nobody is left")),
        ),
        choices=Choices(options={"count": ("day", "order")}, groups=BY_PLACE),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(
            ("t",),
            dict.fromkeys(("at_risk", "events", "again", "open"), "members"),
            _ids,
            _title,
            "analytics:retention",
            tab="second",
        ),
    )
)

from collections.abc import Mapping

import pandas as pd
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import hour_weekday as metric
from analytics.metrics import people
from analytics.reports.columns import Column, Kind
from analytics.reports.groups import BY_PLACE
from analytics.reports.kpi import span
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL


def weekdays() -> Mapping[str, str]:
    """The weekdays by the names of their readers."""
    return {str(number): str(name) for number, name in WEEKDAYS.items()}


def hours(hour: int) -> str:
    """An hour of the day as clocks show it: 18:00–18:59."""
    return f"{hour}:00–{hour}:59"


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    first, last = span(facts, query)
    return metric.hour_weekday(facts.sales, first_day=first, last_day=last)


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """The cells of fewer than five people, and one more: the total would tell of those few, who may be in all of it."""
    small = answer.people.between(1, SMALLEST_CELL - 1)
    others = answer.people[answer.people >= SMALLEST_CELL]
    if small.any() and not others.empty:
        small |= answer.index == others.idxmin()
    return blank(answer, small, ["orders", "gross"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    weekday, hour = _given(cell)
    return people.ids(people.sold_at(facts.sales, weekday, hour, *span(facts, query)), "order_id")


def _title(query: Query, cell: str, group: str) -> str:
    weekday, hour = _given(cell)
    return gettext("%(weekday)s, %(hours)s: orders") % {"weekday": weekdays()[str(weekday)], "hours": hours(hour)}


def _given(cell: str) -> tuple[int, int]:
    weekday, hour = map(int, cell.split(":"))
    if weekday not in metric.WEEKDAYS or hour not in metric.HOURS:
        raise ValueError(cell)
    return weekday, hour


REPORT = register(
    Report(
        slug="hour-weekday",
        title=_("Orders by weekday and hour"),
        question=_("On which days and at what time do customers come?"),
        definition=_(
            "Every valid order counts (paid, more than zero, buyer not excluded), those of guests too, by the weekday"
            " of its business date and the hour at the store. Refunds are not taken off."
        ),
        formula=_(
            "Each order stands in one of 7 × 24 cells; together they are all valid orders of the days asked for."
        ),
        example=_(
            "Two orders on Monday at 9:05 and 9:50 and one on Sunday at 20:00: Monday 9 has 2, Sunday 20 has 1, the"
            " other 166 cells have none."
        ),
        limits=_(
            "Orders that came with a date but no time stand at 0. Days on which the store was shut lower a weekday, and"
            " a span that is no whole number of weeks has one weekday more than another."
        ),
        shown=_("Among the reports; for whoever plans the shifts and the hours of an offer."),
        columns=(
            Column("weekday", _("Weekday"), Kind.LABEL, _("0 is Monday, 6 is Sunday"), words=weekdays),
            Column("hour", _("Hour"), Kind.COUNT, _("0 to 23, by the clock of the store")),
            Column(
                "orders",
                pgettext_lazy("count", "Orders"),
                Kind.COUNT,
                _("Valid orders of members and guests"),
                opens="orders",
            ),
            Column("gross", _("Sales"), Kind.MONEY, _("Revenue of those orders, before refunds")),
        ),
        choices=Choices(groups=BY_PLACE),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("weekday", "hour"), {"orders": "orders"}, _ids, _title),
    )
)

import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.repeat import WINDOWS, repeat_purchase
from analytics.reports.columns import WILSON, Column, Kind
from analytics.reports.groups import BY_PLACE
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from analytics.reports.small_groups import near_the_last
from members.lib.roles import SMALLEST_CELL


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    return repeat_purchase(facts.firsts, last_day=facts.last_day, first_from=query.first_day, first_to=query.last_day)


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """Small cells, and windows that tell of few newcomers, or of few who came back, by their step from one before."""
    single = answer.eligible - answer.repeated
    start = answer.index == answer.index[0]
    few = (answer.eligible < SMALLEST_CELL) | near_the_last(answer.eligible, pd.Series(start, answer.index))
    steps = near_the_last(answer.repeated, answer.eligible != answer.eligible.shift())
    small = few | steps | (answer.repeated < SMALLEST_CELL) | (single < SMALLEST_CELL)
    return blank(blank(answer, small, ["repeated", "rate", "low", "high"]), few, ["eligible"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    window = int(cell)
    if window not in WINDOWS:
        raise ValueError(cell)
    members = people.observed(facts.firsts, window, facts.last_day, query.first_day, query.last_day)
    if group == "eligible":
        return people.ids(members)
    again = people.bought_again(members, window)
    return people.ids(again if group == "repeated" else members.anti_join(again, "member_id"))


def _title(query: Query, cell: str, group: str) -> str:
    return {
        "eligible": gettext("First purchase at least %(days)s days ago"),
        "repeated": gettext("Bought again within %(days)s days"),
        "single": gettext("Did not buy again within %(days)s days"),
    }[group] % {"days": cell}


REPORT = register(
    Report(
        slug="repeat-purchase",
        title=_("Repeat-purchase rate"),
        question=_("How many buy a second time within a number of days?"),
        definition=_(
            "Of the members whose first purchase lies at least that many days back: the share with a purchase on a"
            " second day within so many days of the first. Members who are too new are left out, not counted as lost."
        ),
        formula=_("Repeat rate = members who bought on a second day in time ÷ members whose days are over."),
        example=_(
            "Of 200 members whose first purchase lies 90 days back or more, 64 bought again within 90 days of it: 32 %."
        ),
        limits=_(
            "Two orders on one day count as one purchase. The newest members are not in it yet, so it answers "
            "for those of some time ago."
        ),
        shown=_("Today, as the 90-day rate; for setting and following a target."),
        columns=(
            Column("window_days", _("Within days"), Kind.COUNT, _("Days after the first purchase")),
            Column(
                "eligible", _("Observed long enough"), Kind.COUNT, _("Members whose days are over"), opens="eligible"
            ),
            Column(
                "repeated",
                _("Bought again"),
                Kind.COUNT,
                _("Those who bought on a second day in time"),
                opens="repeated",
            ),
            Column("rate", _("Repeat rate"), Kind.RATE, _("Bought again divided by observed long enough")),
            *WILSON,
        ),
        choices=Choices(groups=BY_PLACE),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(
            ("window_days",),
            {"eligible": "members", "repeated": "members", "single": "members"},
            _ids,
            _title,
            page="analytics:retention",
        ),
    )
)

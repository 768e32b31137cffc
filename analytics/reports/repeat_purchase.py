import pandas as pd
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics.repeat import repeat_purchase
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Report, blank, register
from members.lib.roles import SMALLEST_CELL


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    return repeat_purchase(facts.firsts, last_day=facts.last_day, first_from=query.first_day, first_to=query.last_day)


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    single = answer.eligible - answer.repeated
    small = (answer.repeated < SMALLEST_CELL) | (single < SMALLEST_CELL)
    answer = blank(answer, small, ["repeated", "rate", "low", "high"])
    return blank(answer, answer.eligible < SMALLEST_CELL, ["eligible"])


REPORT = register(
    Report(
        slug="repeat-purchase",
        title=_("Repeat-purchase rate"),
        question=_("How many buy a second time within a number of days?"),
        definition=_(
            "Of the members whose first purchase lies at least that many days back: the share with a purchase on a"
            " second day within so many days of the first. Members who are too new are left out, not counted as lost."
        ),
        columns=(
            Column("window_days", _("Within days"), Kind.COUNT, _("Days after the first purchase")),
            Column("eligible", _("Observed long enough"), Kind.COUNT, _("Members whose days are over")),
            Column("repeated", _("Bought again"), Kind.COUNT, _("Those who bought on a second day in time")),
            Column("rate", _("Repeat rate"), Kind.RATE, _("Bought again divided by observed long enough")),
            Column("low", _("Low"), Kind.RATE, _("Lower end of the 95 % Wilson interval")),
            Column("high", _("High"), Kind.RATE, _("Upper end of the 95 % Wilson interval")),
        ),
        choices=Choices(),
        compute=_compute,
        withhold=_withhold,
    )
)

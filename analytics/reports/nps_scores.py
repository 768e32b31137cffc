import pandas as pd
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics.satisfaction import scores
from analytics.reports import told
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Report, blank, register


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    frame = scores(told.answers(facts, query))
    return frame.assign(score=frame["score"].astype(str))


REPORT = register(
    Report(
        slug="nps-scores",
        title=_("Scores from 0 to 10"),
        question=_("How many gave which score?"),
        definition=_("The answers of the NPS report, by score."),
        formula=_("A count for each score."),
        example=_("57 % gave 9 or 10, 28 % 7 or 8, 15 % 0 to 6."),
        limits=_("The same as those of the NPS report."),
        shown=_("The results of a survey; for whoever answers for the stores."),
        columns=(
            Column("score", _("Score"), Kind.LABEL, _("0 to 10")),
            Column("n", _("Answers"), Kind.COUNT, _("With this score")),
        ),
        choices=Choices(of_survey=True),
        compute=_compute,
        withhold=lambda answer: blank(answer, told.few(answer), ["n"]),
    )
)

from collections.abc import Mapping

import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics.drivers import drivers
from analytics.reports import told
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Report, blank, register
from surveys.queries import labels


def verdicts() -> Mapping[str, str]:
    """What the verdicts are called."""
    return {
        "first": gettext("Improve first"),
        "keep": gettext("Keep it up"),
        "later": gettext("Matters less"),
        "unclear": gettext("Not clear yet"),
    }


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    frame = drivers(told.answers(facts, query))
    return frame.assign(driver=frame["question"] + ":" + frame["line"])


REPORT = register(
    Report(
        slug="drivers",
        title=_("What to improve first"),
        question=_("What does the wish to recommend hang on, and where do we fall short?"),
        definition=_(
            "Each part that is scored in a survey beside the recommendation: how closely both go together"
            " (importance) and its average score. First comes what matters more and scores lower than the parts do on"
            " average. With fewer than 100 pairs, or an interval that covers 0, a part is only listed."
        ),
        formula=_(
            "Importance = Pearson’s correlation r of the score with the recommendation in the same answers; 95 %"
            " interval tanh(artanh r ± 1.96 ÷ √(n − 3)) (Fisher)."
        ),
        example=_("r = 0.46 of 386 answers: 0.38 to 0.53; waiting time scores 3.4, the parts 4.1 on average."),
        limits=_("What goes together need not be a cause. Parts hang together too, so importances do not add up."),
        shown=_("The results of a survey; for whoever decides what to improve."),
        columns=(
            Column("driver", _("What was scored"), Kind.LABEL, _("Question and line"), words=labels.drivers),
            Column("n", _("Answers"), Kind.COUNT, _("With this score and the recommendation")),
            Column("mean", _("Average"), Kind.MEAN, _("Of its scores")),
            Column("importance", _("Importance"), Kind.MEAN, _("Correlation with the recommendation, −1 to 1")),
            Column("low", _("Importance, low"), Kind.MEAN, _("Lower end of the 95 % interval")),
            Column("high", _("Importance, high"), Kind.MEAN, _("Upper end of the 95 % interval")),
            Column("verdict", _("So"), Kind.LABEL, _("What follows"), words=verdicts),
        ),
        choices=Choices(of_survey=True),
        compute=_compute,
        withhold=lambda answer: blank(answer, told.few(answer), ["n", "mean", "importance", "low", "high"]),
    )
)

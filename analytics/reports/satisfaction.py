from collections.abc import Mapping

import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.satisfaction import CES, CSAT, satisfied
from analytics.reports import told, wording
from analytics.reports.columns import WILSON, Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register

_KINDS = {"csat": CSAT, "ces": CES}


def _words() -> Mapping[str, str]:
    return {
        "csat": gettext("Satisfied (1 to 5)"),
        "ces": gettext("It was easy (1 to 7)"),
        "stars": gettext("Stars of reviews (1 to 5)"),
    }


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    by = query.option("by")
    frame = satisfied(told.answers(facts, query), told.reviews(facts, query), told.COLUMNS[by])
    return told.coded(frame, by)


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    counts = ["n", "members", "top", "bottom", "share", "low", "high", "bottom_share", "mean", "net"]
    return blank(answer, told.few(answer), counts)


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    measure, code = cell.split(":", 1)
    if measure == "stars":
        rated = told.reviews(facts, query)
        rated = rated.filter(rated.rating.notnull())
    else:
        rated = told.answers(facts, query)
        rated = rated.filter(rated.kind == _KINDS[measure], rated.number.notnull())
    rated = told.part_of(rated, query.option("by"), code)
    return people.ids(rated.filter(rated.member_id.notnull()))


def _title(query: Query, cell: str, group: str) -> str:
    measure, code = cell.split(":", 1)
    part = wording.span(code) if query.option("by") == "month" else told.words().get(code, code)
    return gettext("%(part)s: members who answered “%(measure)s”") % {"part": part, "measure": _words()[measure]}


REPORT = register(
    Report(
        slug="satisfaction",
        title=_("Satisfaction"),
        question=_("Are customers satisfied, and was it easy for them?"),
        definition=_(
            "Satisfied: 4 and 5 of answers from 1 to 5. Easy: 5 to 7 of answers from 1 to 7. Stars: 4 and 5 of reviews"
            " that have stars; one without is no zero. Each is counted for itself, scales are never mixed."
        ),
        formula=_(
            "Share = the upper answers ÷ all, with a 95 % Wilson interval. Balance of stars = 100 × (five stars − one"
            " to three) ÷ all."
        ),
        example=_("Of 300 reviews 230 have 4 or 5 stars: 76.7 %, on average 4.03."),
        limits=_("Reviews are written by the delighted and the angry; the balance of stars is no NPS."),
        shown=_("Today and the list of reports; for whoever answers for the stores."),
        columns=(
            Column("measure", _("Measure"), Kind.LABEL, _("What was asked"), words=_words),
            told.PART,
            Column("n", _("Answers"), Kind.COUNT, _("With a score")),
            Column("members", _("People"), Kind.COUNT, _("Known members among them"), opens="members"),
            Column("top", _("Satisfied"), Kind.COUNT, _("The upper answers")),
            Column("share", _("Share"), Kind.RATE, _("Satisfied of all answers")),
            *WILSON,
            Column("bottom", _("Unhappy"), Kind.COUNT, _("1 and 2; of 1 to 7: 1 to 3")),
            Column("bottom_share", _("Unhappy, share"), Kind.RATE, _("Unhappy of all answers")),
            Column("mean", _("Average"), Kind.MEAN, _("Of the scores")),
            Column("net", _("Balance of stars"), Kind.MEAN, _("Five stars less one to three, in points of 100")),
        ),
        choices=Choices(options={"by": ("all", "month", "store", "tier", "channel", "segment")}, of_survey=True),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("measure", "part"), {"members": "members"}, _ids, _title),
    )
)

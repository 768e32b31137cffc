import pandas as pd
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.satisfaction import NPS, nps_by
from analytics.reports import told, wording
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL

_FIGURES = ["nps", "half", "low", "high", "change", "change_low", "change_high"]
_COUNTS = ["promoters", "passives", "detractors"]


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    by = query.option("by")
    frame = nps_by(told.answers(facts, query), told.COLUMNS[by])
    if by != "month":
        frame[["change", "change_low", "change_high"]] = float("nan")
    return told.coded(frame, by)


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    few = told.few(answer)
    near = few | few.shift(fill_value=False)  # the change is against the row before
    small = few | pd.concat([answer[key].between(1, SMALLEST_CELL - 1) for key in _COUNTS], axis=1).any(axis=1)
    answer = blank(answer, small, _COUNTS)
    answer = blank(answer, near, ["change", "change_low", "change_high"])
    return blank(answer, few, ["n", "members", *_FIGURES])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    asked = told.part_of(told.answers(facts, query), query.option("by"), cell)
    asked = asked.filter(asked.kind == NPS, asked.number.notnull(), asked.member_id.notnull())
    return people.ids(asked)


def _title(query: Query, cell: str, group: str) -> str:
    part = wording.span(cell) if query.option("by") == "month" else told.words().get(cell, cell)
    return gettext("%(part)s: members who said whether they would recommend us") % {"part": part}


REPORT = register(
    Report(
        slug="nps",
        title=_("Would they recommend us? (NPS)"),
        question=_("Would customers recommend us, and does it change?"),
        definition=_(
            "Answers from 0 to 10 to “Would you recommend us?”: 9 and 10 are promoters, 0 to 6 detractors. Finished"
            " answers count, of a person who answered twice about one thing the latest; tests and what was voided do"
            " not. Tier: that of the day of the answer."
        ),
        formula=_("NPS = 100 × (promoters − detractors) ÷ answers; ± 1.96 × 100 × √((p + d − (p − d)²) ÷ n)."),
        example=_("60 promoters, 25 passives and 15 detractors of 100: 45 ± 14.5."),
        limits=_(
            "Who does not answer is not in it: see who answered. Other words or other ways of asking break the series."
            " A change counts when its interval leaves out 0."
        ),
        shown=_("The results of a survey and Today; for whoever answers for the stores."),
        columns=(
            told.PART,
            Column("n", _("Answers"), Kind.COUNT, _("From 0 to 10")),
            Column("members", _("People"), Kind.COUNT, _("Known members among them"), opens="members"),
            Column("promoters", _("Promoters"), Kind.COUNT, _("9 and 10")),
            Column("passives", _("Passives"), Kind.COUNT, _("7 and 8")),
            Column("detractors", _("Detractors"), Kind.COUNT, _("0 to 6")),
            Column("nps", _("NPS"), Kind.MEAN, _("From −100 to 100")),
            Column("half", _("±"), Kind.MEAN, _("Half of the 95 % interval")),
            Column("low", _("NPS, low"), Kind.MEAN, _("Lower end of the 95 % interval")),
            Column("high", _("NPS, high"), Kind.MEAN, _("Upper end of the 95 % interval")),
            Column("change", pgettext_lazy("difference", "Change"), Kind.MEAN, _("Against the month before")),
            Column("change_low", _("Change, low"), Kind.MEAN, _("Lower end of the 95 % interval")),
            Column("change_high", _("Change, high"), Kind.MEAN, _("Upper end of the 95 % interval")),
        ),
        choices=Choices(options={"by": ("month", "store", "tier", "channel", "segment", "all")}, of_survey=True),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("part",), {"members": "members"}, _ids, _title),
    )
)

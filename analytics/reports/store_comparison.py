import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.funnel import compared
from analytics.metrics.satisfaction import NPS, TOGETHER, nps_by
from analytics.reports import funnel, told
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    frame = nps_by(told.answers(facts, query), "store_id")
    return told.coded(compared(frame[frame["part"] != TOGETHER].reset_index(drop=True)), "store")


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    figures = ["n", "members", "nps", "half", *funnel.LIMITS]
    return blank(answer, told.few(answer), figures)


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    asked = told.part_of(told.answers(facts, query), "store", cell)
    return people.ids(asked.filter(asked.kind == NPS, asked.number.notnull(), asked.member_id.notnull()))


def _title(query: Query, cell: str, group: str) -> str:
    return gettext("%(part)s: members who said whether they would recommend us") % {
        "part": told.words().get(cell, cell)
    }


REPORT = register(
    Report(
        slug="store-comparison",
        title=_("Stores compared"),
        question=_("Which stores are liked more or less than chance explains?"),
        definition=_(
            "The NPS of each store against that of all together, in the manner of a funnel plot: the fewer answers a"
            " store has, the further chance may carry it. Fewer than 30 answers are never judged."
        ),
        formula=_(
            "Limits = NPS of all ± z × s ÷ √n, s the standard deviation of one answer over all stores; z = 1.96 (95 %)"
            " and 3.09 (99.8 %)."
        ),
        example=_("All together 45, s = 74: a store with 100 answers lies between 30 and 60 by chance."),
        limits=_("With many stores one of twenty lies outside 95 % by chance alone; outside 99.8 % hardly any does."),
        shown=_("The results of a survey; for whoever answers for several stores."),
        columns=(
            Column("part", _("Store"), Kind.LABEL, _("Code of the store"), words=told.words),
            Column("n", _("Answers"), Kind.COUNT, _("From 0 to 10")),
            Column("members", _("People"), Kind.COUNT, _("Known members among them"), opens="members"),
            Column("nps", _("NPS"), Kind.MEAN, _("From −100 to 100")),
            Column("half", _("±"), Kind.MEAN, _("Half of the 95 % interval")),
            *funnel.columns(Kind.MEAN),
        ),
        choices=Choices(of_survey=True),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("part",), {"members": "members"}, _ids, _title),
    )
)

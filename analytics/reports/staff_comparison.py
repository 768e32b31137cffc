import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.funnel import after_cases, staff_by_cases
from analytics.reports import funnel, told
from analytics.reports.columns import WILSON, Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL
from surveys.queries import labels


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    frame = staff_by_cases(told.answers(facts, query), facts.cases)
    return frame.assign(staff=frame["staff_id"].astype(str)).drop(columns="staff_id")


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    figures = ["n", "members", "share", "low", "high", *funnel.LIMITS]
    few = told.few(answer)
    near = few | told.few(answer, "top") | (answer["n"] - answer["top"]).between(1, SMALLEST_CELL - 1)
    return blank(blank(answer, near, ["top", "share", "low", "high"]), few, figures)


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    asked = after_cases(told.answers(facts, query), facts.cases)
    asked = asked.filter(asked.staff_id == int(cell))
    return people.ids(asked.filter(asked.member_id.notnull()))


def _title(query: Query, cell: str, group: str) -> str:
    return gettext("%(staff)s: members who said how satisfied they were") % {"staff": labels.staff().get(cell, cell)}


REPORT = register(
    Report(
        slug="staff-comparison",
        title=_("Service staff compared"),
        question=_("Whose cases leave customers more or less satisfied than chance explains?"),
        definition=_(
            "Satisfied (4 and 5 of 5) of those who were asked after a case, by who owns the case, against all of them"
            " together in the manner of a funnel plot. Fewer than 30 answers are never judged."
        ),
        formula=_(
            "Limits = p ± z × √(p × (1 − p) ÷ n), p the share of all together; z = 1.96 (95 %) and 3.09 (99.8 %)."
        ),
        example=_("80 % of all are satisfied: with 100 answers somebody lies between 72 % and 88 % by chance."),
        limits=_(
            "Cases are not dealt out by lot: who takes the hard ones is rated for them. Sales name no member of staff,"
            " so only cases are compared."
        ),
        shown=_("For whoever answers for the service."),
        columns=(
            Column("staff", _("Staff"), Kind.LABEL, _("Who owns the case"), words=labels.staff),
            Column("n", _("Answers"), Kind.COUNT, _("From 1 to 5")),
            Column("members", _("People"), Kind.COUNT, _("Known members among them"), opens="members"),
            Column("top", _("Satisfied"), Kind.COUNT, _("4 and 5")),
            Column("share", _("Satisfied, share"), Kind.RATE, _("4 and 5 of the answers")),
            *WILSON,
            *funnel.columns(Kind.RATE),
        ),
        choices=Choices(of_survey=True),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("staff",), {"members": "members"}, _ids, _title),
    )
)

import ibis.expr.types as ir
import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people, responses
from analytics.reports import told, told_cases
from analytics.reports.columns import WILSON, Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register

_COUNTS = ["met", "late", "overdue", "not_due", "no_target", "flagged"]


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    by = query.option("by")
    cases, until = told_cases.asked(facts, query), told_cases.until(facts, query)
    return told_cases.coded(responses.sla(cases, told_cases.COLUMNS[by], until=until), by)


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    few = told.few(answer) | told.few(answer, "members")
    failed = answer["n"] - answer["met"]
    split = few | told.few(answer, "met") | told.few(answer.assign(failed=failed), "failed")
    split |= told.few(answer, "late_members")
    small = {key: told.few(answer, key) for key in ("late", "overdue", "not_due", "no_target", "flagged")}
    answer = blank(answer, split, ["met", "rate", "low", "high", "late", "overdue", "late_members"])
    answer = blank(answer, small["late"] | small["overdue"], ["late", "overdue"])
    for key in ("not_due", "no_target", "flagged"):
        answer = blank(answer, small[key], [key])
    return blank(answer, few, ["n", "members"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    measure, code = cell.split(":", 1)
    if measure not in {responses.FIRST, responses.RESOLVE}:
        raise ValueError(cell)
    cases: ir.Table = told_cases.part_of(told_cases.asked(facts, query), query.option("by"), code)
    clocks = responses.sound(responses.targets(cases, measure, told_cases.until(facts, query)))
    said = responses.verdicts(clocks)
    return people.ids(clocks.filter(said.failed if group == "late" else said.judged))


def _title(query: Query, cell: str, group: str) -> str:
    measure, code = cell.split(":", 1)
    sentences = {
        "members": gettext("%(part)s: members with a case whose target is over (%(measure)s)"),
        "late": gettext("%(part)s: members who waited too long (%(measure)s)"),
    }
    return sentences[group] % {"part": told_cases.named(query, code), "measure": told_cases.measures()[measure]}


REPORT = register(
    Report(
        slug="sla",
        title=_("Answered in time"),
        question=_("How many cases are answered and solved by when they are due?"),
        definition=_(
            "Cases by the day on which they came in. In time: the first answer of a human, and the solution, came by"
            " when it was due, in the business hours of the store. Late: it came later, or it is due and has not come"
            " yet. Who is not due yet counts in neither; while the customer is to answer, the time to the solution"
            " stands still. Cases whose times cannot be are only counted."
        ),
        formula=_("In time ÷ (in time + late + overdue), with a 95 % Wilson interval."),
        example=_("Of 50 cases 40 were answered in time, 6 late, 2 are overdue, 2 not due yet: 40 of 48, 83.3 %."),
        limits=_(
            "The youngest cases are judged by those that went fast or were due soon: read the last days with care. The"
            " targets are those of the day of opening; priorities are not told apart, because an overdue case is"
            " raised."
        ),
        shown=_("Its report page; for whoever answers for cases."),
        columns=(
            told_cases.MEASURE,
            told_cases.PART,
            Column("n", _("Cases"), Kind.COUNT, _("Whose target is reached or over")),
            Column("members", _("People"), Kind.COUNT, _("Known members among them"), opens="members"),
            Column("met", _("In time"), Kind.COUNT, _("By when it was due")),
            Column("rate", _("In time, share"), Kind.RATE, _("In time of the cases")),
            *WILSON,
            Column("late", _("Late"), Kind.COUNT, _("Done after it was due")),
            Column("overdue", _("Overdue"), Kind.COUNT, _("Due, and not done yet")),
            Column("late_members", _("Waited too long"), Kind.COUNT, _("Known members of both"), opens="late"),
            Column("not_due", _("Not due yet"), Kind.COUNT, _("Open, in no rate")),
            Column("no_target", _("Without a target"), Kind.COUNT, _("In no rate")),
            Column("flagged", _("Impossible times"), Kind.COUNT, _("In no rate")),
        ),
        choices=Choices(options={"by": told_cases.BY, "kind": told_cases.KINDS}),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("measure", "part"), {"members": "members", "late": "members"}, _ids, _title),
    )
)

from collections.abc import Mapping

import ibis.expr.types as ir
import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import causes, people
from analytics.reports import told, told_cases
from analytics.reports.columns import WILSON, Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from analytics.reports.small_groups import with_one_more
from surveys.queries import labels

SOURCES = ("complaint", "exit")


def _words() -> Mapping[str, str]:
    names = {cause.code: cause.name for cause in labels.causes().values()}
    return {**names, told.ALL: gettext("Together"), told.UNKNOWN: gettext("Not known")}


def _sources() -> Mapping[str, str]:
    return {"complaint": gettext("Complaints"), "exit": gettext("Exit survey")}


def _taxonomy() -> causes.Taxonomy:
    return {pk: (cause.code, cause.group) for pk, cause in labels.causes().items()}


def _told(facts: Facts, query: Query, source: str, taxonomy: causes.Taxonomy) -> ir.Table:
    if source == "complaint":
        return causes.of_complaints(told.within(told_cases.complaints(facts), query), taxonomy)
    if source != "exit":
        raise ValueError(source)
    responses, answers = told.within(facts.responses, query), told.within(facts.answers, query)
    return causes.of_exits(responses, answers, labels.versions_asking_causes(), taxonomy)


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    taxonomy, by_cause = _taxonomy(), query.option("by") == "cause"
    codes = {causes.ALL: told.ALL, causes.NONE: told.UNKNOWN, **{pk: code for pk, (code, _group) in taxonomy.items()}}
    frames = [
        causes.churn_causes(_told(facts, query, source, taxonomy), taxonomy, causes=by_cause).assign(source=source)
        for source in SOURCES
    ]
    frame = pd.concat(frames, ignore_index=True)
    return frame.assign(cause_group=frame["group"].map(codes), cause=frame["cause"].map(codes))


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """What is told of a source adds up, so a small row takes another of it with it."""
    small = told.few(answer) | told.few(answer, "members")
    hidden = [with_one_more(small[rows.index], rows["n"]) for _source, rows in answer.groupby("source")]
    answer = blank(answer, pd.concat(hidden) if hidden else small, ["n", "members", "share", "low", "high"])
    return blank(answer, told.few(answer, "of"), ["of"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    source, of_group, of_cause = cell.split(":")
    taxonomy = _taxonomy()
    numbers = {told.ALL: causes.ALL, told.UNKNOWN: causes.NONE, **{code: pk for pk, (code, _) in taxonomy.items()}}
    rows = _told(facts, query, source, taxonomy)
    return people.ids(rows.filter(causes.naming(rows, numbers[of_group], numbers[of_cause], taxonomy)))


def _title(query: Query, cell: str, group: str) -> str:
    source, of_group, of_cause = cell.split(":")
    words = _words()
    cause = words.get(of_group if of_cause == told.ALL else of_cause, of_cause)
    return gettext("Members who named “%(cause)s” (%(source)s)") % {"cause": cause, "source": _sources()[source]}


REPORT = register(
    Report(
        slug="churn-causes",
        title=_("Why they complain and leave"),
        question=_("What do complaints and those who leave name as the cause?"),
        definition=_(
            "Complaints that came in and finished exit surveys of the days asked for, by the group of the cause and by"
            " the cause. A complaint has one cause, set when it is solved; an exit survey names one group and any of"
            " its causes. “Not known”: no cause is set yet, or none was named; it is in the total."
        ),
        formula=_(
            "Share = complaints (or exit surveys) that name it ÷ all of that source, with a 95 % Wilson interval."
        ),
        example=_("Of 60 complaints 24 are about service and 6 have no cause yet: 40.0 % (28.6 to 52.6) and 10.0 %."),
        limits=_(
            "What is named need not be why they leave, and most leave without a word. An exit survey may name several"
            " causes, so they add up to more than their group. Complaints that are still open have no cause yet."
        ),
        shown=_("Its report page; for whoever decides what to improve."),
        columns=(
            Column("source", _("Source"), Kind.LABEL, _("Complaints, or exit surveys"), words=_sources),
            Column("cause_group", _("Group of causes"), Kind.LABEL, _("Of the eleven groups"), words=_words),
            Column("cause", _("Cause"), Kind.LABEL, _("Within the group; all together by groups"), words=_words),
            Column("n", _("Named"), Kind.COUNT, _("Complaints or exit surveys that name it")),
            Column("members", _("People"), Kind.COUNT, _("Known members among them"), opens="members"),
            Column("of", _("Of"), Kind.COUNT, _("All of that source, those without a cause too")),
            Column("share", _("Share"), Kind.RATE, _("Of all of that source")),
            *WILSON,
        ),
        choices=Choices(options={"by": ("group", "cause")}),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("source", "cause_group", "cause"), {"members": "members"}, _ids, _title),
    )
)

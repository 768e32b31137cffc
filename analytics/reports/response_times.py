import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people, responses
from analytics.metrics.responses import FIRST, RESOLVE, WORKED
from analytics.reports import told, told_cases
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from surveys.queries import calendars

_TIMES = ["median", "median_low", "median_high", "p90", "p90_low", "p90_high"]


def _measures(query: Query) -> tuple[str, ...]:
    return (FIRST, RESOLVE, WORKED) if query.option("minutes") == "business" else (FIRST, RESOLVE)


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    by = query.option("by")
    frame = responses.response_times(
        told_cases.asked(facts, query),
        told_cases.COLUMNS[by],
        until=told_cases.until(facts, query),
        business=calendars.minutes if query.option("minutes") == "business" else None,
        measures=_measures(query),
    )
    return told_cases.coded(frame, by)


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    few = told.few(answer) | told.few(answer, "members")
    split = few | told.few(answer, "ended") | told.few(answer, "open")
    answer = blank(answer, told.few(answer, "flagged"), ["flagged"])
    answer = blank(answer, answer["open"] > 0, ["longest"])  # that of one person
    answer = blank(answer, split, ["ended", "open", "longest"])
    return blank(answer, few, ["n", "members", *_TIMES])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    measure, code = cell.split(":", 1)
    if measure not in _measures(query):
        raise ValueError(cell)
    cases = told_cases.part_of(told_cases.asked(facts, query), query.option("by"), code)
    return people.ids(responses.sound(responses.clocked(cases, measure, told_cases.until(facts, query))))


def _title(query: Query, cell: str, group: str) -> str:
    return gettext("%(part)s: members with a case") % {"part": told_cases.named(query, cell.split(":", 1)[1])}


REPORT = register(
    Report(
        slug="response-times",
        title=_("How long answers take"),
        question=_("How long do customers wait for an answer and for a solution?"),
        definition=_(
            "Cases by the day on which they came in, from then to the first answer of a human and to the first"
            " solution, in minutes of the business hours of the store or of the calendar. Cases that are still open"
            " count for as long as they have waited (Kaplan-Meier), so that the slowest are not left out. Cases whose"
            " times cannot be are only counted."
        ),
        formula=_(
            "Median and p90: the first minute by which half, and nine tenths, have been answered by the Kaplan-Meier"
            " estimate; empty when so many have not been. 95 % interval: where the bounds of the curve (Greenwood,"
            " log-log) get there."
        ),
        example=_(
            "Five cases: answered after 10, 30 and 60 minutes, two open for 20 and 90. After 10 minutes 80 % wait,"
            " after 30 80 % × 2⁄3 = 53.3 %, after 60 26.7 %: the median is 60, nine tenths are not reached."
        ),
        limits=_(
            "Minutes of open cases are reckoned with the hours of today. Reopened cases keep their first clock. With"
            " few cases the interval has no upper end."
        ),
        shown=_("Its report page; for whoever answers for cases."),
        columns=(
            told_cases.MEASURE,
            told_cases.PART,
            Column("n", _("Cases"), Kind.COUNT, _("With times that can be")),
            Column("members", _("People"), Kind.COUNT, _("Known members among them"), opens="members"),
            Column("ended", _("Done"), Kind.COUNT, _("Answered, or solved")),
            Column("open", _("Not done"), Kind.COUNT, _("Still open, or settled without it")),
            Column("median", _("Median"), Kind.COUNT, _("Minutes until half were done")),
            Column("median_low", _("Median, low"), Kind.COUNT, _("Lower end of the 95 % interval")),
            Column("median_high", _("Median, high"), Kind.COUNT, _("Upper end of it; empty when it has none")),
            Column("p90", _("p90"), Kind.COUNT, _("Minutes until nine tenths were done")),
            Column("p90_low", _("p90, low"), Kind.COUNT, _("Lower end of the 95 % interval")),
            Column("p90_high", _("p90, high"), Kind.COUNT, _("Upper end of it; empty when it has none")),
            Column("longest", _("Longest open"), Kind.COUNT, _("Minutes of the one that is not done the longest")),
            Column("flagged", _("Impossible times"), Kind.COUNT, _("In no figure")),
        ),
        choices=Choices(options={"by": told_cases.BY, "kind": told_cases.KINDS, "minutes": ("business", "calendar")}),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("measure", "part"), {"members": "members"}, _ids, _title),
    )
)

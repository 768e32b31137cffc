import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people, periods
from analytics.metrics.people import Returning
from analytics.metrics.retention import CohortGrain, retention
from analytics.reports.columns import WILSON, Column, Kind
from analytics.reports.groups import BY_PLACE
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    grain: CohortGrain = query.grain  # type: ignore[assignment]
    return retention(
        facts.firsts,
        facts.visits,
        grain=grain,
        last_day=facts.last_day,
        member_month=facts.member_month,
        first_cohort=query.first_period(grain),
        last_cohort=query.last_period(grain),
        how=_how(query),
    ).assign(measure=query.option("measure"))


def _how(query: Query) -> Returning:
    return Returning(*(query.option(name) for name in ("clock", "measure", "return")))  # type: ignore[arg-type]


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    lost = answer.cohort_size - answer.active
    plain = answer.measure == "classic"
    small = (answer.active < SMALLEST_CELL) | (((answer.age > 0) | ~plain) & (lost < SMALLEST_CELL)) | _telling(answer)
    answer = blank(answer, small, ["active", "retention", "low", "high"])
    return blank(answer, answer.cohort_size < SMALLEST_CELL, ["cohort_size", "active", "retention", "low", "high"])


def _telling(answer: pd.DataFrame) -> "pd.Series[bool]":
    """Cells of "up to" and "or later" that would tell of fewer than five people by their step from the one before."""
    hidden, shown, cohort = [], 0, ""
    for row in answer.to_dict("records"):
        told = row["cohort"] != cohort or abs(row["active"] - shown) >= SMALLEST_CELL or row["measure"] == "classic"
        hidden.append(not told)
        shown, cohort = row["active"] if told else shown, row["cohort"]
    return pd.Series(hidden, answer.index, dtype=bool)


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    grain: CohortGrain = query.grain  # type: ignore[assignment]
    label, _colon, age = cell.partition(":")
    cohort = periods.parse(label, grain)
    members = people.cohort(facts.firsts, grain, cohort)
    if group == "cohort":
        return people.ids(members)
    later = int(age)
    if not 0 <= later <= _ages(query, cohort, facts.last_day):
        raise ValueError(cell)
    how = _how(query)
    back = people.came_back(members, people.purchases(members, facts.visits, grain, how), how.measure, later)
    return people.ids(back if group == "active" else members.anti_join(back, "member_id"))


def _ages(query: Query, cohort: int, last_day: int) -> int:
    """The last age that has begun for a cohort whose members first bought as early as they could."""
    grain: CohortGrain = query.grain  # type: ignore[assignment]
    if query.option("clock") == "calendar":
        return periods.period_of(last_day, grain) - cohort
    return -(-(last_day - periods.first_day(cohort, grain)) // people.SPAN[grain])


def _title(query: Query, cell: str, group: str) -> str:
    cohort, _colon, age = cell.partition(":")
    if group == "cohort" or (age == "0" and query.option("measure") != "cumulative"):  # everybody is there
        return gettext("First bought in %(cohort)s") % {"cohort": cohort}
    is_plain = (query.option("clock"), query.option("measure")) == ("calendar", "classic")
    sentences = {
        ("month", True, "active"): gettext("First bought in %(cohort)s, came back in month %(age)s"),
        ("month", True, "lost"): gettext("First bought in %(cohort)s, did not come back in month %(age)s"),
        ("week", True, "active"): gettext("First bought in the week of %(cohort)s, came back in week %(age)s"),
        ("week", True, "lost"): gettext("First bought in the week of %(cohort)s, did not come back in week %(age)s"),
        ("month", False, "active"): gettext("First bought in %(cohort)s · %(window)s · came back"),
        ("month", False, "lost"): gettext("First bought in %(cohort)s · %(window)s · did not come back"),
        ("week", False, "active"): gettext("First bought in the week of %(cohort)s · %(window)s · came back"),
        ("week", False, "lost"): gettext("First bought in the week of %(cohort)s · %(window)s · did not come back"),
    }
    values = {"cohort": cohort, "age": age, "window": window(query, int(age))}
    return sentences[query.grain, is_plain, group] % values


def window(query: Query, age: int) -> str:
    """The time that an age stands for, under the options of a query."""
    measure, days = query.option("measure"), people.SPAN[query.grain]
    if query.option("clock") == "elapsed":
        words = {
            "classic": gettext("days %(first)s to %(last)s"),
            "rolling": gettext("day %(first)s or later"),
            "cumulative": gettext("within %(last)s days"),
        }
        return words[measure] % {"first": max((age - 1) * days + 1, 0), "last": age * days}
    monthly = {
        "classic": gettext("month %(age)s"),
        "rolling": gettext("month %(age)s or later"),
        "cumulative": gettext("up to month %(age)s"),
    }
    weekly = {
        "classic": gettext("week %(age)s"),
        "rolling": gettext("week %(age)s or later"),
        "cumulative": gettext("up to week %(age)s"),
    }
    return (weekly if query.grain == "week" else monthly)[measure] % {"age": age}


def counted(query: Query) -> str:
    """What a cell counts under the options of a query, in a sentence."""
    days = people.SPAN[query.grain]
    calendar = {
        "classic": gettext("A cell counts who bought in that calendar period."),
        "rolling": gettext("A cell counts who bought in that calendar period or in a later one; it can still rise."),
        "cumulative": gettext("A cell counts who had bought on a second day by the end of that calendar period."),
    }
    elapsed = {
        "classic": gettext("A cell counts who bought in that span of %(days)s days after their own first purchase."),
        "rolling": gettext(
            "A cell counts who bought in that span of %(days)s days after their own first purchase or in a later one;"
            " it can still rise."
        ),
        "cumulative": gettext(
            "A cell counts who had bought on a second day by the end of that span of %(days)s days after their own"
            " first purchase."
        ),
    }
    return (elapsed if query.option("clock") == "elapsed" else calendar)[query.option("measure")] % {"days": days}


REPORT = register(
    Report(
        slug="retention",
        title=_("Return rate by month of first purchase"),
        question=_("Of those who first bought in a month, how many bought again in later months?"),
        definition=_(
            "Members are grouped by the period of their first purchase; a cell counts those of them who bought in"
            " the n-th calendar period after it, in any store. Orders refunded in full are no purchase. A period"
            " that is not over is marked and enters no average. Time can also be counted in spans of 30 days (weeks: 7)"
            " from each member’s own first purchase, and instead of that very period, that one or any later, or the"
            " second purchase day up to it."
        ),
        formula=_("Return rate = members of the group who bought in that later period ÷ members of the group."),
        example=_("12 of 40 newcomers of March bought in April: 30 %, 95 % interval 18.1 % to 45.4 %."),
        limits=_(
            "Small groups vary by chance: read the interval. Never compare a period that is not over. Read "
            "down a column to compare groups of the same age."
        ),
        shown=_("Retention; for whoever wants to know which newcomers stay."),
        columns=(
            Column("cohort", _("First purchase"), Kind.LABEL, _("Month, or week named by its Monday")),
            Column("age", _("Periods later"), Kind.COUNT, _("0 is the period of the first purchase")),
            Column(
                "cohort_size",
                _("People"),
                Kind.COUNT,
                _("Members whose first purchase falls in the period"),
                opens="cohort",
            ),
            Column(
                "active",
                _("Came back"),
                Kind.COUNT,
                _("Those of them with a purchase in the later period"),
                opens="active",
            ),
            Column("retention", _("Return rate"), Kind.RATE, _("Came back divided by people")),
            *WILSON,
            Column("mature", _("Complete"), Kind.FLAG, _("Whether the later period is over for everybody")),
        ),
        choices=Choices(
            grains=("month", "week"),
            options={
                "clock": ("calendar", "elapsed"),
                "measure": ("classic", "rolling", "cumulative"),
                "return": ("any", "same_store"),
            },
            groups=BY_PLACE,
        ),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(
            ("cohort", "age"),
            {"cohort": "members", "active": "members", "lost": "members"},
            _ids,
            _title,
            page="analytics:retention",
        ),
    )
)

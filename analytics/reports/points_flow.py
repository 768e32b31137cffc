import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people, periods
from analytics.metrics.periods import Grain
from analytics.metrics.points import FLOWS, moved_in, points_flow
from analytics.reports import wording
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL

OPENS = ("earned", "redeemed", "expired")


def last_day(facts: Facts) -> int:
    """The end of what is known of points: sales and moves together, since points expire on days without a sale."""
    latest = facts.points.aggregate(day=facts.points.day.max()).to_pandas()["day"].iloc[0]
    return facts.last_day if pd.isna(latest) else max(facts.last_day, int(latest))


def span(facts: Facts, query: Query) -> tuple[int, int]:
    """First and last day number that count: those asked for, no further than there are moves."""
    earliest = facts.points.aggregate(day=facts.points.day.min()).to_pandas()["day"].iloc[0]
    end = last_day(facts)
    begin = end if pd.isna(earliest) else int(earliest)
    first = begin if query.first_day is None else max(query.first_day, begin)
    return first, end if query.last_day is None else min(query.last_day, end)


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    first, last = span(facts, query)
    grain: Grain = query.grain  # type: ignore[assignment]
    return points_flow(facts.points, grain=grain, first_day=first, last_day=last)


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """Flows of few people; and then all openings and closings, from whose steps they could be reckoned."""
    hidden = False
    for name in FLOWS:
        few = answer[f"n_{name}"].between(1, SMALLEST_CELL - 1)
        hidden = hidden or bool(few.any())
        answer = blank(answer, few, [name])
        if name in {"earned", "redeemed"}:
            answer = blank(answer, few, ["redemption_rate"])
    everywhere = pd.Series(hidden, index=answer.index)
    return blank(answer, everywhere, ["opening", "closing"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    first, last = span(facts, query)
    grain: Grain = query.grain  # type: ignore[assignment]
    return people.ids(moved_in(facts.points, grain, periods.parse(cell, grain), group, first, last))


def _title(query: Query, cell: str, group: str) -> str:
    return {
        "earned": gettext("%(period)s: members who earned points"),
        "redeemed": gettext("%(period)s: members who redeemed points"),
        "expired": gettext("%(period)s: members whose points expired"),
    }[group] % {"period": wording.span(cell)}


REPORT = register(
    Report(
        slug="points-flow",
        title=_("Points in and out"),
        question=_("How many points came in, and where did they go?"),
        definition=_(
            "Every move of the points ledger on its day: points of a purchase on its business date, expired ones on the"
            " day after their last. Opening plus all moves is closing, to the point; closing is what can be spent and"
            " what cannot be spent yet, less what is owed."
        ),
        formula=_(
            "Closing = opening + earned + brought along + adjusted − redeemed + given back − expired − taken back."
            " Redemption rate = redeemed ÷ earned of the period."
        ),
        example=_(
            "100 points that last 30 days are earned on day 0 and 50 on day 20, 80 are spent on day 10: on day 31"
            " 20 have expired and 50 are left."
        ),
        limits=_(
            "The redemption rate of a period compares points of different age: it can exceed 100 % and is no forecast."
            " Points that were refunded are told apart from those that expired."
        ),
        shown=_("The points page; for whoever runs the programme."),
        columns=(
            Column("period", _("Period"), Kind.LABEL, _("Month, week (named by its Monday) or day")),
            Column("opening", _("At the beginning"), Kind.COUNT, _("Points out before the period")),
            Column("earned", _("Earned"), Kind.COUNT, _("By purchases and events"), opens="earned"),
            Column("brought", _("Brought along"), Kind.COUNT, _("Opening balances from another system")),
            Column("redeemed", _("Redeemed"), Kind.COUNT, _("For money off and gifts"), opens="redeemed"),
            Column("given_back", _("Given back"), Kind.COUNT, _("Redemptions that were taken back")),
            Column("expired", _("Expired"), Kind.COUNT, _("On the day after their last"), opens="expired"),
            Column("taken_back", _("Taken back"), Kind.COUNT, _("Of purchases that were refunded")),
            Column("adjusted", _("Adjusted"), Kind.COUNT, _("Given or taken by hand")),
            Column("set_off", _("Set off"), Kind.COUNT, _("Between records of one person; nothing in sum")),
            Column("closing", _("At the end"), Kind.COUNT, _("Points out after the period")),
            Column("redemption_rate", _("Redemption rate"), Kind.RATE, _("Redeemed divided by earned")),
        ),
        choices=Choices(grains=("month", "week", "day")),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(
            ("period",), dict.fromkeys(OPENS, "members"), _ids, _title, page="analytics:points",
        ),
    )
)  # fmt: skip

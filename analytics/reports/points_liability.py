from collections.abc import Mapping, Sequence
from fractions import Fraction

import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people, periods
from analytics.metrics.points import NEVER, OWED, deferred, held_until, points_liability, spent_share
from analytics.reports import wording
from analytics.reports.columns import Column, Kind
from analytics.reports.points_flow import last_day
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, Result, blank, register
from analytics.reports.small_groups import with_one_more
from members.lib import display
from members.lib.roles import SMALLEST_CELL
from rewards.queries import worth

ALL = "all"
_CODES = {NEVER: "never", OWED: "owed"}
_MONTHS = {code: month for month, code in _CODES.items()}
VALUES = {"expected_low": "value_low", "expected": "value", "expected_high": "value_high"}


def words() -> Mapping[str, str]:
    """The rows that are no month, as readers call them."""
    return {
        "never": gettext("Never expire"), "owed": gettext("Owed by members"), ALL: gettext("All together"),
    }  # fmt: skip


def day_of(facts: Facts, query: Query) -> int:
    """The day at whose end is counted."""
    return facts.last_day if query.as_of else last_day(facts)


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    day = day_of(facts, query)
    spent = spent_share(facts.points, day=day)
    frame = points_liability(facts.points, day=day, spent=spent)
    value = worth.of_a_point(periods.date_of(day))
    labels = [_CODES.get(month) or periods.label(month, "month") for month in frame["month"]]
    frame = _with_sum(frame.assign(expires=labels), facts, day)
    frame["gross"] = _money(frame["points"], value)
    for points, money in VALUES.items():
        frame[money] = _money(frame[points], value)
    frame.attrs = {
        "day": periods.date_of(day).isoformat(), "point_value": None if value is None else float(value),
        "closed_people": spent.people, "deferred": _deferred(frame.iloc[0], worth.per_sale(periods.date_of(day))),
    }  # fmt: skip
    return frame


def _deferred(total: "pd.Series[float]", points: Fraction | None) -> list[float] | None:
    """Low, expected and high share of a sale's price that belongs to its points, as `total` says what is spent."""
    shares = [total["low"], total["share"], total["high"]]
    if not points or any(pd.isna(share) for share in shares):
        return None
    return [float(deferred(Fraction(1), points, float(share))) for share in shares]


def _with_sum(frame: pd.DataFrame, facts: Facts, day: int) -> pd.DataFrame:
    """The rows behind one for them all; a member stands in several months and counts there once."""
    holders = held_until(facts.points, day=day)
    members = int(holders.aggregate(n=holders.member_id.nunique()).to_pandas()["n"].iloc[0])
    sums = {name: frame[name].sum(skipna=False) for name in ("points", *VALUES)}
    known = frame["points"] > 0
    weight = frame.loc[known, "points"].sum()
    shares = {
        name: (frame.loc[known, name] * frame.loc[known, "points"]).sum(skipna=False) / weight if weight else None
        for name in ("low", "share", "high")
    }
    total = pd.DataFrame([{"expires": ALL, "members": members, **sums, **shares}])
    return pd.concat([total, frame], ignore_index=True).astype({"points": "int64", "members": "int64"})


def _money(points: "pd.Series[float]", value: Fraction | None) -> "pd.Series[int]":
    """Points in ten-thousandths, rounded; missing where points or their worth are unknown."""
    money = [pd.NA if value is None or pd.isna(each) else round(Fraction(float(each)) * value) for each in points]
    return pd.Series(money, index=points.index, dtype="Int64")


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """Months of few people, and one more when they could be reckoned from the sum."""
    is_sum = answer["expires"] == ALL
    people_of = answer.loc[~is_sum, "members"]
    few = with_one_more(people_of < SMALLEST_CELL, people_of).reindex(answer.index, fill_value=False)
    few |= is_sum & (answer["members"] < SMALLEST_CELL)
    return blank(answer, few, ["points", "members", *VALUES.values(), "gross"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    month = None if cell == ALL else _MONTHS[cell] if cell in _MONTHS else periods.parse(cell, "month")
    return people.ids(held_until(facts.points, day=day_of(facts, query), month=month))


def _title(query: Query, cell: str, group: str) -> str:
    if cell in words():
        return {
            "never": gettext("Members with points that never expire"), "owed": gettext("Members who owe points"),
            ALL: gettext("Members with points"),
        }[cell]  # fmt: skip
    month = wording.told_month(periods.parse(cell, "month"))
    return gettext("Members whose points expire in %(month)s") % {"month": month}


def remarks(result: Result) -> Sequence[str]:
    """What the shares of this answer rest on, and what a point is worth."""
    said = []
    if not result.meta.get("closed_people"):
        said.append(gettext("No points have lived out their time yet, so nobody can say how many will be spent."))
    if result.meta.get("point_value") is None:
        said.append(gettext("The rules in force do not say what points pay, so there is no amount."))
    if shares := result.meta.get("deferred"):
        low, share, high = shares
        said.append(
            gettext("Of a sale at the plain rate %(share)s belongs to its points (%(interval)s; IFRS 15, CAS 14).")
            % {"share": display.percent(share, 2), "interval": f"{display.percent(low, 2)}–{display.percent(high, 2)}"}
        )
    return said


REPORT = register(
    Report(
        slug="points-liability",
        title=_("Points that are out, and what they may cost"),
        question=_("How much do we owe in points, and when does it expire?"),
        definition=_(
            "Points at the end of a day by the month of their last day. What of them will be spent is read off points"
            " whose life is over: of what was left so many months before the end, the share that was still redeemed."
            " Each point counts what it pays at the till by the rules in force."
        ),
        formula=_(
            "Expected = points × share redeemed of earlier points with as many months left. Value = expected × what a"
            " point pays. Gross = all points × what a point pays. Breakage = 1 − share."
        ),
        example=_(
            "1,000 points expire in two months; of earlier points 60 % of what was left then was still redeemed; 100"
            " points pay 1: expected 600 points, value 6, gross 10."
        ),
        limits=_(
            "Only lives that are over count: young points make the share look low. The interval is that of the members"
            " behind it, as if each had spent all or nothing. It takes the worth for the member, not our cost, and"
            " points that never expire as spent whole."
        ),
        shown=_("The points page and Today; for whoever answers for the accounts."),
        columns=(
            Column("expires", _("Expire in"), Kind.LABEL, _("The month of the last day"), words=words),
            Column("points", _("Points"), Kind.COUNT, _("Out at the end of the day")),
            Column("members", _("People"), Kind.COUNT, _("Members who hold (or owe) them"), opens="members"),
            Column("low", _("Low"), Kind.RATE, _("Lower end of the 95 % interval of the share")),
            Column("share", _("Will be spent"), Kind.RATE, _("Expected share; 1 less the breakage")),
            Column("high", _("High"), Kind.RATE, _("Upper end of the 95 % interval of the share")),
            Column("value_low", _("Value, low"), Kind.MONEY, _("At the lower end")),
            Column("value", _("Value expected"), Kind.MONEY, _("Expected points at what they pay")),
            Column("value_high", _("Value, high"), Kind.MONEY, _("At the upper end")),
            Column("gross", _("Value of all"), Kind.MONEY, _("If every point were spent")),
        ),
        choices=Choices(dated=False),
        compute=_compute,
        withhold=_withhold,
        remarks=remarks,
        drill=Drill(("expires",), {"members": "members"}, _ids, _title, page="analytics:points"),
    )
)

"""Points: what came in and went out, what is still out there and what of it will be spent.

`points` is a table of moves (`facts.programme.Programme.points`): day, week, month, flow (a number of FLOWS), amount
with its sign, member_id, lot_id, and of the lot earned_day, last_day, last_month, is_earned.
"""

from dataclasses import dataclass
from fractions import Fraction

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics import periods
from analytics.metrics.intervals import rate, wilson
from analytics.metrics.periods import Grain
from analytics.metrics.totals import exact

FLOWS = ("earned", "brought", "redeemed", "expired", "adjusted", "taken_back", "given_back", "set_off")
NEVER = -1  # stands for the month of points that do not expire
OWED = -2  # and for points that are owed


@dataclass(frozen=True, slots=True)
class Spent:
    """The share of points still out that is spent before they expire, by months left (0: this one), from closed lives.

    `shares[j]`: of what was left j months before the end; the last value stands for all longer lives. `people`: the
    effective number of members behind it; 0: no life has closed, nothing is known.
    """

    shares: tuple[float, ...]
    people: float

    def at(self, months_left: int) -> float:
        """NaN where nothing is known."""
        return self.shares[min(max(months_left, 0), len(self.shares) - 1)] if self.shares else float("nan")


def points_flow(points: ir.Table, *, grain: Grain, first_day: int, last_day: int) -> pd.DataFrame:
    """Points per period: opening + all flows = closing, to the point.

    Returns a row per period: period (label), opening, the FLOWS with their signs, closing (int64), redemption_rate
    (redeemed ÷ earned, NaN where nothing was earned), and `n_` + flow: members with such a move.
    """
    inside = points.filter(points.day.between(first_day, last_day))
    moved = inside.group_by(period=inside[grain], flow=inside.flow).aggregate(
        amount=exact(inside.amount.sum()), people=inside.member_id.nunique()
    )
    rows = moved.to_pandas()
    span = periods.spanned(first_day, last_day, grain)
    frame = pd.DataFrame({"period": [periods.label(period, grain) for period in span]})
    for number, name in enumerate(FLOWS):
        mine = rows[rows.flow == number].set_index("period")
        for column, source in ((name, "amount"), (f"n_{name}", "people")):
            frame[column] = (
                mine[source].astype(np.int64).reindex(pd.RangeIndex(span.start, span.stop), fill_value=0).to_numpy()
            )
    change = frame[list(FLOWS)].sum(axis=1)
    before = points.filter(points.day < first_day)
    start = int(before.aggregate(sum=exact(before.amount.sum())).to_pandas()["sum"].iloc[0])
    frame["closing"] = start + change.cumsum()
    frame["opening"] = frame["closing"] - change
    frame["redemption_rate"] = rate(-frame["redeemed"], frame["earned"])
    return frame


def spent_share(points: ir.Table, *, day: int) -> Spent:
    """What became of the points whose life was over by `day`, seen from so many months before their end."""
    lots = points.filter(points.lot_id.notnull(), points.is_earned == 1, points.last_day < day, points.day <= day)
    numbers = {name: FLOWS.index(name) for name in ("redeemed", "given_back", "expired")}
    used = (lots.flow == numbers["redeemed"]) | (lots.flow == numbers["given_back"])
    moves = lots.filter(used | (lots.flow == numbers["expired"]))
    by_age = moves.group_by(
        left=(moves.last_month - moves.month), gone=(moves.flow == numbers["expired"]).cast("int32")
    ).aggregate(amount=exact(moves.amount.sum()))
    rows = by_age.to_pandas()
    if rows.empty:
        return Spent((), 0.0)
    expired = -int(rows.loc[rows.gone == 1, "amount"].sum())
    spent = rows[rows.gone == 0].groupby("left")["amount"].sum()
    longest = max(int(spent.index.max()) if len(spent) else 0, 0)
    within = [-int(spent[spent.index <= age].sum()) for age in range(longest + 1)]
    per_member = (
        moves.group_by("member_id").aggregate(held=exact((-moves.amount).sum())).to_pandas()["held"].astype(float)
    )
    weight = float(per_member.sum()) ** 2 / float((per_member**2).sum()) if (per_member**2).sum() else 0.0
    shares = tuple(float(x) for x in rate(within, [max(part + expired, 0) for part in within]))
    return Spent(shares, weight)


def points_liability(points: ir.Table, *, day: int, spent: Spent) -> pd.DataFrame:
    """What is out at the end of a day, by the month in which it expires, and how much of it will be spent.

    Returns a row per month, in order, then of points that never expire, then of those owed (negative):
      month (number, NEVER or OWED), points, members (int64), low, share, high (fractions: what is spent of it; NaN
      where nothing is known), expected_low, expected, expected_high (points, float64; unknown: 0 and all).
    """
    held = points.filter(points.day <= day)
    month = ibis.ifelse(held.lot_id.isnull(), OWED, held.last_month.fill_null(NEVER)).cast("int32")
    per_lot = held.group_by(month=month, lot_id=held.lot_id, member_id=held.member_id).aggregate(
        points=exact(held.amount.sum())
    )
    left = per_lot.filter(per_lot.points != 0)
    found = left.group_by("month").aggregate(points=exact(left.points.sum()), members=left.member_id.nunique())
    frame = found.to_pandas().astype({"month": np.int64, "points": np.int64, "members": np.int64})
    frame["order"] = [month if month >= 0 else 10**6 - month for month in frame["month"]]
    frame = frame.sort_values("order").drop(columns="order").reset_index(drop=True)
    now = periods.period_of(day, "month")
    share = np.array([spent.at(month - now) if month >= 0 else 1.0 for month in frame["month"]], dtype=np.float64)
    low, high = wilson(share * spent.people, np.full(len(share), spent.people)) if spent.people else (share, share)
    certain = (frame["month"] < 0).to_numpy()
    frame["low"], frame["share"] = np.where(certain, 1.0, low), share
    frame["high"] = np.where(certain, 1.0, high)
    frame["expected_low"] = frame["points"] * np.nan_to_num(frame["low"], nan=0.0)
    frame["expected"] = frame["points"] * frame["share"]
    frame["expected_high"] = frame["points"] * np.nan_to_num(frame["high"], nan=1.0)
    return frame


def deferred(goods: Fraction, points: Fraction, share: float) -> Fraction:
    """The part of a price that belongs to the points which come with the goods, until they are spent (IFRS 15, B39-43).

    `goods` and `points`: what each would cost alone, in the same unit, the points as if all were spent; `share` of them
    will be. 0 where nothing costs anything.
    """
    spent = points * Fraction(share)
    return spent / (goods + spent) if goods + spent > 0 else Fraction(0)


def losing(points: ir.Table, *, day: int, first_day: int, last_day: int) -> ir.Table:
    """member_id, points: of members who, as of a day, lose points whose last day lies in first_day..last_day."""
    held = points.filter(points.day <= day, points.lot_id.notnull(), points.last_day.between(first_day, last_day))
    per_member = held.group_by("member_id").aggregate(points=exact(held.amount.sum()))
    return per_member.filter(per_member.points > 0)


def moved_in(points: ir.Table, grain: Grain, period: int, flow: str, first_day: int, last_day: int) -> ir.Table:
    """The moves of one flow in a period, no further than the days asked for."""
    inside = points.filter(points.day.between(first_day, last_day), points[grain] == period)
    return inside.filter(inside.flow == FLOWS.index(flow))


def held_until(points: ir.Table, *, day: int, month: int | None = None) -> ir.Table:
    """member_id of those who hold (or owe) points of a row of `points_liability`; None: of any."""
    held = points.filter(points.day <= day)
    if month is None:
        pass
    elif month == OWED:
        held = held.filter(held.lot_id.isnull())
    elif month == NEVER:
        held = held.filter(held.lot_id.notnull(), held.last_day.isnull())
    else:
        held = held.filter(held.last_month == month)
    per_lot = held.group_by("member_id", "lot_id").aggregate(points=exact(held.amount.sum()))
    return per_lot.filter(per_lot.points != 0)

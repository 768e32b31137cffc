"""Two spans of days held against each other: how much each key figure changed, and whether chance explains it.

One method for every figure. The members are taken as drawn independently of each other, each with what they did in
either span: a total is a sum over them, and what chance does to it is told by how far single members moved. A regular
who bought in both spans moves nothing; one big order moves much. The change is the logarithm of the ratio of the two
totals, its variance the sum over members of (share of the total now - share of the total before) squared; a quotient
(sales per order) takes its denominator's shares off first. For figures to which every member adds one in one span only
this is the textbook interval of a ratio of two Poisson counts. Each guest order counts as a buyer of its own.

The interval says what chance in who came can do. It knows no weather, no season and no holidays.
"""

from collections.abc import Mapping
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics import kpi
from analytics.metrics.comparison import FEW_MEMBERS
from analytics.metrics.intervals import Z95

FIGURES = tuple(name for name in kpi.COLUMNS if name not in {"period", "refunded_members"})

COLUMNS = ["figure", "now", "before", "change", "low", "high", "verdict", "n_now", "n_before"]

_QUOTIENTS = {"aov": ("gross", "orders"), "orders_per_member": ("orders", "active_members")}
_BEHIND = {
    "new_members": "new_members",
    "new_gross": "new_members",
    "returning_members": "returning_members",
    "returning_gross": "returning_members",
    "refunds": "refunded_members",
    "guest_orders": "guest_orders",
    "guest_gross": "guest_orders",
}
"""Whose number tells whether a figure rests on enough people; of the others it is that of the active members."""


class Span(NamedTuple):
    """First and last day number, inclusive."""

    first: int
    last: int


def kpi_changes(sales: ir.Table, money_back: ir.Table, births: ir.Table, *, now: Span, before: Span) -> pd.DataFrame:
    """Every figure of `kpi` over the days `now`, held against the days `before`. The spans do not overlap.

    Takes the tables as `kpi` does. Returns one row per figure, in the order of FIGURES:
      figure, now, before (as `kpi` gives them: int or float objects), change = now / before - 1 with its 95 %
      interval low..high (fractions), verdict, n_now, n_before (members, or guest orders, behind the figure).
    verdict: "few" (fewer than 30 in both spans together), "up" or "down" when the interval excludes zero, "unclear";
    "" where there is nothing to compare with (nothing before, or what is below zero).
    """
    totals = [
        _totals(kpi.kpi(sales, money_back, births, grain="all", first_day=span.first, last_day=span.last))
        for span in (now, before)
    ]
    spreads = {
        **_member_spreads(_per_member(sales, money_back, births, now, before), *totals),
        **_guest_spreads(sales, now, before, *totals),
    }
    rows = [compared(figure, totals[0], totals[1], spreads.get(figure, np.nan)) for figure in FIGURES]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"now": object, "before": object})


def compared(figure: str, now: Mapping[str, float], before: Mapping[str, float], spread: float) -> list[object]:
    """The row of one figure. `spread`: the standard error of the logarithm of the ratio, where it has one.

    Nothing is left of a figure that is 0 now: then `spread` is the standard error of its total before, as a fraction.
    """
    new, old = now[figure], before[figure]
    behind = _BEHIND.get(figure, "active_members")
    n_now, n_before = int(now[behind]), int(before[behind])
    if not old > 0 or not new >= 0:
        return [figure, new, old, np.nan, np.nan, np.nan, "", n_now, n_before]
    ratio, reach = new / old, Z95 * spread
    low, high = (ratio * np.exp(-reach), ratio * np.exp(reach)) if ratio else (0.0, reach)
    verdict = "unclear"
    if n_now + n_before < FEW_MEMBERS:
        verdict = "few"
    elif low > 1 or high < 1:
        verdict = "up" if ratio > 1 else "down"
    return [figure, new, old, ratio - 1, low - 1, high - 1, verdict, n_now, n_before]


def _totals(frame: pd.DataFrame) -> dict[str, float]:
    """The one row of a `kpi` frame with Python numbers, so that money keeps its last digit."""
    return {name: frame[name].tolist()[0] for name in frame.columns if name != "period"}


def _per_member(sales: ir.Table, money_back: ir.Table, births: ir.Table, now: Span, before: Span) -> ir.Table:
    """What each member did in either span: {figure}_now and {figure}_before for the figures that are sums."""
    sold = _inside(sales, now, before).select("member_id", "day", orders=_one(), gross="gross", refunds=_none())
    back = _inside(money_back, now, before).select(
        "member_id", "day", orders=_none(), gross=_none(), refunds=money_back.amount
    )
    moves = sold.union(back)
    sides = {"now": moves.day.between(*now), "before": moves.day.between(*before)}
    sums = {
        f"{name}_{side}": moves[name].sum(where=where).fill_null(0).cast("float64")
        for name in ("orders", "gross", "refunds")
        for side, where in sides.items()
    }
    members = moves.group_by("member_id").aggregate(**sums)
    born = births.select(born_id="member_id", born="first_order_day")
    joined = members.left_join(born, members.member_id == born.born_id)
    for side, span in {"now": now, "before": before}.items():
        bought = _one_or_none(joined[f"orders_{side}"] > 0)
        new = bought * _one_or_none(joined.born.between(*span).fill_null(False))
        gross = joined[f"gross_{side}"]
        joined = joined.mutate(
            **{
                f"active_members_{side}": bought,
                f"new_members_{side}": new,
                f"returning_members_{side}": bought - new,
                f"net_{side}": gross - joined[f"refunds_{side}"],
                f"new_gross_{side}": gross * new,
                f"returning_gross_{side}": gross * (1 - new),
            }
        )
    return joined


def _one_or_none(truth: ir.BooleanValue) -> ir.FloatingValue:
    """1.0 where it holds, else 0.0; by way of an integer, the only number that PostgreSQL makes of a truth."""
    return truth.cast("int32").cast("float64")


def _member_spreads(members: ir.Table, now: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    """By figure the standard error that `compared` takes."""
    wanted = [figure for figure in FIGURES if not figure.startswith("guest_")]
    squares = {}
    for figure in wanted:
        top, bottom = _QUOTIENTS.get(figure, (figure, ""))
        moved = _shares(members, top, now, before)
        if bottom:
            moved = moved - _shares(members, bottom, now, before)
        squares[figure] = (moved * moved).sum().fill_null(0.0)
    row = members.aggregate(**squares).to_pandas().iloc[0]
    return {figure: float(np.sqrt(row[figure])) for figure in wanted}


def _shares(members: ir.Table, name: str, now: Mapping[str, float], before: Mapping[str, float]) -> ir.FloatingValue:
    """Each member's share of the total now less that of the total before; of a total of 0 there is none."""
    moved = members[f"{name}_now"] * 0.0
    for sign, side, totals in ((1.0, "now", now), (-1.0, "before", before)):
        if totals[name] > 0:
            moved = moved + members[f"{name}_{side}"] * (sign / float(totals[name]))
    return moved


def _guest_spreads(
    sales: ir.Table, now: Span, before: Span, totals: Mapping[str, float], earlier: Mapping[str, float]
) -> dict[str, float]:
    """The same for guests, each order for itself."""
    guests = sales.filter(sales.member_id.isnull())
    money = guests.gross.cast("float64")
    sides = {"now": (now, totals), "before": (before, earlier)}
    squares = {side: (money * money).sum(where=guests.day.between(*span)) for side, (span, _) in sides.items()}
    row = guests.aggregate(**squares).to_pandas().iloc[0].fillna(0.0)
    counted = [1 / total["guest_orders"] for _, total in sides.values() if total["guest_orders"]]
    paid = [row[side] / total["guest_gross"] ** 2 for side, (_, total) in sides.items() if total["guest_gross"]]
    return {"guest_orders": float(np.sqrt(sum(counted))), "guest_gross": float(np.sqrt(sum(paid)))}


def _inside(table: ir.Table, now: Span, before: Span) -> ir.Table:
    return table.filter(table.member_id.notnull(), table.day.between(*now) | table.day.between(*before))


def _one() -> ir.IntegerScalar:
    return ibis.literal(1, "int64")


def _none() -> ir.IntegerScalar:
    return ibis.literal(0, "int64")

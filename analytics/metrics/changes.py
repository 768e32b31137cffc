"""Two spans of days held against each other: how much each key figure changed, and whether chance explains it.

One method for every figure. The members are taken as drawn independently of each other, each with what they did in
either span: a total is a sum over them, and what chance does to it is told by how far single members moved. A regular
who bought in both spans moves nothing; one big order moves much. The change is the logarithm of the ratio of the two
totals, its variance the sum over members of (share of the total now - share of the total before) squared; a quotient
(sales per order) takes its denominator's shares off first. For figures to which every member adds one in one span only
this is the textbook interval of a ratio of two Poisson counts. Each guest order counts as a buyer of its own.

The interval says what chance in who came can do. It knows no weather, no season and no holidays.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

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


Totals = Mapping[str, Mapping[int, Mapping[str, float]]]
"""By side ("now", "before") and place the one row of `kpi`."""


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
    return changes_by(sales, money_back, births, by="", places=[0], now=now, before=before)[0]


def changes_by(
    sales: ir.Table, money_back: ir.Table, births: ir.Table, *, by: kpi.By, places: Sequence[int], now: Span,
    before: Span,
) -> dict[int, pd.DataFrame]:  # fmt: skip
    """The frame of `kpi_changes` for each place (id of a store or channel), in one question whatever their number."""
    totals = {
        side: {
            place: _totals(frame)
            for place, frame in kpi.kpi_by(
                sales, money_back, births, by=by, places=places, grain="all", first_day=span.first, last_day=span.last
            ).items()
        }
        for side, span in {"now": now, "before": before}.items()
    }
    spreads = _member_spreads(_per_member(sales, money_back, births, by, now, before), totals).join(
        _guest_spreads(sales, by, now, before, totals)
    )
    return {
        place: _compared(spreads.loc[place].to_dict(), totals["now"][place], totals["before"][place])
        for place in places
    }


def _compared(spreads: Mapping[Any, float], now: Mapping[str, float], before: Mapping[str, float]) -> pd.DataFrame:
    rows = [compared(figure, now, before, float(spreads[figure])) for figure in FIGURES]
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


def _per_member(
    sales: ir.Table, money_back: ir.Table, births: ir.Table, by: kpi.By, now: Span, before: Span
) -> ir.Table:
    """What each member did at a place in either span: {figure}_now, {figure}_before for the figures that are sums."""
    sold, back = _inside(sales, now, before), _inside(money_back, now, before)
    sold = sold.select("member_id", "day", place=kpi.place_of(sold, by), orders=_one(), gross="gross", refunds=_none())
    back = back.select(
        "member_id", "day", place=kpi.place_of(back, by), orders=_none(), gross=_none(), refunds=back.amount
    )
    moves = sold.union(back)
    sides = {"now": moves.day.between(*now), "before": moves.day.between(*before)}
    sums = {
        f"{name}_{side}": moves[name].sum(where=where).fill_null(0).cast("float64")
        for name in ("orders", "gross", "refunds")
        for side, where in sides.items()
    }
    members = moves.group_by("member_id", "place").aggregate(**sums)
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


def _member_spreads(members: ir.Table, totals: Totals) -> pd.DataFrame:
    """By place and figure the standard error that `compared` takes; 0 where no member did anything."""
    places = list(totals["now"])
    held = members.join(_whole(totals), "place")
    squares = {}
    for figure in (name for name in FIGURES if not name.startswith("guest_")):
        top, bottom = _QUOTIENTS.get(figure, (figure, ""))
        moved = _shares(held, top)
        if bottom:
            moved = moved - _shares(held, bottom)
        squares[figure] = (moved * moved).sum()
    found = held.group_by("place").aggregate(**squares).to_pandas().set_index("place")
    return np.sqrt(found.reindex(places).fillna(0.0))


def _whole(totals: Totals) -> ir.Table:
    """place, and by side and figure what one unit is of the total, so that a share is a product; of nothing it is 0."""
    names = [name for name in FIGURES if name not in _QUOTIENTS]
    return ibis.memtable(
        pd.DataFrame(
            {
                "place": pd.Series(list(totals["now"]), dtype="int64"),
                **{
                    f"{name}_{side}_unit": [1 / float(row[name]) if row[name] > 0 else 0.0 for row in rows.values()]
                    for name in names
                    for side, rows in totals.items()
                },
            }
        )
    )


def _shares(held: ir.Table, name: str) -> ir.FloatingValue:
    """Each member's share of the total now less that of the total before."""
    return held[f"{name}_now"] * held[f"{name}_now_unit"] - held[f"{name}_before"] * held[f"{name}_before_unit"]


def _guest_spreads(sales: ir.Table, by: kpi.By, now: Span, before: Span, totals: Totals) -> pd.DataFrame:
    """The same for guests, each order for itself."""
    guests = sales.filter(sales.member_id.isnull())
    money = guests.gross.cast("float64")
    spans = {"now": now, "before": before}
    squares = {side: (money * money).sum(where=guests.day.between(*span)) for side, span in spans.items()}
    found = guests.group_by(place=kpi.place_of(guests, by)).aggregate(**squares).to_pandas().set_index("place")
    found = found.reindex(list(totals["now"])).fillna(0.0)
    orders, gross = pd.Series(0.0, found.index), pd.Series(0.0, found.index)
    for side, rows in totals.items():
        of = pd.DataFrame(list(rows.values()), index=found.index)
        orders += 1 / of.guest_orders.where(of.guest_orders > 0, np.inf)
        gross += found[side] / of.guest_gross.astype(float).where(of.guest_gross > 0, np.inf) ** 2
    return pd.DataFrame({"guest_orders": np.sqrt(orders), "guest_gross": np.sqrt(gross)})


def _inside(table: ir.Table, now: Span, before: Span) -> ir.Table:
    return table.filter(table.member_id.notnull(), table.day.between(*now) | table.day.between(*before))


def _one() -> ir.IntegerScalar:
    return ibis.literal(1, "int64")


def _none() -> ir.IntegerScalar:
    return ibis.literal(0, "int64")

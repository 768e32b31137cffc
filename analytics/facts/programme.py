"""What the loyalty programme gave and took, of the person that each record counts for, as of a day and as known at an
instant. Nothing of it is prepared: it is read from the raw tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir

from analytics.facts import derive, schema

_DAY: Final = 86_400_000_000  # microseconds


@dataclass(frozen=True)
class Programme:
    """Ibis tables.

    `points`: the columns of `schema.POINTS_MOVES` and those of `schema.POINTS_LOTS` beside each move (null: points
    owed). `tier_stays`, `coupons`, `benefit_uses`: as in the schema.
    """

    points: ir.Table
    tier_stays: ir.Table
    coupons: ir.Table
    benefit_uses: ir.Table


def of(tables: Mapping[str, ir.Table], *, as_of_day: int | None, known_at: int) -> Programme:
    """The tables of one generation. `as_of_day` None: whatever has happened."""

    def owned(name: str) -> ir.Table:
        rows = tables[name]
        return derive.owned(rows.filter(rows.recorded_at <= known_at), tables["merges"], known_at)

    moves, lots = owned("points_moves"), tables["points_lots"].rename(of_lot="lot_id")
    points = moves.left_join(lots, moves.lot_id == lots.of_lot).drop("of_lot")
    stays, coupons, uses = owned("tier_stays"), owned("coupons"), owned("benefit_uses")
    if as_of_day is not None:
        points = points.filter(points.day <= as_of_day)
        stays = stays.filter(stays.from_day <= as_of_day)
        coupons = coupons.filter(coupons.day <= as_of_day)
        uses = uses.filter(uses.day <= as_of_day)
    today = known_at // _DAY
    points = _with_what_is_over(points, today if as_of_day is None else min(as_of_day, today))
    return Programme(points, stays, coupons, uses)


def _with_what_is_over(points: ir.Table, today: int) -> ir.Table:
    """The moves, and an expiry for each lot that is over by a day and that nobody has settled yet.

    A sweep that is late changes no figure: it writes what stands here already, on the same day.
    """
    lots = points.filter(points.lot_id.notnull(), points.last_day < today)
    keys = ["lot_id", "member_id", "earned_day", "last_day", "last_month", "over_month", "is_earned"]
    left = lots.group_by(keys).aggregate(left=lots.amount.sum())
    due = left.filter(left.left > 0)
    week = ((due.last_day + 1 + 3) / 7).floor()
    own = {
        "posting_id": -due.lot_id, "entry_id": -due.lot_id, "store_id": ibis.null(), "day": due.last_day + 1,
        "week": week, "month": due.over_month, "flow": ibis.literal(schema.FLOWS.index("expired")),
        "amount": -due.left, "recorded_at": ibis.literal(0),
    }  # fmt: skip
    types = points.schema()
    columns = [(own[name] if name in own else due[name]).cast(types[name]).name(name) for name in points.columns]
    return points.union(due.select(columns))

"""What the loyalty programme gave and took, of the person that each record counts for, as of a day and as known at an
instant. Nothing of it is prepared: it is read from the raw tables."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis.expr.types as ir

from analytics.facts import derive


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
    return Programme(points, stays, coupons, uses)

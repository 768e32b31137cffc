"""What the loyalty programme gave and took, of the person that each record counts for, as of a day and as known at an
instant. Nothing of it is prepared: it is read from the raw tables."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

import ibis
import ibis.expr.types as ir

from analytics.facts import derive, schema

_DAY: Final = 86_400_000_000  # microseconds


class Programme:
    """Ibis tables of one generation, each put together when asked for. `as_of_day` None: whatever has happened."""

    def __init__(self, tables: Mapping[str, ir.Table], *, as_of_day: int | None, known_at: int) -> None:
        self._tables, self._as_of_day, self._known_at = tables, as_of_day, known_at

    @cached_property
    def points(self) -> ir.Table:
        """The columns of `schema.POINTS_MOVES`, and of `schema.POINTS_LOTS` beside each move (null: points owed)."""
        moves, lots = self._owned("points_moves"), self._tables["points_lots"].rename(of_lot="lot_id")
        points = moves.left_join(lots, moves.lot_id == lots.of_lot).drop("of_lot")
        if self._as_of_day is not None:
            points = points.filter(points.day <= self._as_of_day)
        today = self._known_at // _DAY
        return _with_what_is_over(points, today if self._as_of_day is None else min(self._as_of_day, today))

    @cached_property
    def tier_stays(self) -> ir.Table:
        """As in the schema."""
        return self._until(self._owned("tier_stays"), "from_day")

    @cached_property
    def coupons(self) -> ir.Table:
        """As in the schema."""
        return self._until(self._owned("coupons"), "day")

    @cached_property
    def benefit_uses(self) -> ir.Table:
        """As in the schema."""
        return self._until(self._owned("benefit_uses"), "day")

    def _owned(self, name: str) -> ir.Table:
        rows = self._tables[name]
        return derive.owned(rows.filter(rows.recorded_at <= self._known_at), self._tables["merges"], self._known_at)

    def _until(self, rows: ir.Table, day: str) -> ir.Table:
        return rows if self._as_of_day is None else rows.filter(rows[day] <= self._as_of_day)


TABLES = tuple(name for name, part in vars(Programme).items() if isinstance(part, cached_property))


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

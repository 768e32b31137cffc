"""Rows of the programme for tests: a ledger of points as its moves lie in the warehouse."""

from typing import Any

import pyarrow as pa

from analytics.facts import schema
from analytics.facts.programme import Programme
from analytics.metrics import periods
from analytics.tests.engines import Rows, day, load

FOREVER = schema.OPEN_END
DAY = 86_400_000_000  # microseconds


class Ledger:
    """`lot(member, "2026-01-01", 100, "2026-01-31")` earns; `move(lot, date, flow, amount)` is any other move."""

    def __init__(self) -> None:
        self.moves: Rows = []
        self.lots: Rows = []
        self.stays: Rows = []
        self.coupons: Rows = []
        self.uses: Rows = []

    def lot(self, member: int, date: str, points: int, last: str | None, flow: str = "earned") -> int:
        number = len(self.lots) + 1
        end = None if last is None else day(last)
        self.lots.append(
            {
                "lot_id": number, "earned_day": day(date), "last_day": end, "is_earned": int(flow == "earned"),
                "last_month": None if end is None else periods.period_of(end, "month"),
                "over_month": None if end is None else periods.period_of(end + 1, "month"),
            }
        )  # fmt: skip
        self.move(number, date, flow, points, member)
        return number

    def move(self, lot: int | None, date: str, flow: str, amount: int, member: int = 1) -> None:
        number = len(self.moves) + 1
        at = day(date)
        self.moves.append(
            {
                "posting_id": number, "entry_id": number, "lot_id": lot, "member_id": member, "store_id": 1, "day": at,
                "week": periods.period_of(at, "week"), "month": periods.period_of(at, "month"),
                "flow": schema.FLOWS.index(flow), "amount": amount, "recorded_at": 0,
            }
        )  # fmt: skip

    def stay(self, member: int, rank: int, first: str, after: str | None = None) -> None:
        to = FOREVER if after is None else day(after)
        self.stays.append({"member_id": member, "rank": rank, "from_day": day(first), "to_day": to, "recorded_at": 0})

    def programme(self, backend: Any, merges: Rows | None = None, known: str | None = None) -> Programme:
        """`known`: the date on which it is looked at; points that are over by then have expired."""
        rows: dict[str, Rows] = {
            "points_moves": self.moves, "points_lots": self.lots, "tier_stays": self.stays, "coupons": self.coupons,
            "benefit_uses": self.uses, "merges": merges or [],
        }  # fmt: skip
        tables = {name: pa.Table.from_pylist(found, schema.RAW[name]) for name, found in rows.items()}
        return Programme(load(backend, tables), as_of_day=None, known_at=day(known) * DAY if known else 1)

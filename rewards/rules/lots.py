"""Which lots points come from and go back to. Plain values in, plain values out."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(slots=True)
class Held:
    """A lot as it stands: `remaining` whole points of `account`, which came in by `entry`."""

    id: int
    entry: int
    account: int
    remaining: int
    pending: bool
    available_at: dt.datetime
    expires_at: dt.datetime | None

    def is_over(self, now: dt.datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def is_ripe(self, now: dt.datetime) -> bool:
        return self.pending and self.available_at <= now


@dataclass(frozen=True, slots=True)
class Move:
    """Points put into a lot (positive) or taken from it; `lot` None: paid off or added to what the account owes."""

    account: int
    lot: int | None
    points: int


def start_of_day(day: dt.date, zone: str) -> dt.datetime:
    """The instant at which a day begins in a zone: the end of the one before."""
    return end_of_day(day - dt.timedelta(days=1), zone)


def end_of_day(day: dt.date, zone: str) -> dt.datetime:
    """The first instant after a calendar day of an IANA zone, in UTC: midnight, or the clock change that ate it."""
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(0), ZoneInfo(zone))
    return midnight.astimezone(dt.UTC)


def soonest_first(lots: Iterable[Held]) -> list[Held]:
    """In the order in which they are spent: what expires first, then what came first."""
    return sorted(lots, key=lambda lot: (lot.expires_at or NEVER, lot.id))


def take(lots: Iterable[Held], points: int) -> list[Move]:
    """Take points from lots in the order given: as many as there are, at most `points`."""
    moves: list[Move] = []
    for lot in lots:
        part = min(lot.remaining, points)
        if part:
            moves.append(Move(lot.account, lot.id, -part))
            points -= part
    return moves


def pay_off(debts: Mapping[int, int], points: int) -> list[Move]:
    """Pay off what accounts owe: `debts` is account -> points owed; at most `points` in all."""
    moves: list[Move] = []
    for account, owed in debts.items():
        part = min(owed, points)
        if part:
            moves.append(Move(account, None, part))
            points -= part
    return moves


def give_back(taken: Iterable[Move], returned: Mapping[int, int], points: int) -> list[Move]:
    """Put spent points back where they came from, the longest-lived lot first.

    `taken` are the moves of the spending in the order in which they were made, `returned` what earlier reversals put
    back (lot -> points).
    """
    moves: list[Move] = []
    for move in reversed(list(taken)):
        if move.lot is None:
            continue
        part = min(-move.points - returned.get(move.lot, 0), points)
        if part > 0:
            moves.append(Move(move.account, move.lot, part))
            points -= part
    return moves


def debts_first(back: Iterable[Move], debts: Mapping[int, int]) -> list[Move]:
    """Of points that go back into lots, let each account first pay off what it owes: `debts` is account -> points."""
    owed, paid, rest = dict(debts), dict.fromkeys(debts, 0), []
    for move in back:
        part = min(owed.get(move.account, 0), move.points)
        if part:
            owed[move.account] -= part
            paid[move.account] += part
        if move.points > part:
            rest.append(Move(move.account, move.lot, move.points - part))
    return [Move(account, None, points) for account, points in paid.items() if points] + rest


def total(moves: Iterable[Move]) -> int:
    return sum(move.points for move in moves)

"""What a person has in points now, over all merged records, whether or not a sweep has been by."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import F

from members.lib import clock
from members.models import Member
from members.queries import merchants
from rewards.models import Lot
from rewards.queries import statement, tiers


@dataclass(frozen=True, slots=True)
class Part:
    """Points that share a day: their last one, or the one from which they can be spent. None: they never expire."""

    day: dt.date | None
    points: int


@dataclass(frozen=True, slots=True)
class Holding:
    """`available` can be spent now; `expiring` is what of it ends when, soonest first, and sums to it.

    `tier`: its code, where it was asked for; "" without tiers.
    """

    available: int
    pending: int
    owed: int
    expiring: Sequence[Part]
    tier: str = ""

    @property
    def next_to_go(self) -> Part | None:
        """What expires first."""
        return next((part for part in self.expiring if part.day), None)

    @property
    def is_empty(self) -> bool:
        return not (self.available or self.pending or self.owed)


def of(member: Member) -> Holding:
    """What one person has. Lots that are over count as gone, those that have become available as available."""
    now = clock.now()
    accounts = list(statement.accounts(member).values_list("pk", "debt"))
    owed = sum(debt for _pk, debt in accounts)
    held = Lot.objects.filter(account__in=[pk for pk, _debt in accounts], remaining__gt=0)
    rows = held.order_by(F("expires_at").asc(nulls_last=True), "pk")
    lots = [lot for lot in rows if lot.expires_at is None or lot.expires_at > now]
    waiting = sum(lot.remaining for lot in lots if lot.available_at > now)
    parts = _by_day([lot for lot in lots if lot.available_at <= now])
    # One record may owe what another has: the ledger sets that off at its next entry, from what waits first.
    used = min(owed, waiting)
    parts, rest = _less(parts, owed - used)
    return Holding(sum(part.points for part in parts), waiting - used, rest, parts)


def with_tier(member: Member) -> Holding:
    """What one person has, and their tier today."""
    today = clock.local_date(clock.now(), merchants.current().zone)
    return replace(of(member), tier=tiers.code_of(member, today))


def _by_day(lots: Sequence[Lot]) -> list[Part]:
    days: dict[dt.date | None, int] = {}
    for lot in lots:
        days[lot.expires_on] = days.get(lot.expires_on, 0) + lot.remaining
    return [Part(day, points) for day, points in days.items()]


def _less(parts: Sequence[Part], points: int) -> tuple[list[Part], int]:
    """The parts without so many points of the soonest, and how many of those there were not."""
    left = []
    for part in parts:
        taken = min(part.points, points)
        points -= taken
        if part.points > taken:
            left.append(Part(part.day, part.points - taken))
    return left, points

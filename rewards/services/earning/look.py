"""What the rules of its day say of an order: the one answer that a single sale and a million old ones both get."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rewards.models import PointsRules
from rewards.queries.to_earn import Case
from rewards.rules import earning, expiry, lots
from rewards.rules.earning import Rules, Worked
from rewards.services.ledger import Term


@dataclass(frozen=True, slots=True)
class Looked:
    """An order with what it earns, what of that is kept after its refunds, and how long the points last."""

    case: Case
    version: PointsRules
    worked: Worked
    kept: int
    term: Term

    def detail(self) -> dict[str, Any]:
        """What an entry says of how its points came about: codes and numbers."""
        said = {"rules": self.version.pk, **self.worked.detail()}
        if self.case.purchase.tier:
            said["tier"] = self.case.purchase.tier
        if self.kept != self.worked.points:
            said |= {"points": self.worked.points, "refunded": self.case.refunded}
        return said


def look(
    case: Case, version: PointsRules, rules: Rules, *, earned_today: int = 0, bought: Iterable[dt.date] = ()
) -> Looked:
    """Ask the rules about an order. `bought`: days of the person's purchases, for points that live by activity."""
    worked = earning.earned(case.purchase, rules, earned_today=earned_today)
    kept = earning.kept_after(worked.points, case.paid, case.refunded)
    return Looked(case, version, worked, kept, term(version, case.order.business_date, case.order.store.zone, bought))


def term(version: PointsRules, day: dt.date, zone: str, bought: Iterable[dt.date] = ()) -> Term:
    """How long points last that were earned on a business date of a zone."""
    last: dt.date | None
    if version.expiry == PointsRules.Expiry.ACTIVITY:
        last = expiry.kept_alive(version.expiry_length, day, bought)
    else:
        last = expiry.last_day(version.expiry, version.expiry_length, day)
    pending = version.pending_days
    available_at = lots.end_of_day(day + dt.timedelta(days=pending - 1), zone) if pending else None
    return Term(available_at=available_at, expires_on=last, zone=zone)

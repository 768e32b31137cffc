"""What a draft of the rules would have made of the last orders, beside what they earned by the rules of their days."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from members.lib.actor import Actor
from members.lib.money import from_units, to_units
from members.models import Order
from members.queries import people, scope
from rewards.models import PointsRules
from rewards.queries import to_earn
from rewards.queries.points_rules import Versions, values
from rewards.queries.to_earn import Case
from rewards.rules import earning
from rewards.rules.earning import Rules

MOST = 20_000  # orders; of more the newest, so that the page answers
CHUNK = 2_000
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Effect:
    """On one member: points by today's rules and by the draft."""

    member: int
    now: int
    then: int

    @property
    def change(self) -> int:
        return self.then - self.now


@dataclass(frozen=True, slots=True)
class Preview:
    """`worth_*`: what the points pay at the till; None where they pay nothing. Gains and losses: the biggest first."""

    first_day: dt.date
    last_day: dt.date
    orders: int
    is_cut: bool  # there were more orders than it looked at
    members: int
    affected: int
    now: int
    then: int
    worth_now: Decimal | None
    worth_then: Decimal | None
    gains: Sequence[Effect]
    losses: Sequence[Effect]


def of(actor: Actor, draft: PointsRules, days: int) -> Preview:
    """Try a draft on the orders of the last days of the actor's stores, less refunds, with its caps and tiers."""
    last = people.today()
    first = last - dt.timedelta(days=days - 1)
    known = Versions()
    bought = scope.orders(actor).filter(
        pk__in=people.purchases().filter(member__isnull=False, business_date__range=(first, last)).values("pk")
    )
    newest = list(bought.order_by("-business_date", "-pk").values_list("pk", flat=True)[: MOST + 1])
    now, then, tried = _Tally(), _Tally(), values(draft)
    for case in _cases(newest[:MOST]):
        standing = known.on(case.order.business_date)
        now.add(case, standing[1] if standing else None)
        then.add(case, tried)
    effects = [Effect(one, now.by_member[one], then.by_member[one]) for one in {*now.by_member, *then.by_member}]
    gains = sorted((one for one in effects if one.change > 0), key=lambda one: (-one.change, one.member))
    losses = sorted((one for one in effects if one.change < 0), key=lambda one: (one.change, one.member))
    today = known.on(last)
    return Preview(
        first, last, len(newest[:MOST]), len(newest) > MOST, len(effects), len(gains) + len(losses), now.total,
        then.total, worth(now.total, today[0] if today else None), worth(then.total, draft), gains[:SHOWN],
        losses[:SHOWN],
    )  # fmt: skip


def _cases(ids: Sequence[int]) -> Iterator[Case]:
    """Oldest first, as they were earned."""
    oldest = list(reversed(ids))
    for start in range(0, len(oldest), CHUNK):
        orders = Order.objects.filter(pk__in=oldest[start : start + CHUNK]).select_related("store")
        yield from to_earn.cases(orders.order_by("business_date", "pk"))


class _Tally:
    """Points by member, under the caps of a day."""

    def __init__(self) -> None:
        self.by_member: dict[int, int] = defaultdict(int)
        self._days: dict[tuple[int, dt.date], int] = defaultdict(int)

    def add(self, case: Case, rules: Rules | None) -> None:
        if rules is None:
            return
        member = case.order.member_id or 0
        day = (member, case.order.business_date)
        points = earning.earned(case.purchase, rules, earned_today=self._days[day]).points
        self._days[day] += points
        self.by_member[member] += earning.kept_after(points, case.paid, case.refunded)

    @property
    def total(self) -> int:
        return sum(self.by_member.values())


def worth(points: int, version: PointsRules | None) -> Decimal | None:
    """What points pay at the till, rounded down to the ten-thousandth; None where they pay nothing."""
    if version is None or not version.cash_points or not version.cash_amount:
        return None
    return from_units(int(Fraction(points * to_units(version.cash_amount), version.cash_points)))

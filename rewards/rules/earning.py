"""How many points a purchase earns, and why: integers and fractions in, whole points and their steps out.

Amounts are integers of ten-thousandths of the currency, as the database keeps them; nothing is rounded before the end.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

GOODS, GIFT_CARD = "goods", "gift_card"
NOT_MONEY = frozenset({"points", "coupon"})  # what was paid so earns nothing; a gift card was bought without points


WHY_NONE = (
    "guest", "not_paid", "before",  # found before the rules are asked
    "store", "channel", "minimum", "gift_card", "paid_by_points", "nothing_eligible", "too_little", "day",
)  # fmt: skip


class Rounding(StrEnum):
    DOWN = "down"
    NEAREST = "nearest"  # halves go up
    UP = "up"


@dataclass(frozen=True, slots=True)
class Line:
    """What was sold: `amount` after its discount; `kind` as of an order line."""

    kind: str
    amount: int
    product: int | None = None
    category: int | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """A paid order on its business day. `paid`: (kind of payment, amount) pairs; without any it was paid by money."""

    day: dt.date
    store: int
    channel: int
    lines: Sequence[Line]
    paid: Sequence[tuple[str, int]] = ()
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which ids something is for: those named, or all but those named. Nothing named is everything."""

    ids: frozenset[int] = frozenset()
    is_all_but: bool = False

    def has(self, one: int | None) -> bool:
        if not self.ids:
            return True
        return (one in self.ids) != self.is_all_but


EVERYTHING = Choice()


@dataclass(frozen=True, slots=True)
class Multiplier:
    """More points on days from `first` to `last` (None: open), on weekdays (0 = Monday), on days of the month, for
    tiers; empty is any."""

    name: str
    percent: int  # 150 is one and a half
    first: dt.date | None = None
    last: dt.date | None = None
    weekdays: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    tiers: frozenset[str] = frozenset()

    def holds(self, purchase: Purchase) -> bool:
        day = purchase.day
        return (
            (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
            and (not self.weekdays or day.weekday() in self.weekdays)
            and (not self.month_days or day.day in self.month_days)
            and (not self.tiers or purchase.tier in self.tiers)
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a day: `points` for each `per` of eligible money. Caps of None do not limit."""

    points: int
    per: int
    minimum: int = 0  # eligible money below it earns nothing
    rounding: Rounding = Rounding.DOWN
    per_order: int | None = None
    per_day: int | None = None
    products: Choice = EVERYTHING
    categories: Choice = EVERYTHING
    stores: Choice = EVERYTHING
    channels: Choice = EVERYTHING
    multipliers: Sequence[Multiplier] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Worked:
    """The points, and how they came about: what an entry keeps so that it can be told in plain words."""

    points: int
    eligible: int  # money that earns, in ten-thousandths, rounded down
    multiplier: str = ""
    percent: int = 100
    capped_by: str = ""  # "order" or "day"
    why_none: str = ""  # a code of WHY_NONE

    def detail(self) -> dict[str, Any]:
        """As JSON, without what says nothing."""
        rest = {"multiplier": self.multiplier, "capped_by": self.capped_by, "why_none": self.why_none}
        return {
            "eligible": self.eligible,
            "percent": self.percent,
            **{key: value for key, value in rest.items() if value},
        }


def earned(purchase: Purchase, rules: Rules, *, earned_today: int = 0) -> Worked:
    """What a purchase earns; `earned_today` counts against the cap of the day."""
    if not rules.stores.has(purchase.store):
        return Worked(0, 0, why_none="store")
    if not rules.channels.has(purchase.channel):
        return Worked(0, 0, why_none="channel")
    eligible = eligible_money(purchase, rules)
    if eligible <= 0:
        return Worked(0, 0, why_none=_why_nothing(purchase, rules))
    if eligible < rules.minimum:
        return Worked(0, int(eligible), why_none="minimum")
    best = max((one for one in rules.multipliers if one.holds(purchase)), key=lambda one: one.percent, default=None)
    percent = best.percent if best else 100
    points = rounded(eligible * rules.points * percent / (rules.per * 100), rules.rounding)
    points, capped_by = _capped(points, rules, earned_today)
    why_none = "" if points else capped_by or "too_little"
    return Worked(points, int(eligible), best.name if best else "", percent, capped_by, why_none)


def _why_nothing(purchase: Purchase, rules: Rules) -> str:
    kinds = {line.kind for line in purchase.lines if line.amount > 0}
    if GOODS not in kinds:
        return "gift_card" if GIFT_CARD in kinds else "nothing_eligible"
    return "paid_by_points" if _goods(purchase, rules) > 0 else "nothing_eligible"


def eligible_money(purchase: Purchase, rules: Rules) -> Fraction:
    """Goods that earn, less the share of the order that was not paid by money."""
    goods = _goods(purchase, rules)
    total = sum(line.amount for line in purchase.lines)
    if goods <= 0 or total <= 0:
        return Fraction(0)
    unpaid = sum(amount for kind, amount in purchase.paid if kind in NOT_MONEY)
    return Fraction(goods) * max(total - unpaid, 0) / total


def _goods(purchase: Purchase, rules: Rules) -> int:
    return sum(
        line.amount
        for line in purchase.lines
        if line.kind == GOODS and rules.products.has(line.product) and rules.categories.has(line.category)
    )


def rounded(points: Fraction, rounding: Rounding) -> int:
    if rounding == Rounding.DOWN:
        return points.__floor__()
    if rounding == Rounding.UP:
        return points.__ceil__()
    return (points + Fraction(1, 2)).__floor__()


def _capped(points: int, rules: Rules, earned_today: int) -> tuple[int, str]:
    left_today = None if rules.per_day is None else max(rules.per_day - earned_today, 0)
    if left_today is not None and points > left_today and left_today <= (rules.per_order or left_today):
        return left_today, "day"
    if rules.per_order is not None and points > rules.per_order:
        return rules.per_order, "order"
    return points, ""


def kept_after(points: int, paid: int, refunded: int) -> int:
    """What is left of a purchase's points once so much of what was paid for it was given back, rounded down.

    Taken of the sum of all refunds, so that many small ones take back as much as a single one, and in the end all.
    """
    if refunded <= 0:
        return points
    return points * max(paid - refunded, 0) // paid if paid > 0 else 0

"""What coupons and points take off a basket, and why not: integers in, integers out.

Amounts are ten-thousandths of the currency. What is charged is whole `cent`s: its smallest coin in ten-thousandths
(100 of a currency with two decimals, 10,000 of one without).
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import gcd

GOODS, GIFT_CARD = "goods", "gift_card"
PIECE = 10_000  # one piece, in ten-thousandths


class Kind(StrEnum):
    """In the order in which they are taken off, whatever order they were named in."""

    GIFT = "gift"
    PERCENT = "percent"
    AMOUNT = "amount"


class Why(StrEnum):
    """Why a coupon takes nothing off."""

    USED = "used"
    VOID = "void"
    NOT_YOURS = "not_yours"
    NOT_YET = "not_yet"
    OVER = "over"
    STORE = "store"
    NTH_PURCHASE = "nth_purchase"
    THRESHOLD = "threshold"
    NOTHING_ELIGIBLE = "nothing_eligible"
    CAP = "cap"
    COMBINATION = "combination"


@dataclass(frozen=True, slots=True)
class Line:
    """What is sold: `amount` for all of it, after its discount; `kind` as of an order line."""

    kind: str
    amount: int
    quantity: int = PIECE
    product: int | None = None
    category: int | None = None


@dataclass(frozen=True, slots=True)
class Basket:
    """What one customer buys on a business day of the store. `nth`: which purchase of the member; 0 for guests."""

    day: dt.date
    store: int
    lines: Sequence[Line]
    nth: int = 0
    cent: int = 100

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def goods(self) -> int:
        """What counts towards a threshold and can be paid with points: all but gift cards, which are money."""
        return max(sum(line.amount for line in self.lines if line.kind != GIFT_CARD), 0)


@dataclass(frozen=True, slots=True)
class Coupon:
    """One coupon as it stands. `value` is an amount, a percentage or a product, as its kind says.

    It lasts from `first` to `last`, both included; None is open. Empty sets are for everything.
    """

    id: int
    kind: Kind
    value: int
    at_most: int | None = None
    threshold: int = 0
    nth: int | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    stores: frozenset[int] = frozenset()
    products: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    combines: bool = False
    with_points: bool = True
    refused: Why | None = None  # what is known beforehand: used, void, not_yours, cap

    def is_for(self, line: Line) -> bool:
        """Whether it takes something off this line: goods that are named, by themselves or by their category."""
        if line.kind != GOODS or line.amount <= 0:
            return False
        if self.kind == Kind.GIFT:
            return line.product == self.value
        named = bool(self.products or self.categories)
        return not named or line.product in self.products or line.category in self.categories


@dataclass(frozen=True, slots=True)
class Discount:
    """What coupons take off: coupon -> amount of those that apply, coupon -> why not of the others."""

    off: Mapping[int, int] = field(default_factory=dict)
    why_not: Mapping[int, Why] = field(default_factory=dict)
    with_points: bool = True

    @property
    def total(self) -> int:
        return sum(self.off.values())


@dataclass(frozen=True, slots=True)
class Cash:
    """`points` pay `amount`; at least `minimum` points, at most `percent` of an order. 0 points: they pay nothing."""

    points: int
    amount: int
    minimum: int = 0
    percent: int = 100

    def step(self, cent: int) -> int:
        """The fewest points that pay a whole number of cents; every payment is a multiple of it."""
        whole = self.points * cent
        return whole // gcd(self.amount, whole)

    def pays(self, points: int) -> int:
        """What so many points pay, in ten-thousandths; exact for multiples of the step."""
        return points * self.amount // self.points


@dataclass(frozen=True, slots=True)
class Quote:
    """What is to be paid: `total` less what the coupons take off less what the points pay."""

    total: int
    discount: Discount
    points: int
    points_pay: int
    most_points: int  # how many the member may spend here
    step: int  # in multiples of which

    @property
    def to_pay(self) -> int:
        return self.total - self.discount.total - self.points_pay


def why_not(coupon: Coupon, basket: Basket) -> Why | None:
    """Why a coupon, alone, takes nothing off this basket; None when it does."""
    checks = (
        (coupon.refused is not None, coupon.refused),
        (coupon.first is not None and basket.day < coupon.first, Why.NOT_YET),
        (coupon.last is not None and basket.day > coupon.last, Why.OVER),
        (bool(coupon.stores) and basket.store not in coupon.stores, Why.STORE),
        (coupon.nth is not None and basket.nth != coupon.nth, Why.NTH_PURCHASE),
        (basket.goods < coupon.threshold, Why.THRESHOLD),
        (_worth(coupon, basket.lines, basket.cent) <= 0, Why.NOTHING_ELIGIBLE),
    )
    return next((why for is_so, why in checks if is_so), None)


def discount(basket: Basket, coupons: Collection[Coupon]) -> Discount:
    """What these coupons take off together.

    Those that combine go together; one that does not stands alone. Of these ways the one that takes off most is taken,
    in doubt the one with the coupon that came first.
    """
    refused = {coupon.id: why for coupon in coupons if (why := why_not(coupon, basket))}
    fit = sorted((coupon for coupon in coupons if coupon.id not in refused), key=_turn)
    together = [coupon for coupon in fit if coupon.combines]
    ways = [way for way in (together, *([coupon] for coupon in fit if not coupon.combines)) if way]
    worked = [_taken_off(basket, way) for way in ways]
    best = max(worked, key=lambda off: (sum(off.values()), -min(off)), default={})
    off = {coupon: amount for coupon, amount in best.items() if amount}
    left = {coupon.id: Why.NOTHING_ELIGIBLE if coupon.id in best else Why.COMBINATION for coupon in fit}
    left = {coupon: why for coupon, why in left.items() if coupon not in off}
    return Discount(off, refused | left, all(coupon.with_points for coupon in fit if coupon.id in off))


def _turn(coupon: Coupon) -> tuple[int, int]:
    return list(Kind).index(coupon.kind), coupon.id


def _taken_off(basket: Basket, coupons: Iterable[Coupon]) -> dict[int, int]:
    """Coupon -> amount, each from what those before it have left of its lines."""
    left, off = list(basket.lines), {}
    for coupon in coupons:
        off[coupon.id] = _worth(coupon, left, basket.cent)
        left = _less(left, coupon, off[coupon.id])
    return off


def _worth(coupon: Coupon, lines: Iterable[Line], cent: int) -> int:
    """What it takes off its lines, in whole cents, never more than they cost."""
    eligible = [line for line in lines if coupon.is_for(line)]
    there = sum(line.amount for line in eligible)
    if coupon.kind == Kind.GIFT:
        wanted = max((_one_piece(line) for line in eligible), default=0)
    elif coupon.kind == Kind.PERCENT:
        share = _nearest(there * coupon.value, 100 * cent) * cent
        wanted = share if coupon.at_most is None else min(share, coupon.at_most)
    else:
        wanted = coupon.value
    return max(min(wanted, there), 0) // cent * cent


def _one_piece(line: Line) -> int:
    return line.amount if line.quantity <= PIECE else _nearest(line.amount * PIECE, line.quantity)


def _nearest(above: int, below: int) -> int:
    """A quotient to the nearest whole number, halves up; both are above zero."""
    return (2 * above + below) // (2 * below)


def _less(lines: Sequence[Line], coupon: Coupon, off: int) -> list[Line]:
    """The lines with an amount taken off those of the coupon, one after the other: only their sum is ever charged."""
    rest, left = [], off
    for line in lines:
        part = min(line.amount, left) if coupon.is_for(line) else 0
        left -= part
        rest.append(Line(line.kind, line.amount - part, line.quantity, line.product, line.category))
    return rest


def most_points(basket: Basket, off: int, cash: Cash, balance: int) -> int:
    """How many points may pay for a basket from which coupons have taken `off`, of `balance` that there are."""
    if not cash.points or not cash.amount:
        return 0
    payable = min(basket.goods - off, basket.total - off)
    limit = max(payable, 0) * cash.percent // 100 // basket.cent * basket.cent
    step = cash.step(basket.cent)
    most = min(balance, limit * cash.points // cash.amount) // step * step
    return most if most >= max(cash.minimum, 1) else 0


def quote(
    basket: Basket, coupons: Collection[Coupon] = (), cash: Cash | None = None, *, balance: int = 0, points: int = 0
) -> Quote:
    """What there is to pay with these coupons and up to so many `points` of the `balance`."""
    taken = discount(basket, coupons)
    if cash is None or not taken.with_points:
        return Quote(basket.total, taken, 0, 0, 0, 1)
    most = most_points(basket, taken.total, cash, balance)
    step = cash.step(basket.cent) if most else 1
    used = min(points, most) // step * step
    used = used if used >= cash.minimum else 0
    return Quote(basket.total, taken, used, cash.pays(used) if used else 0, most, step)


def points_due(points: int, back: int, total: int) -> int:
    """How many of the points that paid are to be back once `back` of `total` was given back, over all times.

    Of the sum, rounded down: many small refunds give as much as one, and in the end all.
    """
    if total <= 0 or back >= total:
        return points
    return points * max(back, 0) // total

"""What was in the orders, how it was paid, and what was given back."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from loyalty_site.demo.catalogue import (
    CENT,
    CHANNEL_CODES,
    FEES,
    FREE_DELIVERY_FROM,
    GIFT_CARD_VALUES,
    PRODUCTS,
)
from loyalty_site.demo.days import CLOSING_SECOND, OPENING_SECOND, Calendar, pick, stream
from loyalty_site.demo.shop import Flags, Ints, Lines, Payments, Refunds, Texts
from loyalty_site.demo.visits import Visits

GOODS, GIFT_CARD, FEE = range(3)
MONEY, POINTS, COUPON, PAID_BY_CARD = range(4)
LINE_COUNTS: Final = np.array([0.66, 0.25, 0.07, 0.02])
QUANTITIES: Final = np.array([0.87, 0.11, 0.02])
GIFT_CARD_ORDERS: Final = 0.004
COUPON_ORDERS: Final = 0.12
COUPONS: Final = (300, 500)  # cents
COUPON_FROM: Final = 1500
POINTS_ORDERS: Final = 0.08
CARD_ORDERS: Final = 0.02
REFUNDED: Final = 0.016
REFUNDED_WHOLLY: Final = 0.6
UNNAMED_REFUNDS: Final = 0.06
REFUND_DAYS: Final = (0, 0, 0, 0, 1, 1, 2)
SUMMER: Final = (4, 9)  # May to October, months from 0


@dataclass(frozen=True)
class Baskets:
    """Lines and payments of all visits; `goods`, `total`, `gross` are per visit, in ten-thousandths."""

    lines: Lines
    payments: Payments
    goods: Ints
    total: Ints
    gross: Ints


def baskets(seed: int, came: Visits, bulk: Flags, days: Calendar) -> Baskets:
    """Fill every visit's basket; `bulk` marks buyers of many cups."""
    lines = _lines(seed, came, bulk, days)
    count = len(came)
    total = _sums(lines.order, lines.amount, count)
    goods = _sums(lines.order, np.where(lines.kind == GOODS, lines.amount, 0), count)
    cards = _sums(lines.order, np.where(lines.kind == GIFT_CARD, lines.amount, 0), count)
    payments = _payments(seed, came, goods, total)
    given = np.where((payments.kind == POINTS) | (payments.kind == COUPON), payments.amount, 0)
    return Baskets(
        lines=lines,
        payments=payments,
        goods=goods,
        total=total,
        gross=total - cards - _sums(payments.order, given, count),
    )


def refunds(seed: int, came: Visits, sold: Baskets, numbers: Texts, days: Calendar, place: Ints) -> Refunds:
    """A few orders paid in money alone come back, wholly or in part; some refunds name no order.

    `place` = each visit's place among the orders, -1 for a visit that did not happen after all.
    """
    rng = stream(seed, "refunds")
    wanted = rng.random(len(came)) < REFUNDED
    wholly = rng.random(len(came)) < REFUNDED_WHOLLY
    unnamed = rng.random(len(came)) < UNNAMED_REFUNDS
    later = rng.choice(REFUND_DAYS, len(came))
    second = np.minimum(came.second + rng.integers(180, 9000, len(came)), CLOSING_SECOND)
    other_second = rng.integers(OPENING_SECOND, CLOSING_SECOND, len(came))
    part = rng.uniform(0.25, 0.75, len(came))
    rows = np.flatnonzero(wanted & _paid_in_money(sold) & (came.day + later < len(days)) & (place >= 0))
    half = np.maximum((sold.gross[rows] * part[rows]).astype(np.int64) // (50 * CENT), 1) * 50 * CENT
    day = came.day[rows] + later[rows]
    at = np.where(later[rows] > 0, other_second[rows], second[rows])
    return Refunds(
        number=np.array([f"R{numbers[row]}" for row in rows], dtype=object),
        order=np.where(unnamed[rows], -1, place[rows]),
        store=came.store[rows],
        channel=came.channel[rows],
        member=came.member[rows],
        refunded_at=days.instants(day, at),
        business_date=days.dates[day],
        amount=np.where(wholly[rows], sold.gross[rows], np.minimum(half, sold.gross[rows])),
    )


def _lines(seed: int, came: Visits, bulk: Flags, days: Calendar) -> Lines:
    rng = stream(seed, "lines")
    count = len(came)
    order = np.repeat(np.arange(count), pick(rng.random(count), LINE_COUNTS) + 1)
    product = _products(rng, days.month[came.day[order]])
    quantity = pick(rng.random(len(order)), QUANTITIES) + 1
    quantity = np.where(bulk[order], quantity + rng.integers(8, 20, len(order)), quantity)
    price = np.array([product.price for product in PRODUCTS])[product] * CENT
    goods = _sums(order, quantity * price, count)

    card_orders = np.flatnonzero(
        (rng.random(count) < GIFT_CARD_ORDERS) & (came.channel != CHANNEL_CODES.index("delivery"))
    )
    card_price = rng.choice(GIFT_CARD_VALUES, len(card_orders)) * CENT
    fee = rng.choice(FEES, count) * CENT
    delivered = came.channel == CHANNEL_CODES.index("delivery")
    fee_orders = np.flatnonzero(delivered & (goods < FREE_DELIVERY_FROM * CENT))
    extra = np.concatenate([card_orders, fee_orders])
    extra_price = np.concatenate([card_price, fee[fee_orders]])
    return _sorted_lines(
        order=np.concatenate([order, extra]),
        kind=np.repeat([GOODS, GIFT_CARD, FEE], [len(order), len(card_orders), len(fee_orders)]),
        product=np.concatenate([product, np.full(len(extra), -1)]),
        quantity=np.concatenate([quantity, np.ones(len(extra), dtype=np.int64)]),
        price=np.concatenate([price, extra_price]),
    )


def _sorted_lines(*, order: Ints, kind: Ints, product: Ints, quantity: Ints, price: Ints) -> Lines:
    rows = np.argsort(order, kind="stable")
    order = order[rows]
    return Lines(
        order=order,
        kind=kind[rows],
        product=product[rows],
        quantity=quantity[rows],
        price=price[rows],
        amount=(quantity * price)[rows],
    )


def _products(rng: np.random.Generator, month: Ints) -> Ints:
    draws = rng.random(len(month))
    summer = pick(draws, np.array([product.summer for product in PRODUCTS]))
    winter = pick(draws, np.array([product.winter for product in PRODUCTS]))
    warm = (month % 12 >= SUMMER[0]) & (month % 12 <= SUMMER[1])
    return np.where(warm, summer, winter)


def _payments(seed: int, came: Visits, goods: Ints, total: Ints) -> Payments:
    """Coupons and points pay for goods only; a gift card takes what it can of the rest, money the remainder."""
    rng = stream(seed, "payments")
    count = len(came)
    member = came.member >= 0
    coupon = np.where(
        (rng.random(count) < COUPON_ORDERS) & member & (goods >= COUPON_FROM * CENT),
        rng.choice(COUPONS, count) * CENT,
        0,
    )
    points = np.where(
        (rng.random(count) < POINTS_ORDERS) & came.again & (goods >= 1000 * CENT),
        rng.integers(1, 4, count) * 100 * CENT,
        0,
    )
    rest = total - coupon - points
    card = np.where(
        (rng.random(count) < CARD_ORDERS) & member & (total < 10_000 * CENT), np.minimum(rest, 3000 * CENT), 0
    )
    parts = np.stack([rest - card, points, coupon, card], axis=1)
    order, kind = np.nonzero(parts)
    return Payments(order=order, kind=kind, amount=parts[order, kind])


def _paid_in_money(sold: Baskets) -> Flags:
    """Orders of goods and fees in which every payment is money: what comes back is then one plain amount."""
    other = np.where(sold.payments.kind != MONEY, 1, 0)
    plain = _sums(sold.payments.order, other, len(sold.total)) == 0
    return np.logical_and(plain, sold.gross == sold.total)


def _sums(order: Ints, amount: Ints, count: int) -> Ints:
    """Exact integer sums of `amount` per order."""
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, order, amount)
    return sums

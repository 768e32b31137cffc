"""The demo shop from four numbers: the same scale, seed, end date and problem always give the same shop."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

import numpy as np

from loyalty_site.demo.baskets import Baskets, baskets, refunds
from loyalty_site.demo.catalogue import CHANNEL_CODES, MEMBERS, STORES
from loyalty_site.demo.days import Calendar, calendar
from loyalty_site.demo.people import exclusions, identifiers, people
from loyalty_site.demo.shop import Ints, Lines, Orders, Payments, Shop, Texts
from loyalty_site.demo.visits import Visits, is_bulk, lost_to_problem, visits

DEFAULT_SEED: Final = 20
Part = TypeVar("Part", Lines, Payments)


@dataclass(frozen=True)
class Wish:
    """Which shop. `problem_channel` names the channel whose new buyers of late come back less; None: no problem.

    ValueError when the scale is out of 0.005 to 10 or the channel is unknown.
    """

    end: date
    scale: float = 1.0
    seed: int = DEFAULT_SEED
    problem_channel: str | None = "delivery"

    def __post_init__(self) -> None:
        if not 0.005 <= self.scale <= 10:
            raise ValueError("the scale lies between 0.005 and 10")
        if self.problem_channel is not None and self.problem_channel not in CHANNEL_CODES:
            raise ValueError(f"the problem channel is one of {', '.join(CHANNEL_CODES)} or none")


def generate(wish: Wish) -> Shop:
    """The shop's columns.

    Everything is first drawn as if there were no problem; then the returns it cost are taken out. So two shops
    that differ only in the problem share every other row.
    """
    days = calendar(wish.end)
    opened = np.array([round(store.opens * len(days)) for store in STORES])
    crowd = people(wish.seed, round(MEMBERS * wish.scale), days, opened)
    came = visits(wish.seed, crowd, days, opened)
    sold = baskets(wish.seed, came, is_bulk(crowd, came.member), days)
    numbers = _order_numbers(came, days)
    lost = lost_to_problem(wish.seed, crowd, days, wish.problem_channel)
    stays = ~(came.again & lost[came.member])
    place = np.where(stays, np.cumsum(stays) - 1, -1)
    return Shop(
        start=days.start,
        end=days.end,
        store_opened=days.dates[opened],
        members=crowd.members,
        identifiers=identifiers(wish.seed, crowd.members),
        exclusions=exclusions(wish.seed, crowd, days),
        orders=_orders(came, sold, numbers, days).take(stays),
        lines=_staying(sold.lines, place),
        payments=_staying(sold.payments, place),
        refunds=refunds(wish.seed, came, sold, numbers, days, place),
    )


def _orders(came: Visits, sold: Baskets, numbers: Texts, days: Calendar) -> Orders:
    return Orders(
        number=numbers,
        store=came.store,
        channel=came.channel,
        member=came.member,
        ordered_at=days.instants(came.day, came.second),
        business_date=days.dates[came.day],
        total=sold.total,
        gross=sold.gross,
    )


def _order_numbers(came: Visits, days: Calendar) -> Texts:
    """Store, day and running number of the day there: S01-241203-0017."""
    cell = came.day * len(STORES) + came.store
    rows = np.argsort(cell, kind="stable")
    running = np.empty(len(cell), dtype=np.int64)
    running[rows] = np.arange(len(cell)) - np.searchsorted(cell[rows], cell[rows], side="left") + 1
    stamps = [day.strftime("%y%m%d") for day in days.dates.astype(object)]
    codes = [store.code for store in STORES]
    triples = zip(came.store.tolist(), came.day.tolist(), running.tolist(), strict=True)
    return np.array([f"{codes[store]}-{stamps[day]}-{number:04d}" for store, day, number in triples], dtype=object)


def _staying(table: Part, place: Ints) -> Part:
    """The rows of orders that stay, pointing at the orders' new places."""
    staying = table.take(place[table.order] >= 0)
    return replace(staying, order=place[staying.order])

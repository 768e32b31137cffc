"""Who came when: one row per order, before anybody looks into the basket."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from loyalty_site.demo.catalogue import CHANNEL_CODES, CHANNELS, GUEST_CHANNELS
from loyalty_site.demo.days import CLOSING_SECOND, Calendar, even_draws, opening_seconds, pick, stream
from loyalty_site.demo.people import LOYAL, PASSING, RESELLER, People, pick_store
from loyalty_site.demo.shop import Flags, Ints, Table

GUEST_SHARE: Final = 0.12
SAME_STORE: Final = 0.8
SECOND_RECEIPT: Final = 0.015
STAYS_WITH_PROBLEM: Final = 0.68  # of those who would have come back


@dataclass(frozen=True)
class Visits(Table):
    """`again` = a return of a member; `day` from the start, `second` after midnight of the store's day."""

    member: Ints
    store: Ints
    channel: Ints
    day: Ints
    second: Ints
    again: Flags


def visits(seed: int, crowd: People, days: Calendar, opened: Ints) -> Visits:
    """All visits in the order of time, as they would be without any problem."""
    firsts = _first_visits(crowd)
    returns = _returns(seed, crowd, days, opened)
    known = _join(firsts, returns)
    every = _join(known, _second_receipts(seed, known), _guests(seed, len(known), days, opened))
    return every.take(np.lexsort((every.member, every.second, every.day)))


def lost_to_problem(seed: int, crowd: People, days: Calendar, channel: str | None) -> Flags:
    """Members whom the problem keeps from ever coming back; even over months, so that its size is as planned."""
    if channel is None:
        return np.zeros(len(crowd.kind), dtype=bool)
    members = crowd.members
    strata = days.month[members.first_day] * 3 + crowd.kind
    leaves = even_draws(stream(seed, "problem"), strata) >= STAYS_WITH_PROBLEM
    met = (members.channel == CHANNEL_CODES.index(channel)) & (members.first_day >= days.problem_day)
    return leaves & met & (crowd.kind != PASSING) & (crowd.special < 0)


def _first_visits(crowd: People) -> Visits:
    rows = np.flatnonzero(crowd.buys)
    return Visits(
        member=rows,
        store=crowd.store[rows],
        channel=crowd.members.channel[rows],
        day=crowd.members.first_day[rows],
        second=crowd.joined_second[rows],
        again=np.zeros(len(rows), dtype=bool),
    )


def _returns(seed: int, crowd: People, days: Calendar, opened: Ints) -> Visits:
    """A Poisson number of returns after the first day, on days drawn by how busy they are."""
    rng = stream(seed, "returns")
    loyal = crowd.kind == LOYAL
    mood = np.where(loyal, 0, 1)
    passed = np.stack([np.cumsum(days.regular), np.cumsum(days.steady)])
    before, until = passed[mood, crowd.members.first_day], passed[mood, crowd.last_day]
    number = rng.poisson(np.where(crowd.buys, crowd.rate * (until - before), 0.0))
    member = np.repeat(np.arange(len(number)), number)
    at = before[member] + (until - before)[member] * rng.random(len(member))
    day = np.where(loyal[member], np.searchsorted(passed[0], at), np.searchsorted(passed[1], at))
    day = np.clip(day, crowd.members.first_day[member] + 1, crowd.last_day[member])
    elsewhere = pick_store(rng, day, opened)
    return Visits(
        member=member,
        store=np.where(rng.random(len(member)) < SAME_STORE, crowd.store[member], elsewhere),
        channel=_later_channel(rng, crowd.members.channel[member]),
        day=day,
        second=opening_seconds(rng, len(member)),
        again=np.ones(len(member), dtype=bool),
    )


def _later_channel(rng: np.random.Generator, first: Ints) -> Ints:
    shares = np.array([[channel.later.get(code, 0.0) for code in CHANNEL_CODES] for channel in CHANNELS])
    return (rng.random(len(first))[:, None] >= np.cumsum(shares, axis=1)[first]).sum(axis=1).astype(np.int64)


def _second_receipts(seed: int, known: Visits) -> Visits:
    """Another order within the hour: two receipts, one occasion."""
    rng = stream(seed, "second receipts")
    extra = known.take(np.flatnonzero(rng.random(len(known)) < SECOND_RECEIPT))
    second = np.minimum(extra.second + rng.integers(120, 2400, len(extra)), CLOSING_SECOND)
    return Visits(extra.member, extra.store, extra.channel, extra.day, second, extra.again)


def _guests(seed: int, members_orders: int, days: Calendar, opened: Ints) -> Visits:
    rng = stream(seed, "guests")
    count = round(members_orders * GUEST_SHARE / (1 - GUEST_SHARE))
    day = pick(rng.random(count), days.growth(0.3, 1.7))
    codes = np.array([CHANNEL_CODES.index(code) for code in GUEST_CHANNELS])
    return Visits(
        member=np.full(count, -1),
        store=pick_store(rng, day, opened),
        channel=codes[pick(rng.random(count), np.array(list(GUEST_CHANNELS.values())))],
        day=day,
        second=opening_seconds(rng, count),
        again=np.zeros(count, dtype=bool),
    )


def _join(*parts: Visits) -> Visits:
    names = ("member", "store", "channel", "day", "second", "again")
    return Visits(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def is_bulk(crowd: People, member: Ints) -> Flags:
    """Whether the buyer is a reseller, who carries home many cups; guests are not."""
    return np.logical_and(member >= 0, crowd.special[member] == RESELLER)

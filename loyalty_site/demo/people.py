"""The demo's members: when and where they first bought, how they behave, what they are called."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from loyalty_site.demo.catalogue import (
    CHANNELS,
    GIVEN_NAMES,
    MAIL_DOMAIN,
    PHONE_PREFIXES,
    STORES,
    SURNAMES,
)
from loyalty_site.demo.days import OPENING_SECOND, Calendar, even_draws, opening_seconds, pick, stream
from loyalty_site.demo.shop import Exclusions, Flags, Floats, Identifiers, Ints, Members, Texts

LOYAL, TRYING, PASSING = range(3)  # come for years; for a few weeks; once, and by chance again
LOYAL_SHARE: Final = 0.255
TRYING_SHARE: Final = 0.28
MONTH: Final = 30.44  # days
NEVER_BOUGHT: Final = 0.015
STAFF, TEST, RESELLER = range(3)
SPECIAL_SHARES: Final = (24 / 48_000, 6 / 48_000, 3 / 48_000)
PHONES_PER_PREFIX: Final = 100_000


@dataclass(frozen=True)
class People:
    """Members, and what the visits need to know of them. `special` counts into EXCLUSION_REASONS, -1 for customers;
    `rate` = visits a day, `last_day` = after which they come no more, `joined_second` = second of the first visit."""

    members: Members
    buys: Flags
    kind: Ints
    special: Ints
    store: Ints
    rate: Floats
    last_day: Ints
    joined_second: Ints


def people(seed: int, count: int, days: Calendar, opened: Ints) -> People:
    """`count` members spread over the calendar; `opened` = day number on which each store opened."""
    arrivals = stream(seed, "arrivals")
    first_day = pick(even_draws(arrivals, np.zeros(count, np.int64)), days.growth(0.78, 1.22))
    first_day.sort()
    channel = pick(even_draws(arrivals, days.month[first_day]), np.array([channel.share for channel in CHANNELS]))
    store = pick_store(arrivals, first_day, opened)
    second = opening_seconds(arrivals, count)
    kind, rate, last_day = _habits(seed, days, first_day, channel)
    special = _special(seed, count)
    rate = np.where(special >= 0, np.array([12.0, 2.0, 8.0])[special] / MONTH, rate)
    return People(
        members=Members(
            number=np.array([f"QH{row:06d}" for row in range(1, count + 1)], dtype=object),
            name=_names(stream(seed, "names"), count),
            joined_at=days.instants(first_day, np.maximum(second - arrivals.integers(30, 300, count), OPENING_SECOND)),
            joined_on=days.dates[first_day],
            # Who ordered at the door of no store in particular has no home store yet.
            home_store=np.where((channel == 2) & (arrivals.random(count) < 0.4), -1, store),
            channel=channel,
            first_day=first_day,
        ),
        buys=(stream(seed, "never bought").random(count) >= NEVER_BOUGHT) | (special >= 0),
        kind=np.where(special >= 0, LOYAL, kind),
        special=special,
        store=store,
        rate=rate,
        last_day=np.where(special >= 0, len(days) - 1, last_day),
        joined_second=second,
    )


def pick_store(rng: np.random.Generator, day: Ints, opened: Ints) -> Ints:
    """One of the stores open on each day, by size."""
    weights = np.array([store.weight for store in STORES])
    open_weights = np.where(opened[None, :] <= np.arange(day.max(initial=0) + 1)[:, None], weights, 0.0)
    shares = np.cumsum(open_weights, axis=1) / open_weights.sum(axis=1, keepdims=True)
    return (rng.random(len(day))[:, None] >= shares[day]).sum(axis=1).astype(np.int64)


def identifiers(seed: int, members: Members) -> Identifiers:
    """Phones (most have one, some several), e-mails, cards and marketplace accounts; everybody has something."""
    rng = stream(seed, "identifiers")
    count = len(members)
    everyone = np.arange(count)
    account = rng.random(count) < np.where(members.channel == 2, 0.75, 0.05)
    phone = ~account | (rng.random(count) < 0.85)
    several = phone & (rng.random(count) < 0.03)
    owners = np.concatenate([everyone[phone], everyone[several], everyone[several][::12]])
    mail = rng.random(count) < 0.12
    card = rng.random(count) < 0.2
    surname = _surname_rows(stream(seed, "names"), count)
    # A walk that meets every number once: 10 prefixes of 100,000 numbers.
    numbers = (np.arange(len(owners)) * 387_427 + int(rng.integers(0, 999_999))) % (
        PHONES_PER_PREFIX * len(PHONE_PREFIXES)
    )
    values: list[tuple[Ints, list[str]]] = [
        (owners, [_phone(int(number)) for number in numbers]),
        (everyone[mail], [f"{SURNAMES[surname[row]][1]}.{row:05d}@{MAIL_DOMAIN}" for row in everyone[mail]]),
        (everyone[card], [f"6800{row * 7919 % 10_000_000:08d}" for row in everyone[card]]),
        (everyone[account], [f"wm{row * 104_729 % 1_000_000_007:010d}" for row in everyone[account]]),
    ]
    return Identifiers(
        member=np.concatenate([rows for rows, _ in values]),
        kind=np.repeat(np.arange(len(values)), [len(rows) for rows, _ in values]),
        value=np.array([text for _, texts in values for text in texts], dtype=object),
    )


def exclusions(seed: int, crowd: People, days: Calendar) -> Exclusions:
    """Staff (a third have left since), test accounts and resellers, from the day they joined."""
    rng = stream(seed, "exclusions")
    rows = np.flatnonzero(crowd.special >= 0)
    joined = crowd.members.first_day[rows]
    left = (crowd.special[rows] == STAFF) & (rng.random(len(rows)) < 1 / 3)
    leaves = joined + ((len(days) - 1 - joined) * rng.uniform(0.4, 0.9, len(rows))).astype(np.int64)
    end = np.where(left, days.dates[leaves], np.datetime64("NaT", "D"))
    return Exclusions(member=rows, reason=crowd.special[rows], start=days.dates[joined], end=end)


def _habits(seed: int, days: Calendar, first_day: Ints, channel: Ints) -> tuple[Ints, Floats, Ints]:
    """Kind, visits a day and last day of each member."""
    rng = stream(seed, "habits")
    count = len(first_day)
    pull = np.array([channel.pull for channel in CHANNELS])[channel]
    draw = even_draws(rng, days.month[first_day] * len(CHANNELS) + channel)
    kind = np.where(
        draw < LOYAL_SHARE * pull, LOYAL, np.where(draw < (LOYAL_SHARE + TRYING_SHARE) * pull, TRYING, PASSING)
    )
    a_month = np.choose(kind, [rng.gamma(6.0, 2.25 / 6, count), rng.gamma(4.0, 1.35 / 4, count), np.full(count, 0.012)])
    stays = np.choose(kind, [rng.exponential(60.0, count), rng.exponential(1.5, count), np.full(count, 99.0)])
    last_day = np.minimum(first_day + (stays * MONTH).astype(np.int64), len(days) - 1)
    return kind, a_month / MONTH, last_day


def _special(seed: int, count: int) -> Ints:
    """A few staff, test and reseller members among the first half; at least one of each."""
    rng = stream(seed, "special")
    sizes = [max(1, round(share * count)) for share in SPECIAL_SHARES]
    special = np.full(count, -1)
    special[rng.choice(max(count // 2, sum(sizes)), sum(sizes), replace=False)] = np.repeat(np.arange(3), sizes)
    return special


def _surname_rows(rng: np.random.Generator, count: int) -> Ints:
    return pick(rng.random(count), np.array([float(weight) for _, _, weight in SURNAMES]))


def _names(rng: np.random.Generator, count: int) -> Texts:
    surname = np.array([text for text, _, _ in SURNAMES], dtype=object)[_surname_rows(rng, count)]
    given = np.array(GIVEN_NAMES, dtype=object)[rng.integers(0, len(GIVEN_NAMES), count)]
    return surname + given


def _phone(number: int) -> str:
    return f"+86{PHONE_PREFIXES[number // PHONES_PER_PREFIX]}000{number % PHONES_PER_PREFIX:05d}"

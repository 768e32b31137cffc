"""The shop's calendar: which days are busy, which hours, and how draws are made from them.

A day is its number from the start of the demo; weights are relative.
"""

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from loyalty_site.demo.catalogue import MONTHS
from loyalty_site.demo.shop import Floats, Ints, Times

WEEKDAYS: Final = np.array([0.88, 0.90, 0.93, 0.96, 1.08, 1.27, 1.18])  # from Monday
SEASONS: Final = np.array([0.90, 0.86, 0.95, 1.0, 1.06, 1.10, 1.16, 1.15, 1.05, 1.02, 0.96, 0.93])
HOURS: Final = np.array([2.5, 3.0, 4.0, 6.0, 10.0, 9.5, 8.5, 10.0, 8.5, 6.5, 7.5, 9.0, 8.0, 5.0])  # 08:00-22:00
OPENING_SECOND: Final = 8 * 3600
CLOSING_SECOND: Final = 22 * 3600 - 1
SHANGHAI: Final = 8 * 3600  # seconds ahead of UTC, all year
# First days of the lunar years: the week is quiet, shops keep short hours and the town empties.
SPRING_FESTIVALS: Final = tuple(
    date.fromisoformat(day)
    for day in ("2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13")
)
FULL_MONTHS_WITH_PROBLEM: Final = 6


def stream(seed: int, concern: str) -> np.random.Generator:
    """A generator of its own for each concern, so that a change in one leaves the draws of the others alone."""
    return np.random.default_rng([seed, zlib.crc32(concern.encode())])


def even_draws(rng: np.random.Generator, strata: Ints) -> Floats:
    """Numbers in [0, 1) spread evenly over each stratum, in random order: shares come out as planned."""
    order = np.lexsort((rng.random(len(strata)), strata))
    ordered = strata[order]
    first = np.searchsorted(ordered, ordered, side="left")
    size = np.searchsorted(ordered, ordered, side="right") - first
    draws = np.empty(len(strata))
    draws[order] = (np.arange(len(strata)) - first + rng.random(len(strata))) / size
    return draws


def pick(draws: Floats, weights: Floats) -> Ints:
    """The index whose share of `weights` each draw in [0, 1) falls into."""
    shares = np.cumsum(weights) / np.sum(weights)
    return np.searchsorted(shares[:-1], draws, side="right").astype(np.int64)


@dataclass(frozen=True)
class Calendar:
    """Per day: date, month since 1970, and weights of mean 1: `busy` for newcomers and guests, `regular` for those
    who come for years, `steady` for the rest. `problem_day` = the day on which the planted problem begins."""

    start: date
    end: date
    dates: Times
    month: Ints
    busy: Floats
    regular: Floats
    steady: Floats
    problem_day: int

    def __len__(self) -> int:
        return len(self.dates)

    def growth(self, first: float, last: float) -> Floats:
        """Busy weights that grow steadily from `first` to `last`."""
        return self.busy * np.linspace(first, last, len(self))

    def instants(self, days: Ints, seconds: Ints) -> Times:
        """UTC instants of seconds after midnight of the stores' days."""
        return self.dates[days].astype("datetime64[s]") + (seconds - SHANGHAI).astype("timedelta64[s]")


def calendar(end: date) -> Calendar:
    """The 24 calendar months that end with the month of `end`, up to that day."""
    last_month = end.year * 12 + end.month - 1
    start = _first_of(last_month - MONTHS + 1)
    dates = np.arange(np.datetime64(start, "D"), np.datetime64(end, "D") + 1)
    month = dates.astype("datetime64[M]").astype(np.int64)
    weekday = WEEKDAYS[(dates.astype(np.int64) + 3) % 7]  # 1970-01-01 was a Thursday
    season, holidays = SEASONS[month % 12], _holidays(dates)
    last_full = last_month if (end + timedelta(days=1)).day == 1 else last_month - 1
    problem_start = _first_of(last_full - FULL_MONTHS_WITH_PROBLEM + 1)
    return Calendar(
        start=start,
        end=end,
        dates=dates,
        month=month,
        busy=_mean_one(weekday * season * holidays),
        # Regulars mind the season less and the others hardly: else every winter would look like a problem.
        regular=_mean_one(weekday * (season * holidays) ** 0.6),
        steady=_mean_one(weekday * season**0.2),
        problem_day=(problem_start - start).days,
    )


def opening_seconds(rng: np.random.Generator, count: int) -> Ints:
    """Seconds after midnight with the day's rhythm, within opening hours."""
    hours = pick(rng.random(count), HOURS) + 8
    return hours * 3600 + rng.integers(0, 3600, count)


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _mean_one(weights: Floats) -> Floats:
    return weights / weights.mean()


def _holidays(dates: Times) -> Floats:
    factor = np.ones(len(dates))
    for festival in SPRING_FESTIVALS:
        since = (dates - np.datetime64(festival, "D")).astype(np.int64)
        factor[(since >= -2) & (since <= 5)] = 0.55
    day_of_year = (dates - dates.astype("datetime64[Y]")).astype(np.int64)
    october = dates.astype("datetime64[M]").astype(np.int64) % 12 == 9
    day_of_month = (dates - dates.astype("datetime64[M]")).astype(np.int64)
    factor[october & (day_of_month < 7)] = 1.15
    factor[day_of_year == 0] = 1.1
    return factor

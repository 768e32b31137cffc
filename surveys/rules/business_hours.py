"""Time as a store counts it: several intervals a day, no time on holidays, in the store's zone. Pure.

Instants are aware. What an interval lasts is counted in real time, so a night on which clocks are changed is right.
"""

import datetime as dt
import itertools
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

Interval = tuple[dt.time, dt.time]  # from, to; "to" 00:00 is the end of the day
DAY = dt.timedelta(days=1)
HORIZON = 3_660  # days after which a calendar is taken for one that never opens again
ROUND_THE_CLOCK: Mapping[int, tuple[Interval, ...]] = {day: ((dt.time(0), dt.time(0)),) for day in range(7)}


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a store answers. `hours`: weekday (0 is Monday) -> its intervals, in order and apart from each other."""

    zone: str
    hours: Mapping[int, tuple[Interval, ...]] = field(default_factory=lambda: ROUND_THE_CLOCK)
    holidays: frozenset[dt.date] = frozenset()


def seconds_between(calendar: Calendar, start: dt.datetime, end: dt.datetime) -> int:
    """Open seconds from `start` to `end`; 0 when `end` is not after it."""
    return sum(
        max(0, int((min(closes, end) - max(opens, start)).total_seconds()))
        for opens, closes in _open(calendar, start, (end - start).days + 2)
        if opens < end and closes > start
    )


def minutes_between(calendar: Calendar, start: dt.datetime, end: dt.datetime) -> int:
    """Whole open minutes from `start` to `end`."""
    return seconds_between(calendar, start, end) // 60


def minutes_of(calendar: Calendar, spans: Sequence[tuple[dt.datetime, dt.datetime]]) -> list[int]:
    """Whole open minutes of each span. The calendar is walked once, however many there are."""
    if not spans:
        return []
    start, end = min(begins for begins, _ends in spans), max(ends for _begins, ends in spans)
    intervals = [(opens, closes) for opens, closes in _open(calendar, start, (end - start).days + 2) if closes > opens]
    starts = [opens for opens, _closes in intervals]
    before = list(itertools.accumulate((closes - opens for opens, closes in intervals), initial=dt.timedelta()))

    def passed(at: dt.datetime) -> dt.timedelta:
        place = bisect_right(starts, at) - 1
        return before[place] + min(at, intervals[place][1]) - starts[place] if place >= 0 else dt.timedelta()

    return [max(0, int((passed(ends) - passed(begins)).total_seconds()) // 60) for begins, ends in spans]


def add_minutes(calendar: Calendar, start: dt.datetime, minutes: int) -> dt.datetime | None:
    """The instant at which so many open minutes have passed since `start`; None for a store that never opens again."""
    left = dt.timedelta(minutes=minutes)
    for opens, closes in _open(calendar, start, HORIZON):
        begins = max(opens, start)
        if closes <= begins:
            continue
        if closes - begins >= left:
            return begins + left
        left -= closes - begins
    return None


def _open(calendar: Calendar, start: dt.datetime, days: int) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The open intervals as instants, from the day before `start` on, for so many days."""
    zone = ZoneInfo(calendar.zone)
    first = start.astimezone(zone).date() - DAY
    for number in range(max(days, 1) + 2):
        day = first + number * DAY
        if day in calendar.holidays:
            continue
        for opens, closes in calendar.hours.get(day.weekday(), ()):
            last = day + DAY if closes == dt.time(0) else day
            yield (
                dt.datetime.combine(day, opens, zone).astimezone(dt.UTC),
                dt.datetime.combine(last, closes, zone).astimezone(dt.UTC),
            )


def overlap(intervals: list[Interval]) -> bool:
    """Whether two intervals of a day share time, or one ends before it begins."""
    ends = [(opens, closes if closes != dt.time(0) else dt.time.max) for opens, closes in sorted(intervals)]
    backwards = any(closes <= opens for opens, closes in ends)
    return backwards or any(after[0] < before[1] for before, after in itertools.pairwise(ends))

"""Which tier a person reaches and keeps: dated facts in, times in tiers out.

A tier follows from what was bought and earned, never from a balance. The same facts always give the same times, in
however many nights they are worked out. Amounts are integers of ten-thousandths; days are business dates.
"""

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

DAY = dt.timedelta(days=1)


class Window(StrEnum):
    ROLLING = "rolling"
    CALENDAR = "calendar"
    LIFETIME = "lifetime"


class Down(StrEnum):
    ONE = "one"
    EARNED = "earned"


class Reason(StrEnum):
    RAISED = "raised"
    KEPT = "kept"
    LOWERED = "lowered"
    GRANTED = "granted"
    GRANT_ENDED = "grant_ended"


class Measures(NamedTuple):
    """What counts in a window: spend net of refunds, valid orders, points earned."""

    spend: int = 0
    orders: int = 0
    points: int = 0


NOTHING = Measures()


class Fact(NamedTuple):
    """Something that counts, known from `day` on, for the day `counts_on`: a refund counts for that of its order."""

    day: dt.date
    counts_on: dt.date
    spend: int = 0
    orders: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """What a tier takes; what is None is not asked for. One that asks for nothing is met by nobody."""

    rank: int
    spend: int | None = None
    orders: int | None = None
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """One version: in force from `first_day` on. `months`: of the rolling window, and of the time a tier is kept."""

    first_day: dt.date
    conditions: Sequence[Condition]
    window: Window = Window.ROLLING
    months: int = 12
    any_condition: bool = True
    down: Down = Down.EARNED
    grace_days: int = 0
    key: int = 0  # names the version


@dataclass(frozen=True, slots=True)
class Stay:
    """A time in a tier from `starts_on`, kept for sure up to and with `kept_until` (None: for good)."""

    rank: int
    starts_on: dt.date
    kept_until: dt.date | None
    reason: Reason
    is_special: bool = False  # granted by hand
    found: Measures = NOTHING
    rules: int = 0  # the key of the version that it was decided by


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; where that month is too short, its last day (31 Jan + 1 = 28 or 29 Feb)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year < dt.MINYEAR:
        return dt.date.min
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def window_start(rules: Rules, day: dt.date) -> dt.date:
    """The first day that counts for a look on `day`, which counts itself."""
    if rules.window == Window.LIFETIME:
        return dt.date.min
    if rules.window == Window.CALENDAR:
        return day.replace(month=1, day=1)
    return add_months(day, -rules.months) + DAY


def period_end(rules: Rules, start: dt.date) -> dt.date:
    """The last day for which a tier that begins on `start` is kept for sure."""
    if rules.window == Window.CALENDAR:
        return start.replace(month=12, day=31)
    return add_months(start, rules.months) - DAY


def period(stay: Stay, rules: Rules) -> tuple[dt.date, dt.date]:
    """The first day that counts towards keeping a tier for another period, and the last, without the grace.

    In a rolling period what raised somebody on its first day is used up: it does not keep the tier as well.
    """
    ended = _after(stay) - DAY
    is_own = rules.window == Window.ROLLING and period_end(rules, stay.starts_on) == ended
    first = stay.starts_on + DAY if is_own and stay.reason == Reason.RAISED else window_start(rules, ended)
    return first, ended


def measure(facts: Iterable[Fact], first: dt.date, last: dt.date) -> Measures:
    """What counts from `first` to `last`, as known on `last`."""
    counting = [fact for fact in facts if first <= fact.counts_on and fact.day <= last]
    return Measures(
        sum(fact.spend for fact in counting),
        sum(fact.orders for fact in counting),
        sum(fact.points for fact in counting),
    )


def is_met(condition: Condition, have: Measures, *, any_condition: bool) -> bool:
    """Whether one (or else all) of what is asked for is there."""
    asked = [(condition.spend, have.spend), (condition.orders, have.orders), (condition.points, have.points)]
    said = [there >= needed for needed, there in asked if needed is not None]
    return any(said) if any_condition else bool(said) and all(said)


def earned(rules: Rules, have: Measures, base: int) -> int:
    """The rank that the measures earn: the highest whose condition is met, else that of the lowest tier."""
    met = [one.rank for one in rules.conditions if is_met(one, have, any_condition=rules.any_condition)]
    return max(met, default=base)


def below(rules: Rules, rank: int, base: int) -> int:
    """The next lower rank of these rules."""
    return max((one.rank for one in rules.conditions if one.rank < rank), default=base)


def rules_on(versions: Sequence[Rules], day: dt.date) -> Rules | None:
    """The version in force on a day, of versions by their first day."""
    return max((one for one in versions if one.first_day <= day), key=lambda one: one.first_day, default=None)


def replay(
    facts: Sequence[Fact], versions: Sequence[Rules], until: dt.date, *, base: int, stay: Stay | None = None
) -> list[Stay]:
    """The times that begin after the open one (None: the lowest tier since ever), until a day; the last one is open.

    Up on the very day that a tier is reached; at the end of a period it is kept, or after the grace lost. What was
    decided before stands. Being told of the same facts again, or later for several days at once, changes nothing.
    """
    if not versions:
        return []
    course = _Course(facts, versions, base, [stay] if stay else [])
    begin = min(one.first_day for one in versions)
    begin = max(begin, stay.starts_on) if stay else begin
    days = {fact.day for fact in facts} | {one.first_day for one in versions} | {until, begin}
    for day in sorted(day for day in days if begin <= day <= until):
        course.settle(day)
        course.rise(day)
    return course.stays[1:] if stay else course.stays


@dataclass(slots=True)
class _Course:
    facts: Sequence[Fact]
    versions: Sequence[Rules]
    base: int
    stays: list[Stay] = field(default_factory=list)

    def rise(self, day: dt.date) -> None:
        """Up at once, unless a special tier holds."""
        rules, now = rules_on(self.versions, day), self._now()
        if rules is None or (now and now.is_special):
            return
        have = measure(self.facts, window_start(rules, day), day)
        rank = earned(rules, have, self.base)
        if rank > (now.rank if now else self.base):
            self._begin(rank, day, Reason.RAISED, rules, have)

    def settle(self, day: dt.date) -> None:
        """Decide about every period that is over before `day`."""
        while (now := self._now()) and now.kept_until and now.kept_until < day:
            rules = rules_on(self.versions, now.kept_until + DAY)
            if rules is None:
                return
            if now.is_special:
                self._end_grant(now, rules)
            elif not (self._keep(now, rules, day) or self._lower(now, rules, day)):
                return  # in the days of grace

    def _end_grant(self, now: Stay, rules: Rules) -> None:
        begins = _after(now)
        have = measure(self.facts, window_start(rules, begins), begins)
        self._begin(earned(rules, have, self.base), begins, Reason.GRANT_ENDED, rules, have)

    def _keep(self, now: Stay, rules: Rules, day: dt.date) -> bool:
        """Another period, when the one that is over earned the tier; what is bought in the days of grace counts too."""
        first, ended = period(now, rules)
        last = min(day, ended + rules.grace_days * DAY)
        looks = {ended} | {fact.day for fact in self.facts if ended < fact.day <= last}
        for look in sorted(looks):
            have = measure(self.facts, first, look)
            if earned(rules, have, self.base) >= now.rank:
                self._begin(now.rank, _after(now), Reason.KEPT, rules, have)
                return True
        return False

    def _lower(self, now: Stay, rules: Rules, day: dt.date) -> bool:
        first, ended = period(now, rules)
        last = ended + rules.grace_days * DAY
        if day <= last:
            return False
        have = measure(self.facts, first, last)
        rank = earned(rules, have, self.base)
        if rules.down == Down.ONE:
            rank = max(rank, below(rules, now.rank, self.base))
        self._begin(rank, last + DAY, Reason.LOWERED, rules, have)
        return True

    def _begin(self, rank: int, day: dt.date, reason: Reason, rules: Rules, have: Measures) -> None:
        kept_until = None if rank == self.base else period_end(rules, day)
        self.stays.append(Stay(rank, day, kept_until, reason, found=have, rules=rules.key))

    def _now(self) -> Stay | None:
        return self.stays[-1] if self.stays else None


def _after(stay: Stay) -> dt.date:
    """The day after the last for which it is kept."""
    assert stay.kept_until is not None  # noqa: S101 - asked for stays that end only
    return stay.kept_until + DAY


def projected(facts: Sequence[Fact], versions: Sequence[Rules], *, base: int, stay: Stay | None, today: dt.date) -> int:
    """The rank after the present period and its grace, if nothing more were bought."""
    if stay is None or stay.kept_until is None:
        return stay.rank if stay else base
    rules = rules_on(versions, stay.kept_until + DAY)
    over = stay.kept_until + (rules.grace_days if rules else 0) * DAY + DAY
    coming = replay(facts, versions, max(over, today), base=base, stay=stay)
    return coming[-1].rank if coming else stay.rank


def missing(condition: Condition, have: Measures) -> Condition:
    """What of a condition is not there yet; None where it is not asked for."""

    def gap(needed: int | None, there: int) -> int | None:
        return None if needed is None else max(needed - there, 0)

    return replace(
        condition,
        spend=gap(condition.spend, have.spend),
        orders=gap(condition.orders, have.orders),
        points=gap(condition.points, have.points),
    )

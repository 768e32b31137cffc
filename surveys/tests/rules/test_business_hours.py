"""Time as a store counts it, against days worked out by hand and against a count minute by minute."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.business_hours import (
    Calendar,
    add_minutes,
    minutes_between,
    minutes_of,
    overlap,
    seconds_between,
)

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
MORNING, AFTERNOON = (dt.time(9), dt.time(12)), (dt.time(13, 30), dt.time(18))
WEEKDAYS = Calendar("Asia/Shanghai", dict.fromkeys(range(5), (MORNING, AFTERNOON)), frozenset({dt.date(2026, 10, 1)}))


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def test_lunch_does_not_count() -> None:
    assert minutes_between(WEEKDAYS, at(25, 11, 30), at(25, 14)) == 60


def test_a_weekend_does_not_count() -> None:
    friday, monday = at(27, 17), at(30, 10)
    assert minutes_between(WEEKDAYS, friday, monday) == 120
    assert add_minutes(WEEKDAYS, friday, 120) == monday


def test_a_holiday_does_not_count() -> None:
    before = dt.datetime(2026, 9, 30, 17, 30, tzinfo=SHANGHAI)
    assert add_minutes(WEEKDAYS, before, 60) == dt.datetime(2026, 10, 2, 9, 30, tzinfo=SHANGHAI)


def test_outside_the_hours_the_clock_begins_with_the_next_opening() -> None:
    assert add_minutes(WEEKDAYS, at(28, 3), 30) == at(30, 9, 30)
    assert minutes_between(WEEKDAYS, at(28, 3), at(29, 23)) == 0


def test_a_store_that_never_opens_has_no_due_time() -> None:
    assert add_minutes(Calendar("Asia/Shanghai", {}), at(25, 9), 1) is None


def test_the_night_on_which_clocks_go_forward_is_an_hour_shorter() -> None:
    day = dt.datetime(2026, 3, 29, tzinfo=BERLIN)
    assert minutes_between(Calendar("Europe/Berlin"), day, day + dt.timedelta(days=1)) == 23 * 60


def test_the_night_on_which_clocks_go_back_is_an_hour_longer() -> None:
    day = dt.datetime(2026, 10, 25, tzinfo=BERLIN)
    assert minutes_between(Calendar("Europe/Berlin"), day, day + dt.timedelta(days=1)) == 25 * 60


def test_intervals_that_share_time_are_told() -> None:
    assert not overlap([AFTERNOON, MORNING])
    assert overlap([MORNING, (dt.time(11), dt.time(14))])
    assert overlap([(dt.time(18), dt.time(9))])
    assert not overlap([(dt.time(18), dt.time(0))])


YEAR = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
instants = st.integers(0, 334 * 24 * 60).map(lambda minutes: YEAR + dt.timedelta(minutes=minutes))


@given(instants, st.integers(0, 5_000))
def test_adding_minutes_is_the_way_back_of_counting_them(start: dt.datetime, minutes: int) -> None:
    for calendar in (WEEKDAYS, Calendar("Europe/Berlin", {6: ((dt.time(1), dt.time(4)),), 2: (MORNING,)})):
        end = add_minutes(calendar, start, minutes)
        assert end is not None
        assert minutes_between(calendar, start, end) == minutes


@given(instants, st.integers(0, 3_000))
def test_counting_is_what_a_count_minute_by_minute_gives(start: dt.datetime, minutes: int) -> None:
    end = start + dt.timedelta(minutes=minutes)
    counted = 0
    for number in range(minutes):
        local = (start + dt.timedelta(minutes=number)).astimezone(SHANGHAI)
        hours = WEEKDAYS.hours.get(local.weekday(), ()) if local.date() not in WEEKDAYS.holidays else ()
        counted += any(opens <= local.time() < closes for opens, closes in hours)
    assert seconds_between(WEEKDAYS, start, end) == 60 * counted


@given(instants, instants, instants)
def test_two_stretches_in_a_row_are_one(first: dt.datetime, second: dt.datetime, third: dt.datetime) -> None:
    one, two, three = sorted([first, second, third])
    whole = seconds_between(WEEKDAYS, one, three)
    assert whole == seconds_between(WEEKDAYS, one, two) + seconds_between(WEEKDAYS, two, three)


@given(st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 40_000)), max_size=6))
def test_many_spans_at_once_are_each_as_alone(spans: list[tuple[int, int]]) -> None:
    start = dt.datetime(2026, 9, 20, tzinfo=dt.UTC)
    instants = [(start + dt.timedelta(minutes=one), start + dt.timedelta(minutes=two)) for one, two in spans]
    for calendar in (WEEKDAYS, Calendar("Europe/Berlin"), Calendar("Asia/Shanghai", {})):
        assert minutes_of(calendar, instants) == [minutes_between(calendar, one, two) for one, two in instants]

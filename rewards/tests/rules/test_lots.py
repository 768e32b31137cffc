"""Which lots points come from and go back to, and when a day is over."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.rules import lots
from rewards.rules.lots import Held, Move

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ZONES = ["Asia/Shanghai", "Asia/Kathmandu", "America/New_York", "Pacific/Apia", "America/Havana", "Asia/Beirut", "UTC"]


def lot(number: int, remaining: int, days: int | None) -> Held:
    until = None if days is None else NOON + dt.timedelta(days=days)
    return Held(number, number, 1, remaining, pending=False, available_at=NOON, expires_at=until)


def test_what_expires_first_is_spent_first_and_what_never_expires_last() -> None:
    found = lots.soonest_first([lot(1, 10, None), lot(2, 10, 30), lot(3, 10, 5), lot(4, 10, 5)])
    assert [each.id for each in found] == [3, 4, 2, 1]


def test_points_are_taken_lot_after_lot() -> None:
    assert lots.take([lot(1, 30, 5), lot(2, 0, 6), lot(3, 50, 7)], 40) == [Move(1, 1, -30), Move(1, 3, -10)]


def test_spent_points_go_back_to_the_longest_lived_first() -> None:
    taken = [Move(1, 1, -30), Move(1, 2, -50)]
    assert lots.give_back(taken, {}, 60) == [Move(1, 2, 50), Move(1, 1, 10)]
    assert lots.give_back(taken, {2: 50, 1: 10}, 20) == [Move(1, 1, 20)]


@given(st.lists(st.integers(0, 10**6), max_size=6), st.integers(1, 10**7), st.data())
def test_what_was_taken_can_be_given_back_in_any_portions(held: list[int], points: int, data: st.DataObject) -> None:
    taken = lots.take([lot(number, remaining, number) for number, remaining in enumerate(held)], points)
    assert -lots.total(taken) == min(points, sum(held))
    returned: dict[int, int] = {}
    left = -lots.total(taken)
    while left:
        part = data.draw(st.integers(1, left))
        for move in lots.give_back(taken, returned, part):
            assert move.lot is not None
            returned[move.lot] = returned.get(move.lot, 0) + move.points
        left -= part
    assert returned == {move.lot: -move.points for move in taken}


@given(st.dates(dt.date(2000, 1, 1), dt.date(2037, 12, 30)), st.sampled_from(ZONES))
def test_a_day_ends_when_its_last_instant_is_over(day: dt.date, zone: str) -> None:
    end = lots.end_of_day(day, zone)
    assert end.astimezone(lots.ZoneInfo(zone)).date() > day
    before = (end - dt.timedelta(microseconds=1)).astimezone(lots.ZoneInfo(zone)).date()
    assert before <= day  # on the eve of a day that a zone left out, the day before it


@pytest.mark.parametrize(
    ("day", "zone", "end"),
    [
        (dt.date(2026, 12, 31), "Asia/Shanghai", dt.datetime(2026, 12, 31, 16, tzinfo=dt.UTC)),
        (dt.date(2028, 2, 29), "America/New_York", dt.datetime(2028, 3, 1, 5, tzinfo=dt.UTC)),
        (dt.date(2026, 3, 7), "America/New_York", dt.datetime(2026, 3, 8, 5, tzinfo=dt.UTC)),
        (dt.date(2026, 3, 8), "America/New_York", dt.datetime(2026, 3, 9, 4, tzinfo=dt.UTC)),  # the clocks went forward
        (dt.date(2011, 12, 29), "Pacific/Apia", dt.datetime(2011, 12, 30, 10, tzinfo=dt.UTC)),  # there was no 30th
    ],
)
def test_ends_of_days(day: dt.date, zone: str, end: dt.datetime) -> None:
    assert lots.end_of_day(day, zone) == end

"""Days between purchases: own median, what four of five times sufficed, and where the open interval stands."""

import datetime as dt
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.rules.rhythm import ENOUGH, Rhythm, rhythm

START = dt.date(2026, 1, 1)
GAPS = st.lists(st.integers(1, 400), min_size=0, max_size=60)


def bought(gaps: list[int], since: int = 0) -> Rhythm:
    """Somebody with these intervals, so many days after the last purchase."""
    days = [START]
    for gap in gaps:
        days.append(days[-1] + dt.timedelta(days=gap))
    return rhythm(days, days[-1] + dt.timedelta(days=since))


def test_somebody_who_comes_about_every_ten_days() -> None:
    found = bought([10, 8, 10, 14, 30], since=4)
    assert (found.usual, found.mostly, found.since) == (10, 14, 4)
    assert found.next_on == found.days[-1] + dt.timedelta(days=10)


@pytest.mark.parametrize(
    ("since", "state"), [(0, "early"), (9, "early"), (10, "due"), (14, "due"), (15, "late"), (400, "late")]
)
def test_early_until_the_usual_interval_due_until_the_mostly_kept_one_then_late(since: int, state: str) -> None:
    assert bought([10, 8, 10, 14, 30], since).state == state


def test_nobody_and_somebody_with_too_few_intervals_have_no_habit() -> None:
    assert rhythm([], START).state == "none"
    few = bought([10, 10], since=500)
    assert (few.state, few.usual, few.mostly, few.next_on) == ("few", None, None, None)


def test_a_second_purchase_on_the_same_day_is_no_interval() -> None:
    assert rhythm([START, START, START + dt.timedelta(days=3)], START).gaps == [3]


def test_a_purchase_dated_after_the_last_day_with_data_is_not_overdue() -> None:
    assert rhythm([START], START - dt.timedelta(days=2)).since == 0


@given(GAPS, st.integers(0, 1000))
def test_what_is_usual_lies_within_what_mostly_suffices(gaps: list[int], since: int) -> None:
    found = bought(gaps, since)
    assert found.gaps == gaps
    if len(gaps) < ENOUGH:
        assert found.usual is None
        return
    assert found.usual is not None
    assert found.mostly is not None
    assert abs(found.usual - median(gaps)) <= 0.5
    assert found.usual <= found.mostly
    within = sum(gap <= found.mostly for gap in gaps)
    assert within * 5 >= len(gaps) * 4
    assert sum(gap < found.mostly for gap in gaps) * 5 < len(gaps) * 4
    assert (found.state == "late") == (since > found.mostly)


@given(GAPS, st.integers(0, 1000), st.randoms())
def test_neither_order_nor_repetition_of_days_matters(gaps: list[int], since: int, chance: object) -> None:
    found = bought(gaps, since)
    days = [*found.days, *found.days]
    chance.shuffle(days)  # type: ignore[attr-defined]
    assert rhythm(days, found.as_of) == found

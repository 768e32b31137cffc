import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics import periods
from analytics.metrics.periods import Grain

GRAINS: tuple[Grain, ...] = ("day", "week", "month")
days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)).map(periods.day_number)


@pytest.mark.parametrize(
    ("grain", "label", "first", "last"),
    [
        ("month", "2011-12", "2011-12-01", "2011-12-31"),
        ("month", "2012-02", "2012-02-01", "2012-02-29"),
        ("week", "2011-11-28", "2011-11-28", "2011-12-04"),
        ("day", "2011-12-09", "2011-12-09", "2011-12-09"),
    ],
)
def test_a_period_by_name(grain: Grain, label: str, first: str, last: str) -> None:
    period = periods.parse(label, grain)
    assert periods.date_of(periods.first_day(period, grain)).isoformat() == first
    assert periods.date_of(periods.last_day(period, grain)).isoformat() == last


@given(day=days)
def test_the_last_complete_period_is_over_and_the_next_is_not(day: int) -> None:
    for grain in GRAINS:
        complete = periods.last_complete(day, grain)
        assert periods.last_day(complete, grain) <= day < periods.last_day(complete + 1, grain)


def test_numbers_the_warehouse_agrees_on() -> None:
    assert periods.day_number(dt.date(1970, 1, 1)) == 0
    assert periods.parse("2011-12", "month") == 2011 * 12 + 11
    assert periods.parse("1970-01-05", "week") == 1


@pytest.mark.parametrize(
    ("grain", "text"),
    [("month", "2011-13"), ("month", "2011-1"), ("week", "2011-11-29"), ("day", "2011-02-30"), ("day", "x")],
)
def test_what_is_no_period_is_refused(grain: Grain, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        periods.parse(text, grain)


@given(days, st.sampled_from(GRAINS))
def test_a_day_lies_in_its_period_and_labels_read_back(day: int, grain: Grain) -> None:
    period = periods.period_of(day, grain)
    assert periods.first_day(period, grain) <= day <= periods.last_day(period, grain)
    assert periods.parse(periods.label(period, grain), grain) == period
    assert periods.period_of(periods.last_day(period, grain) + 1, grain) == period + 1


def test_a_span_has_every_period_it_touches() -> None:
    first, last = periods.parse("2011-01-31", "day"), periods.parse("2011-03-01", "day")
    months = [periods.label(month, "month") for month in periods.spanned(first, last, "month")]
    assert months == ["2011-01", "2011-02", "2011-03"]

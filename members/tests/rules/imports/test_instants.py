"""Dates and times: read as written, or rejected with the reason; never guessed, never replaced by today."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.rules.imports.instants import Clock, instant
from members.rules.imports.problems import BadValue

SHANGHAI = Clock(ZoneInfo("Asia/Shanghai"), latest=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


def read(text: str, clock: Clock = SHANGHAI) -> tuple[str, str]:
    moment, fix = instant(text, clock)
    return moment.astimezone(clock.zone).isoformat(), fix


@pytest.mark.parametrize(
    ("text", "moment", "fix"),
    [
        ("2025-01-05 09:30:00", "2025-01-05T09:30:00+08:00", ""),
        ("2025/1/5 9:30", "2025-01-05T09:30:00+08:00", "date_form"),
        ("20250105", "2025-01-05T00:00:00+08:00", "date_form"),
        ("20250105093000", "2025-01-05T09:30:00+08:00", "date_form"),
        ("2025年1月5日", "2025-01-05T00:00:00+08:00", "date_form"),
        ("2025-01-05T01:30:00Z", "2025-01-05T09:30:00+08:00", "zone_converted"),
        ("2024-12-31T16:30:00Z", "2025-01-01T00:30:00+08:00", "zone_converted"),
        ("2025-01-01T00:30:00+08:00", "2025-01-01T00:30:00+08:00", ""),
        ("31/01/2025", "2025-01-31T00:00:00+08:00", "date_form"),
        ("05/05/2025", "2025-05-05T00:00:00+08:00", "date_form"),
        ("2024-02-29", "2024-02-29T00:00:00+08:00", ""),
        ("2025-01-05 09:30:00.123456", "2025-01-05T09:30:00.123456+08:00", ""),
        ("２０２５－０１－０５", "2025-01-05T00:00:00+08:00", "full_width"),
        ("1986-05-04 00:30:00", "1986-05-04T00:30:00+08:00", ""),
        ("2025/1/5 下午3:20", "2025-01-05T15:20:00+08:00", "date_form"),
        ("2025年1月5日 上午 9:05:07", "2025-01-05T09:05:07+08:00", "date_form"),
        ("2025-1-5 上午12:01", "2025-01-05T00:01:00+08:00", "date_form"),
        ("2025-1-5 下午12:01", "2025-01-05T12:01:00+08:00", "date_form"),
        ("2025-1-5 下午15:20", "2025-01-05T15:20:00+08:00", "date_form"),
        ("2025-01-05 03:20:00 PM", "2025-01-05T15:20:00+08:00", "date_form"),
        ("2025-01-05 12:20 a.m.", "2025-01-05T00:20:00+08:00", "date_form"),
        ("Jan 5, 2025", "2025-01-05T00:00:00+08:00", "date_form"),
        ("January 5, 2025, 3:20 PM", "2025-01-05T15:20:00+08:00", "date_form"),
        ("5-Jan-2025", "2025-01-05T00:00:00+08:00", "date_form"),
        ("5th Sept 2025 15:20", "2025-09-05T15:20:00+08:00", "date_form"),
        ("2025-Feb-03", "2025-02-03T00:00:00+08:00", "date_form"),
    ],
)
def test_what_is_read(text: str, moment: str, fix: str) -> None:
    assert read(text) == (moment, fix)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing"),
        ("45662", "excel_serial"),
        ("#N/A", "excel_error"),
        ("Foo 5, 2025", "not_a_date"),
        ("Jan 5, 25", "not_a_date"),
        ("Feb 30, 2025", "no_such_day"),
        ("1/5/2025 3:20 PM", "ambiguous_day_month"),
        ("2025-01-05 13:20 AM", "no_such_time"),
        ("05/01/2025", "ambiguous_day_month"),
        ("2025-02-29", "no_such_day"),
        ("2025-04-31", "no_such_day"),
        ("2025-13-01", "no_such_month"),
        ("0000-00-00", "zero_date"),
        ("昨天", "not_a_date"),
        ("2999-01-01", "future"),
        ("1900-01-01", "implausibly_old"),
        ("9999-12-31T23:00:00-05:00", "future"),
        ("0001-01-01T00:00:00+08:00", "implausibly_old"),
        ("2025-01-05 24:00:00", "no_such_time"),
        ("1736040600", "epoch_seconds"),
    ],
)
def test_what_is_rejected(text: str, code: str) -> None:
    with pytest.raises(BadValue) as bad:
        instant(text, SHANGHAI)
    assert bad.value.code == code


def test_a_column_of_day_numbers_is_read_as_dates() -> None:
    serials = Clock(SHANGHAI.zone, SHANGHAI.latest, serials=True)
    assert read("45662", serials)[0] == "2025-01-05T00:00:00+08:00"
    assert read("45662.5", serials)[0] == "2025-01-05T12:00:00+08:00"


@given(st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2025, 12, 30)))  # noqa: DTZ001 - wall-clock times
def test_every_plain_time_comes_back_as_it_was_written(moment: dt.datetime) -> None:
    text = str(moment.replace(microsecond=0))
    assert instant(text, Clock(ZoneInfo("UTC"), SHANGHAI.latest))[0].replace(tzinfo=None) == moment.replace(
        microsecond=0
    )

"""Birthdays: read without guessing, or left out with the reason."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.rules.imports.birthdays import birthday, joined, split

TODAY = dt.date(2026, 1, 15)


@pytest.mark.parametrize(
    ("raw", "value", "fix"),
    [
        ("1992-02-29", "1992-02-29", ""),
        ("1990/12/31", "1990-12-31", "date_form"),
        ("1990年5月1日", "1990-05-01", "date_form"),
        ("19900501", "1990-05-01", "date_form"),
        ("1990-05-01 00:00:00", "1990-05-01", "date_form"),
        ("31/01/1990", "1990-01-31", "date_form"),
        ("02-29", "--02-29", "birthday_without_year"),
        ("5月1日", "--05-01", "birthday_without_year"),
        ("0000-05-01", "--05-01", "birthday_without_year"),
        ("", "", ""),
        ("1900-02-29", "", "birthday_no_such_day"),
        ("1992-02-30", "", "birthday_no_such_day"),
        ("1992-13-01", "", "birthday_no_such_day"),
        ("2026-01-16", "", "birthday_future"),
        ("1850-01-01", "", "birthday_implausible"),
        ("0001-01-01", "", "birthday_placeholder"),
        ("1900-01-01", "", "birthday_placeholder"),
        ("0000-00-00", "", "birthday_placeholder"),
        ("农历八月十五", "", "birthday_lunar"),
        ("腊月初八", "", "birthday_lunar"),
        ("05/06/1990", "", "birthday_unreadable"),
        ("5/6", "", "birthday_unreadable"),
        ("90-05-01", "", "birthday_unreadable"),
        ("33000", "", "birthday_unreadable"),
    ],
)
def test_a_birthday(raw: str, value: str, fix: str) -> None:
    assert birthday(raw, TODAY) == (value, fix)


@given(date=st.dates(dt.date(1910, 1, 2), dt.date(2025, 12, 31)), knows_year=st.booleans())
def test_a_member_keeps_it_as_three_numbers(date: dt.date, knows_year: bool) -> None:
    text = f"{date}" if knows_year else f"--{date:%m-%d}"
    assert split(text) == (date.year if knows_year else None, date.month, date.day)
    assert joined(*split(text)) == text

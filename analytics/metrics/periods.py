"""Days, weeks and months as integers, and the labels people read.

A day is days since 1970-01-01, a week (Monday to Sunday) is (day + 3) // 7, a month is year * 12 + month - 1:
consecutive periods are consecutive integers, so period arithmetic is plain arithmetic on every engine.
"""

import datetime as dt
from typing import Literal

Grain = Literal["day", "week", "month"]

_EPOCH = dt.date(1970, 1, 1)
_MONDAY_SHIFT = 3  # 1970-01-01 was a Thursday


def day_number(date: dt.date) -> int:
    """Days since 1970-01-01."""
    return (date - _EPOCH).days


def date_of(day: int) -> dt.date:
    """The date of a day number."""
    return _EPOCH + dt.timedelta(days=int(day))


def period_of(day: int, grain: Grain) -> int:
    """The period of that grain in which the day lies."""
    if grain == "day":
        return int(day)
    if grain == "week":
        return (int(day) + _MONDAY_SHIFT) // 7
    date = date_of(day)
    return date.year * 12 + date.month - 1


def first_day(period: int, grain: Grain) -> int:
    """The day number on which the period begins."""
    if grain == "day":
        return int(period)
    if grain == "week":
        return int(period) * 7 - _MONDAY_SHIFT
    year, month = divmod(int(period), 12)
    return day_number(dt.date(year, month + 1, 1))


def last_day(period: int, grain: Grain) -> int:
    """The day number on which the period ends."""
    return first_day(int(period) + 1, grain) - 1


def last_complete(last: int, grain: Grain) -> int:
    """The last period that is over at the end of the day `last`."""
    return period_of(int(last) + 1, grain) - 1


def label(period: int, grain: Grain) -> str:
    """`2011-12` for a month, the ISO date of its Monday for a week, the ISO date for a day."""
    first = date_of(first_day(period, grain))
    return f"{first:%Y-%m}" if grain == "month" else first.isoformat()


def parse(text: str, grain: Grain) -> int:
    """The period that has this label.

    Raises ValueError when the text is no label of that grain (a week is named by its Monday only).
    """
    try:
        date = dt.date.fromisoformat(f"{text}-01" if grain == "month" else text)
    except ValueError:
        raise ValueError(f"{text!r} is no {grain}") from None
    period = period_of(day_number(date), grain)
    if label(period, grain) != text:
        raise ValueError(f"{text!r} is no {grain}")
    return period


def spanned(first: int, last: int, grain: Grain) -> range:
    """All periods that have at least one day from `first` to `last` (day numbers, inclusive)."""
    return range(period_of(first, grain), period_of(last, grain) + 1)

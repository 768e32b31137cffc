"""Birthdays of a members file. One that cannot be right is left out and reported; the member is taken."""

import datetime as dt
import re

from members.rules.imports.text import narrow

OLDEST = 120  # years
_TIME = r"(?:[T ]0{1,2}:00(?::00(?:\.0+)?)?Z?)?"
_FULL = re.compile(rf"(\d{{4}})([-/.年])(\d{{1,2}})[-/.月](\d{{1,2}})日?{_TIME}", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}){_TIME}", re.ASCII)
_NO_YEAR = re.compile(r"(?:--)?(\d{1,2})(?:-|月)(\d{1,2})日?", re.ASCII)
_NO_YEAR_SLASH = re.compile(r"(\d{1,2})[/.](\d{1,2})", re.ASCII)
_PLAIN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LUNAR = re.compile(
    "农历|農曆|阴历|陰曆|旧历|舊曆|lunar|[正一二三四五六七八九十冬腊臘闰閏]+月|初[一二三四五六七八九十]"
)
_PLACEHOLDERS = {(1, 1, 1), (1900, 1, 1), (1899, 12, 30), (1899, 12, 31), (1970, 1, 1), (0, 0, 0)}
_LEAP_YEAR = 2000  # any will do: without a year the 29th of February may be right

Parts = tuple[int, int, int]  # year (0 = unknown), month, day


def birthday(raw: str, today: dt.date) -> tuple[str, str]:
    """Text -> ("1992-02-29", or "--02-29" where the year is unknown, or "" when it is left out; code of the fix)."""
    value = narrow(raw)
    if not value:
        return "", ""
    if _LUNAR.search(value.casefold()):
        return "", "birthday_lunar"
    parts = _parts(value)
    if parts is None:
        return "", "birthday_unreadable"
    if wrong := _wrong(parts, today):
        return "", wrong
    year, month, day = parts
    if not year:
        return f"--{month:02d}-{day:02d}", "birthday_without_year"
    return f"{year:04d}-{month:02d}-{day:02d}", "" if _PLAIN.fullmatch(raw) else "date_form"


def split(text: str) -> tuple[int | None, int | None, int | None]:
    """What `birthday` gave -> year, month and day as a member keeps them."""
    if not text:
        return None, None, None
    year, month, day = text[:-6].strip("-"), text[-5:-3], text[-2:]
    return int(year) if year else None, int(month), int(day)


def joined(year: int | None, month: int | None, day: int | None) -> str:
    """The way back from a member's year, month and day."""
    if month is None or day is None:
        return ""
    return f"{year:04d}-{month:02d}-{day:02d}" if year else f"--{month:02d}-{day:02d}"


def _parts(value: str) -> Parts | None:
    """Year, month and day as they are written; None where they cannot be told apart."""
    if match := _FULL.fullmatch(value):
        return int(match[1]), int(match[3]), int(match[4])
    if match := _COMPACT.fullmatch(value):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _YEAR_LAST.fullmatch(value):
        month_and_day = _told_apart(int(match[1]), int(match[2]))
        return (int(match[3]), *month_and_day) if month_and_day else None
    if match := _NO_YEAR.fullmatch(value):
        return 0, int(match[1]), int(match[2])
    if match := _NO_YEAR_SLASH.fullmatch(value):
        month_and_day = _told_apart(int(match[1]), int(match[2]))
        return (0, *month_and_day) if month_and_day else None
    return None


def _told_apart(first: int, second: int) -> tuple[int, int] | None:
    """Month and day: 31/01 can only be a day first, 01/31 only a month first; 05/06 may be either."""
    if first > 12 >= second:
        return second, first
    return (first, second) if second > 12 or first == second else None


def _wrong(parts: Parts, today: dt.date) -> str:
    year, month, day = parts
    if parts in _PLACEHOLDERS:
        return "birthday_placeholder"
    try:
        date = dt.date(year or _LEAP_YEAR, month, day)
    except ValueError:
        return "birthday_no_such_day"
    if year and date > today:
        return "birthday_future"
    return "birthday_implausible" if year and year < today.year - OLDEST else ""

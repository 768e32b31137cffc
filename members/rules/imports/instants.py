"""Dates and times of a file, read without guessing."""

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from members.rules.imports.problems import BadValue
from members.rules.imports.text import is_error, narrow

OLDEST = dt.datetime(1970, 1, 2, tzinfo=dt.UTC)
_TIME = r"(?:[T ]?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?)?"
_OFFSET = r" ?(Z|UTC|[+-]\d{2}:?\d{2})?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.年])(\d{{1,2}})[-/.月](\d{{1,2}})日? ?{_TIME}{_OFFSET}", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}) ?{_TIME}{_OFFSET}", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?", re.ASCII)
_SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?", re.ASCII)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)
_PLAIN = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?", re.ASCII)
_HALF = re.compile(r"(上午|下午) ?(\d{1,2}):|(\d{1,2}):([\d:.,]+) ?([AP])\.?M\.?(?![A-Z])", re.ASCII | re.IGNORECASE)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_MONTH_OF = {name[:3]: month for month, name in enumerate(_MONTHS, 1)} | {"sept": 9}
_MONTH_OF |= {name: month for month, name in enumerate(_MONTHS, 1)}
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th)?"
_SPELLED = re.compile(
    rf"(?P<m1>[a-z]{{3,9}})\.? {_ORDINAL},? (?P<y1>\d{{4}}),?"
    rf"|{_ORDINAL}[ -](?P<m2>[a-z]{{3,9}})\.?,?[ -](?P<y2>\d{{4}})"
    r"|(?P<y3>\d{4})[ -](?P<m3>[a-z]{3,9})[ -](\d{1,2})",
    re.ASCII | re.IGNORECASE,
)  # Jan 5, 2025; 5-Jan-2025; 2025 Jan 5
_EXCEL_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 (a wall-clock time: the zone is applied afterwards)


@dataclass(frozen=True, slots=True)
class Clock:
    """How a file's times are read: the zone of naive ones, and the instant after which they lie in the future."""

    zone: ZoneInfo
    latest: dt.datetime
    serials: bool = False  # the whole column holds spreadsheet day numbers


def is_serial(raw: str) -> bool:
    """Whether a cell looks like a spreadsheet's day number."""
    return bool(_SERIAL.fullmatch(narrow(raw)))


def instant(raw: str, clock: Clock) -> tuple[dt.datetime, str]:
    """Text -> (instant in UTC, code of the fix or ""). BadValue when it cannot be read without guessing."""
    value = narrow(raw)
    if not value:
        raise BadValue("missing")
    if is_error(value):
        raise BadValue("excel_error")
    local, offset = _wall_time(value, clock)
    try:
        moment = local.replace(tzinfo=offset or clock.zone).astimezone(dt.UTC)
    except OverflowError as error:  # at either end of the calendar
        raise BadValue("future" if local.year > OLDEST.year else "implausibly_old") from error
    if moment > clock.latest:
        raise BadValue("future")
    if moment < OLDEST:
        raise BadValue("implausibly_old")
    return moment, _fix(raw, value, moment, clock, offset)


def _fix(raw: str, value: str, moment: dt.datetime, clock: Clock, offset: dt.tzinfo | None) -> str:
    """Which change, if any, stands between what was written and what is stored."""
    if offset is not None:
        same = moment.astimezone(clock.zone).utcoffset() == offset.utcoffset(None)
        return "" if same else "zone_converted"
    if _PLAIN.fullmatch(raw):
        return ""
    return "date_form" if raw.strip() == value else "full_width"


def _wall_time(value: str, clock: Clock) -> tuple[dt.datetime, dt.tzinfo | None]:
    """The wall-clock time as written and the offset it names, if any."""
    if clock.serials:
        return _from_serial(value), None
    if _PLAIN.fullmatch(value):  # the common form, in a third of the time
        try:
            return dt.datetime.fromisoformat(value), None
        except ValueError:
            pass  # the long way tells which part does not exist
    value = _HALF.sub(_of_twenty_four, _SPELLED.sub(_in_digits, value, count=1), count=1)
    if match := _YEAR_FIRST.fullmatch(value):
        year, _, month, day, *time, offset = match.groups()
        return _build(year, month, day, time), _offset(offset)
    if match := _YEAR_LAST.fullmatch(value):
        first, second, year, *time, offset = match.groups()
        month, day = _month_and_day(first, second)
        return _build(year, month, day, time), _offset(offset)
    if _EPOCH.fullmatch(value):
        raise BadValue("epoch_seconds")
    if match := _COMPACT.fullmatch(value):
        year, month, day, *time = match.groups()
        return _build(year, month, day, [*time, None]), None
    raise BadValue("excel_serial" if _SERIAL.fullmatch(value) else "not_a_date")


def _in_digits(found: re.Match[str]) -> str:
    """A date with the name of its month, year first; other words are left as they are."""
    year, month, day = found["y1"] or found["y2"] or found["y3"], found["m1"] or found["m2"] or found["m3"], ""
    day = next(filter(None, (found[2], found[4], found[9])))
    number = _MONTH_OF.get(month.casefold())
    return f"{year}-{number}-{day}" if number else found.group()


def _of_twenty_four(found: re.Match[str]) -> str:
    """下午3:20 and 3:20 PM as 15:20; 12 at night is 0."""
    chinese, first, second, rest, letter = found.groups()
    hour, late = int(first or second), chinese == "下午" or (letter or "").upper() == "P"
    if hour > 12 and not late:
        raise BadValue("no_such_time")
    hour = hour % 12 + 12 * late if hour <= 12 else hour
    return f"{hour}:{rest or ''}"


def _month_and_day(first: str, second: str) -> tuple[str, str]:
    """31/01/2025 can only be a day first, 01/31/2025 only a month first; 05/01/2025 is either."""
    if int(first) > 12 >= int(second):
        return second, first
    if int(first) <= 12 < int(second) or int(first) == int(second):
        return first, second
    raise BadValue("ambiguous_day_month" if int(first) <= 12 else "no_such_day")


def _build(year: str, month: str, day: str, time: list[str | None]) -> dt.datetime:
    """A wall-clock time from its digits; BadValue names the part that does not exist."""
    if int(month) == 0 or int(day) == 0 or int(year) == 0:
        raise BadValue("zero_date")
    if int(month) > 12:
        raise BadValue("no_such_month")
    hour, minute, second, fraction = time
    try:
        date = dt.date(int(year), int(month), int(day))
    except ValueError as error:
        raise BadValue("no_such_day") from error
    try:
        clock_time = dt.time(int(hour or 0), int(minute or 0), int(second or 0), int((fraction or "0").ljust(6, "0")))
    except ValueError as error:
        raise BadValue("no_such_time") from error
    return dt.datetime.combine(date, clock_time)


def _offset(text: str | None) -> dt.tzinfo | None:
    if not text:
        return None
    if text in {"Z", "UTC"}:
        return dt.UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    if minutes > 14 * 60:
        raise BadValue("no_such_time")
    return dt.timezone(dt.timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _from_serial(value: str) -> dt.datetime:
    if not _SERIAL.fullmatch(value):
        raise BadValue("not_a_serial")
    days, _, fraction = value.partition(".")
    seconds = round(int(fraction or 0) * 86_400 / 10 ** len(fraction)) if fraction else 0
    return _EXCEL_EPOCH + dt.timedelta(days=int(days), seconds=seconds)

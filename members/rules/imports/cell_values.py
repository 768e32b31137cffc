"""What a cell of an XLSX sheet says, as text: numbers as Excel shows them, dates as dates, nothing rounded away."""

import datetime as dt
import math
import re
from decimal import Decimal

LARGEST_EXACT = 10**15  # Excel keeps fifteen digits; of a longer number the last ones are lost
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NO_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # parts of a number format that are no letters of its code
_DATE_CODE = re.compile("[ymdhs]", re.IGNORECASE)
_LITERAL = re.compile(
    r'\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|"([^"]*)"|\\(.)|[_*].'
)  # texts that a format shows, and the rest
_SIGN = re.compile(
    r"(?:US|HK|NT|CA|AU|A|S|R)?\$|[€£₩₹฿₽₫円¥￥元]|CNY|RMB|USD|EUR|GBP|JPY|HKD|TWD|MOP|KRW|SGD|AUD|CAD|CHF|THB|MYR|VND|INR|RUB"
)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_EPOCHS = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}  # noqa: DTZ001 (wall-clock times)


def is_date_format(number: int, code: str) -> bool:
    """Whether a number format shows a day number as a date or time. `code` is "" for a built-in one."""
    if not code:
        return number in _BUILT_IN_DATES
    return bool(_DATE_CODE.search(_NO_CODE.sub("", code)))


def shown_sign(code: str) -> str:
    """The currency sign that a number format shows; "" for none. It depends on the merchant whether it is theirs."""
    shown = _LITERAL.sub(lambda found: "".join(filter(None, found.groups())), code)
    found = _SIGN.search(shown)
    return found.group() if found else ""


def money(raw: str, sign: str) -> str:
    """A stored number with the currency sign that the reader sees beside it: $12.5, -$12.5."""
    plain = number(raw)
    return f"-{sign}{plain[1:]}" if plain.startswith("-") else sign + plain


def number(raw: str) -> str:
    """A stored number as a reader sees it: 13800138000, 0.1; 1.23456789012346E+17 where digits are lost."""
    if len(raw) < 16 and raw.isascii() and raw.replace(".", "", 1).isdecimal():
        return raw.removesuffix(".0")
    try:
        value = float(raw)
    except ValueError:
        return raw
    if math.isnan(value) or abs(value) >= LARGEST_EXACT:
        return f"{value:.14E}"
    if value.is_integer():
        return str(int(value))
    return f"{Decimal(repr(float(f'{value:.15g}'))):f}"


def date(raw: str, *, since_1904: bool) -> str:
    """A day number as an ISO date, with the time if there is one; a time of day alone stays a time."""
    try:
        milliseconds = round(float(raw) * 86_400_000)
        moment = _EPOCHS[since_1904] + dt.timedelta(milliseconds=milliseconds)
    except (ValueError, OverflowError):
        return raw
    if not since_1904 and milliseconds < 86_400_000:
        return moment.time().isoformat()
    if milliseconds % 86_400_000 == 0:
        return moment.date().isoformat()
    return moment.isoformat(sep=" ", timespec="milliseconds" if milliseconds % 1000 else "seconds")


def text(raw: str) -> str:
    """A string with the characters that XML cannot hold, such as _x000D_, put back."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), raw) if "_x" in raw else raw

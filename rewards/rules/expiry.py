"""Until when points last: days in, days out."""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable


def last_day(expiry: str, length: int, earned_on: dt.date) -> dt.date | None:
    """The last day of points earned on a day; None: they never expire.

    `expiry` as of PointsRules.Expiry; those that live by activity last so many months from their own day at least.
    """
    if expiry == "days":
        return earned_on + dt.timedelta(days=length)
    if expiry in {"months", "activity"}:
        return _after_months(earned_on, length)
    if expiry == "month_end":
        day = _after_months(earned_on.replace(day=1), length)
        return day.replace(day=monthrange(day.year, day.month)[1])
    if expiry == "year_end":
        return dt.date(earned_on.year + length, 12, 31)
    return None


def _after_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last one: 31 January and a month is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def kept_alive(length: int, earned_on: dt.date, purchases: Iterable[dt.date]) -> dt.date:
    """The last day of points that live by activity: so many months after the last purchase that found them alive.

    `purchases`: days on which the person bought, in any order; earlier ones than `earned_on` prolong nothing.
    """
    ends = _after_months(earned_on, length)
    for day in sorted(purchases):
        if earned_on <= day <= ends:
            ends = max(ends, _after_months(day, length))
    return ends

"""Which earlier days a period is held against: `cmp` (the days before, last year, none) and `align`."""

import calendar
import datetime as dt
from dataclasses import replace

from analytics.facts import manifest
from analytics.metrics import periods
from analytics.reports.query import Query

ALIGN = ("weekday", "date")
OPTIONS = {"align": ALIGN, "cmp": ("prev", "yoy")}
ON_PAGES = {"align": ALIGN, "cmp": ("prev", "yoy", "none")}  # a page may also compare with nothing
_YEAR = dt.timedelta(weeks=52)


def earlier(query: Query) -> Query:
    """The same number of days earlier, as the options of the query say. Both its dates must be set.

    Aligned by weekday they are moved by whole weeks, so that Saturdays meet Saturdays: by as few as keep the two
    spans apart, or by 52. Else they are the days just before, or the same dates a year ago.
    """
    first, last = dates(query)
    chosen = dict(query.options)
    by_date = chosen.get("align") == "date"
    if chosen.get("cmp") == "yoy":
        moved = (year_before(first), year_before(last)) if by_date else (first - _YEAR, last - _YEAR)
    else:
        length = (last - first).days + 1
        back = dt.timedelta(days=length if by_date else -(-length // 7) * 7)
        moved = (first - back, last - back)
    return replace(query, date_from=moved[0], date_to=moved[1])


def dates(query: Query) -> tuple[dt.date, dt.date]:
    """First and last date of a query that must have both."""
    if query.date_from is None or query.date_to is None:
        raise ValueError("a comparison needs both dates")
    return query.date_from, query.date_to


def has_last_year(query: Query) -> bool:
    """Whether there are data of all the days a year before."""
    begin = manifest.read().first_day
    if begin is None or query.date_from is None or query.date_to is None:
        return False
    asked = replace(query, options=(("align", dict(query.options).get("align", "")), ("cmp", "yoy")))
    return begin <= periods.day_number(dates(earlier(asked))[0])


def year_before(date: dt.date) -> dt.date:
    """The same date a year earlier; 28 February for 29 February."""
    return date.replace(year=date.year - 1, day=min(date.day, calendar.monthrange(date.year - 1, date.month)[1]))

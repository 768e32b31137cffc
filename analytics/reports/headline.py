"""The figures on top of Today, each against the period before it, and whether the change is one."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analytics.metrics.intervals import Z95, newcombe
from analytics.reports import report as reports
from analytics.reports.columns import missing
from analytics.reports.query import Query, parse
from members.lib.actor import Actor

WINDOW = 90  # days of the repeat rate
_LEAST_DAYS = 7  # fewer paired days say nothing about a change of money


Record = Mapping[str, Any]  # one row of a frame: values may be NaN or NA where they are withheld


@dataclass(frozen=True, slots=True)
class Against:
    """A change against the period before: a fraction, or a difference of fractions. None: nothing to compare with.

    `clear` says that its 95 % interval excludes zero.
    """

    change: float | None
    clear: bool


@dataclass(frozen=True, slots=True)
class Headline:
    """Today's figures for one query. Frames have one row (`now`, `before`) or one per day (`days`, `days_before`).

    `repeat` is the row of the 90-day window for members whose 90 days ended in the period, `repeat_query` its query.
    """

    now: Record
    days: pd.DataFrame
    days_before: pd.DataFrame
    repeat: Record
    repeat_query: Query
    sales: Against
    active: Against
    new: Against
    guests: Against
    repeat_change: Against


def headline(actor: Actor, query: Query) -> Headline:
    """The figures of the query's dates (both must be set), held against the weekday-aligned period before."""
    earlier = shifted(query)
    now, before = (_row(reports.frame("kpi", actor, replace(q, grain="all"))) for q in (query, earlier))
    days, days_before = (_days(actor, q) for q in (query, earlier))
    repeat_query, repeat_earlier = (_closed_in(q) for q in (query, earlier))
    repeat, repeat_before = (
        _row(reports.frame("repeat-purchase", actor, q), window_days=WINDOW) for q in (repeat_query, repeat_earlier)
    )
    return Headline(
        now=now,
        days=days,
        days_before=days_before,
        repeat=repeat,
        repeat_query=repeat_query,
        sales=money_change(days["gross"], days_before["gross"]),
        active=count_change(now["active_members"], before["active_members"]),
        new=count_change(now["new_members"], before["new_members"]),
        guests=share_change(
            now["guest_orders"], all_orders(now), before["guest_orders"], all_orders(before)
        ),
        repeat_change=share_change(
            repeat["repeated"], repeat["eligible"], repeat_before["repeated"], repeat_before["eligible"]
        ),
    )  # fmt: skip


def _days(actor: Actor, query: Query) -> pd.DataFrame:
    """The figures day by day from the first day asked for: before the data begins nothing was sold.

    The report leaves those days out; two lines of which the first lies under the first need them.
    """
    frame = reports.frame("kpi", actor, replace(query, grain="day")).frame.set_index("period")
    first, last = _dates(query)
    begin = dt.date.fromisoformat(frame.index[0]) if len(frame) else last + dt.timedelta(days=1)
    missing_days = [str(first + dt.timedelta(days=day)) for day in range(max((begin - first).days, 0))]
    nothing = pd.DataFrame(0, index=pd.Index(missing_days, name="period"), columns=frame.columns)
    return pd.concat([nothing, frame]).reset_index() if missing_days else frame.reset_index()


def all_orders(row: Mapping[str, Any]) -> Any:
    """Orders of members and guests; missing when one of the two is kept from the reader."""
    kept = missing(row["orders"]) or missing(row["guest_orders"])
    return None if kept else row["orders"] + row["guest_orders"]


def shifted(query: Query) -> Query:
    """The same number of days before, moved by whole weeks so that Saturdays meet Saturdays."""
    first, last = _dates(query)
    weeks = -(-((last - first).days + 1) // 7)
    back = dt.timedelta(weeks=weeks)
    return replace(query, date_from=first - back, date_to=last - back)


def money_change(now: "pd.Series[int]", before: "pd.Series[int]") -> Against:
    """Two series of daily money, day by day the same weekday. The interval is that of the mean paired difference."""
    pairs = min(len(now), len(before))
    total = float(before.tail(pairs).sum()) if pairs else 0.0
    if not total or np.isnan(total):
        return Against(None, clear=False)
    gaps = now.tail(pairs).to_numpy(np.float64) - before.tail(pairs).to_numpy(np.float64)
    change = float(gaps.sum()) / total
    if pairs < _LEAST_DAYS or np.isnan(change):
        return Against(None if np.isnan(change) else change, clear=False)
    error = float(gaps.std(ddof=1)) / np.sqrt(pairs)
    return Against(change, clear=abs(float(gaps.mean())) > Z95 * error)


def count_change(now: Any, before: Any) -> Against:
    """Two counts of people, with the interval of a difference of two Poisson counts."""
    if missing(now) or missing(before) or not before:
        return Against(None, clear=False)
    return Against(float(now - before) / float(before), clear=abs(now - before) > Z95 * np.sqrt(now + before))


def share_change(k1: Any, n1: Any, k2: Any, n2: Any) -> Against:
    """The difference k1/n1 - k2/n2 with its Newcombe interval."""
    if any(missing(value) for value in (k1, n1, k2, n2)) or not n1 or not n2:
        return Against(None, clear=False)
    low, high = newcombe(int(k1), int(n1), int(k2), int(n2))
    return Against(float(k1) / float(n1) - float(k2) / float(n2), clear=bool(low > 0 or high < 0))


def _closed_in(query: Query) -> Query:
    """First purchases whose 90 days ended within the query's dates, for the report that knows no grain."""
    first, last = _dates(query)
    window = dt.timedelta(days=WINDOW)
    plain = parse(reports.get("repeat-purchase").choices, {})
    return replace(
        plain,
        date_from=first - window, date_to=last - window,
        as_of=query.as_of, known_at=query.known_at, stores=query.stores, channels=query.channels,
        segment=query.segment, people=query.people,
    )  # fmt: skip


def _dates(query: Query) -> tuple[dt.date, dt.date]:
    if query.date_from is None or query.date_to is None:
        raise ValueError("a headline needs both dates")
    return query.date_from, query.date_to


def _row(result: reports.Result, **place: int) -> Record:
    """The record of a frame at the given place (a frame of one row needs none)."""
    records: list[Record] = result.frame.to_dict("records")  # type: ignore[assignment]
    return next(record for record in records if all(record[name] == value for name, value in place.items()))

"""The figures on top of Today, each held against earlier days, and whether the change is one."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from analytics.metrics.intervals import newcombe
from analytics.reports import compared
from analytics.reports import report as reports
from analytics.reports.columns import missing
from analytics.reports.query import Query
from members.lib.actor import Actor

WINDOW = 90  # days of the repeat rate

Record = Mapping[str, Any]  # one row of a frame: values may be NaN or NA where they are withheld


@dataclass(frozen=True, slots=True)
class Against:
    """A change: a fraction of the value before, or a difference of two fractions; and its 95 % interval.

    `change` None: nothing to compare with, `why` is what kpi-change says of it. `clear`: the interval excludes zero.
    """

    change: float | None = None
    clear: bool = False
    low: float | None = None
    high: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Headline:
    """Today's figures for one query. Frames have one row (`now`) or one per day (`days`, `days_before`).

    `repeat` is the row of the 90-day window for members whose 90 days ended in the period, `repeat_query` its query.
    `changes`: by figure of kpi-change, and "repeat_rate", "guest_share"; empty when nothing is compared.
    """

    now: Record
    days: pd.DataFrame
    repeat: Record
    repeat_query: Query
    days_before: pd.DataFrame | None = None
    changes: Mapping[str, Against] = field(default_factory=dict)


def headline(actor: Actor, query: Query) -> Headline:
    """The figures of the query's dates (both must be set), against what its options `cmp` and `align` say."""
    plain = replace(query, options=())
    repeat_query = _closed_in(plain)
    found = Headline(
        now=first_row(reports.frame("kpi", actor, replace(plain, grain="all"))),
        days=_days(actor, plain),
        repeat=_repeat(actor, repeat_query),
        repeat_query=repeat_query,
    )
    if query.option("cmp") == "none":
        return found
    earlier = replace(compared.earlier(query), options=())
    rows = by_figure(reports.frame("kpi-change", actor, change_query(query)))
    repeat_before = _repeat(actor, _closed_in(earlier))
    return replace(
        found,
        days_before=_days(actor, earlier),
        changes={
            **{figure: _against(row) for figure, row in rows.items()},
            "guest_share": guest_share_change(rows),
            "repeat_rate": share_change(
                found.repeat["repeated"],
                found.repeat["eligible"],
                repeat_before["repeated"],
                repeat_before["eligible"],
            ),
        },
    )


def change_query(query: Query) -> Query:
    """The same question for kpi-change, which knows no grain."""
    return replace(query, grain="")


def by_figure(result: reports.Result) -> dict[str, Record]:
    """The rows of a `kpi-change` that is not told apart, by their figure."""
    return {str(row["figure"]): row for row in result.frame.to_dict("records")}  # type: ignore[misc]


def _against(row: Record) -> Against:
    if missing(row["change"]):
        return Against(why="" if missing(row["verdict"]) else str(row["verdict"]))
    low, high = (float(row[end]) for end in ("low", "high"))
    return Against(float(row["change"]), row["verdict"] in {"up", "down"}, low, high)


def _days(actor: Actor, query: Query) -> pd.DataFrame:
    """The figures day by day from the first day asked for: before the data begins nothing was sold.

    The report leaves those days out; two lines of which the first lies under the first need them.
    """
    frame = reports.frame("kpi", actor, replace(query, grain="day")).frame.set_index("period")
    first, last = compared.dates(query)
    begin = dt.date.fromisoformat(frame.index[0]) if len(frame) else last + dt.timedelta(days=1)
    missing_days = [str(first + dt.timedelta(days=day)) for day in range(max((begin - first).days, 0))]
    nothing = pd.DataFrame(0, index=pd.Index(missing_days, name="period"), columns=frame.columns)
    return pd.concat([nothing, frame]).reset_index() if missing_days else frame.reset_index()


def guest_share_change(rows: Mapping[str, Record]) -> Against:
    """How the share of guest orders changed, by the rows of `by_figure`."""
    (guests, orders), (guests_before, orders_before) = (guest_orders(rows, side) for side in ("now", "before"))
    if missing(guests_before):
        return _against(rows["guest_orders"])
    return share_change(guests, orders, guests_before, orders_before)


def guest_orders(rows: Mapping[str, Record], side: str) -> tuple[Any, Any]:
    """The guest orders and all orders of a side ("now" or "before") of `by_figure`."""
    row = {figure: rows[figure][side] for figure in ("orders", "guest_orders")}
    return row["guest_orders"], all_orders(row)


def all_orders(row: Record) -> Any:
    """Orders of members and guests; missing when one of the two is kept from the reader."""
    kept = missing(row["orders"]) or missing(row["guest_orders"])
    return None if kept else row["orders"] + row["guest_orders"]


def share_change(k1: Any, n1: Any, k2: Any, n2: Any) -> Against:
    """The difference k1/n1 - k2/n2 with its Newcombe interval."""
    if any(missing(value) for value in (k1, n1, k2, n2)) or not n1 or not n2:
        return Against()
    low, high = (float(end) for end in newcombe(int(k1), int(n1), int(k2), int(n2)))
    return Against(float(k1) / float(n1) - float(k2) / float(n2), low > 0 or high < 0, low, high)


def _closed_in(query: Query) -> Query:
    """First purchases whose 90 days ended within the query's dates, for the report that knows no grain."""
    first, last = compared.dates(query)
    window = dt.timedelta(days=WINDOW)
    return replace(query, date_from=first - window, date_to=last - window, grain="")


def _repeat(actor: Actor, query: Query) -> Record:
    return first_row(reports.frame("repeat-purchase", actor, query), window_days=WINDOW)


def first_row(result: reports.Result, **place: int) -> Record:
    """The record of a frame at the given place (a frame of one row needs none)."""
    records: list[Record] = result.frame.to_dict("records")  # type: ignore[assignment]
    return next(record for record in records if all(record[name] == value for name, value in place.items()))

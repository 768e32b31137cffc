"""Key figures per period, in the accounting view: every valid order counts, refunds on their own date."""

from collections.abc import Iterable
from typing import Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics import periods
from analytics.metrics.intervals import rate
from analytics.metrics.totals import exact

KpiGrain = Literal["day", "week", "month", "all"]
"""As for every metric, or "all": one row for all the asked days."""
By = Literal["", "store_id", "channel_id"]
"""The column of sales and money_back whose values are told apart; "" none, then the one place is 0."""

COLUMNS = [
    "period",
    "active_members",
    "new_members",
    "returning_members",
    "orders",
    "gross",
    "refunds",
    "net",
    "new_gross",
    "returning_gross",
    "aov",
    "orders_per_member",
    "guest_orders",
    "guest_gross",
    "refunded_members",
]


def kpi(
    sales: ir.Table, money_back: ir.Table, firsts: ir.Table, *, grain: KpiGrain, first_day: int, last_day: int
) -> pd.DataFrame:
    """Members, orders and money per period.

    Takes `sales` and `money_back` as the actor and the filters leave them, and `firsts` of all members: a
    member is new in a period when the first valid order *anywhere* lies in it. Orders and refunds outside
    first_day..last_day (day numbers, inclusive) are left out, so the outer periods may be partial.

    Returns one row per period, in order, zeros where nothing happened:
      period (label), active_members, new_members, returning_members, orders, gross, refunds, net, new_gross,
      returning_gross, aov, orders_per_member, guest_orders, guest_gross, refunded_members.
    Counts and money (ten-thousandths) are int64; aov (ten-thousandths) and orders_per_member are float64, NaN
    in a period without orders. Guests stand only in the two guest columns; refunds are those of identified
    members.
    """
    return kpi_by(sales, money_back, firsts, by="", places=[0], grain=grain, first_day=first_day, last_day=last_day)[0]


def kpi_by(
    sales: ir.Table, money_back: ir.Table, firsts: ir.Table, *, by: By, places: Iterable[int], grain: KpiGrain,
    first_day: int, last_day: int,
) -> dict[int, pd.DataFrame]:  # fmt: skip
    """The frame of `kpi` for each place (id of a store or channel), in one question whatever their number."""
    span = range(1) if grain == "all" else periods.spanned(first_day, last_day, grain)
    sold = _per_period(sales, firsts, by, grain, first_day, last_day).set_index("place")
    returned = _refunds(money_back, by, grain, first_day, last_day).set_index("place")
    names = [label(period, grain, first_day, last_day) for period in span]
    return {place: _figures(sold.loc[sold.index == place], returned.loc[returned.index == place], span, names)
            for place in places}  # fmt: skip


def _figures(sold: pd.DataFrame, back: pd.DataFrame, span: range, names: list[str]) -> pd.DataFrame:
    frame, returned = _every_period(sold, span), _every_period(back, span)
    frame["refunds"], frame["refunded_members"] = returned.refunds, returned.refunded_members
    frame["returning_members"] = frame.active_members - frame.new_members
    frame["net"] = frame.gross - frame.refunds
    frame["returning_gross"] = frame.gross - frame.new_gross
    frame["aov"] = rate(frame.gross, frame.orders)
    frame["orders_per_member"] = rate(frame.orders, frame.active_members)
    frame.insert(0, "period", names)
    return frame.reset_index(drop=True)[COLUMNS]


def label(period: int, grain: KpiGrain, first_day: int, last_day: int) -> str:
    """The name of a row; that of all the days is "2026-10-23..2026-11-21"."""
    if grain == "all":
        return f"{periods.date_of(first_day)}..{periods.date_of(last_day)}"
    return periods.label(period, grain)


def _period(table: ir.Table, grain: KpiGrain, prefix: str = "") -> ir.IntegerValue:
    return ibis.literal(0, "int32") if grain == "all" else table[f"{prefix}{grain}"]


def place_of(table: ir.Table, by: By) -> ir.IntegerValue:
    """The place of each row as a column to group by."""
    return table[by] if by else ibis.literal(0, "int64")


def _per_period(
    sales: ir.Table, firsts: ir.Table, by: By, grain: KpiGrain, first_day: int, last_day: int
) -> pd.DataFrame:
    """place, period (number), members, orders and money of members and of guests; empty periods are missing."""
    inside = sales.filter(sales.day.between(first_day, last_day))
    per_member = inside.group_by("member_id", place=place_of(inside, by), period=_period(inside, grain)).aggregate(
        orders=inside.count(), gross=inside.gross.sum()
    )
    born = firsts.filter(firsts.first_order_day.between(first_day, last_day))
    births = born.select(new_member_id="member_id", birth=_period(born, grain, "first_order_"))
    joined = per_member.left_join(
        births, [per_member.member_id == births.new_member_id, per_member.period == births.birth]
    )
    known, new = joined.member_id.notnull(), joined.new_member_id.notnull()
    figures = joined.group_by("place", "period").aggregate(
        active_members=joined.count(where=known),
        new_members=joined.count(where=new),
        orders=exact(joined.orders.sum(where=known)),
        gross=exact(joined.gross.sum(where=known)),
        new_gross=exact(joined.gross.sum(where=new)),
        guest_orders=exact(joined.orders.sum(where=~known)),
        guest_gross=exact(joined.gross.sum(where=~known)),
    )
    return figures.to_pandas()


def _refunds(money_back: ir.Table, by: By, grain: KpiGrain, first_day: int, last_day: int) -> pd.DataFrame:
    """place, period (number), refunds of identified members and how many those are."""
    inside = money_back.filter(money_back.member_id.notnull(), money_back.day.between(first_day, last_day))
    figures = inside.group_by(place=place_of(inside, by), period=_period(inside, grain)).aggregate(
        refunds=exact(inside.amount.sum()), refunded_members=inside.member_id.nunique()
    )
    return figures.to_pandas()


def _every_period(frame: pd.DataFrame, span: range) -> pd.DataFrame:
    """The figures indexed by every period of the span, int64, zeros where the frame has no row.

    Filled without passing through floats: money beyond 2**53 would lose its last digits there.
    """
    return frame.set_index("period").astype(np.int64).reindex(pd.RangeIndex(span.start, span.stop), fill_value=0)

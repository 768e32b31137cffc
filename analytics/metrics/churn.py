"""Three-month churn: who bought in a month and stayed away for the three after it."""

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics import people, periods
from analytics.metrics.intervals import rate, wilson


def last_decided(last_day: int) -> int:
    """The last month whose three following months are over on last_day (a day number)."""
    return periods.last_complete(last_day, "month") - people.AWAY_MONTHS


def churn_3m(
    member_month: ir.Table, *, last_day: int, first_month: int | None = None, last_month: int | None = None
) -> pd.DataFrame:
    """Members who bought in a month, and those of them without a purchase in the three calendar months after it.

    `member_month` as of last_day (a day number), of the members asked for; first_month..last_month (month numbers,
    inclusive) narrow the months. A month enters only when the third month after it is over.

    Returns one row per month from the first with a purchase: period (`2011-01`), active, churned (int64), rate, low,
    high (fractions, 95 % Wilson, NaN when nobody was active).
    """
    last = last_decided(last_day) if last_month is None else min(last_month, last_decided(last_day))
    decided = member_month.filter(member_month.month <= last)
    if first_month is not None:
        decided = decided.filter(decided.month >= first_month)
    active = _by_month(decided)
    churned = _by_month(people.stayed_away(decided, member_month))
    months = range(int(active.index.min()), last + 1) if len(active) else range(0)
    n, k = (found.reindex(months, fill_value=0).to_numpy(np.int64) for found in (active, churned))
    low, high = wilson(k, n)
    names = [periods.label(month, "month") for month in months]
    return pd.DataFrame({"period": names, "active": n, "churned": k, "rate": rate(k, n), "low": low, "high": high})


def _by_month(member_month: ir.Table) -> "pd.Series[int]":
    return member_month.group_by("month").aggregate(people=member_month.count()).to_pandas().set_index("month").people

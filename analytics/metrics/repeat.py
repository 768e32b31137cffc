"""Repeat-purchase rate over fixed windows, counted only on members who have been observed long enough."""

from collections.abc import Sequence

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics.intervals import rate, wilson
from analytics.metrics.people import began_in

WINDOWS = (30, 60, 90, 180, 365)


def repeat_purchase(
    firsts: ir.Table,
    *,
    last_day: int,
    windows: Sequence[int] = WINDOWS,
    first_from: int | None = None,
    first_to: int | None = None,
) -> pd.DataFrame:
    """Members who bought on a second day within w days of the first, of those whose w days are over.

    `firsts` as of last_day (a day number), filtered by store or channel of the first purchase as wanted;
    first_from..first_to (day numbers, inclusive) narrow the day of the first purchase.
    "Ever bought again / all members" is not offered: it falls whenever many new members arrive.

    Returns one row per window, in the order given: window_days, eligible, repeated (int64), rate, low, high
    (fractions, 95 % Wilson, NaN when nobody is eligible).
    """
    members = began_in(firsts, first_from, first_to)
    figures: dict[str, ir.Scalar] = {}
    for window in windows:
        observed = members.first_day <= last_day - window
        came_back = members.second_day - members.first_day <= window
        figures[f"eligible_{window}"] = members.count(where=observed)
        figures[f"repeated_{window}"] = members.count(where=observed & came_back)
    row = members.aggregate(**figures).to_pandas().iloc[0]
    eligible = np.array([row[f"eligible_{window}"] for window in windows], np.int64)
    repeated = np.array([row[f"repeated_{window}"] for window in windows], np.int64)
    low, high = wilson(repeated, eligible)
    return pd.DataFrame(
        {
            "window_days": np.array(windows, np.int64),
            "eligible": eligible,
            "repeated": repeated,
            "rate": rate(repeated, eligible),
            "low": low,
            "high": high,
        }
    )

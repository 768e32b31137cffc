"""When customers come: valid orders by weekday and hour of the store."""

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics.totals import exact

WEEKDAYS = range(7)
"""0 is Monday."""

HOURS = range(24)

COLUMNS = ["weekday", "hour", "orders", "gross", "people"]


def hour_weekday(sales: ir.Table, *, first_day: int, last_day: int) -> pd.DataFrame:
    """Orders of members and guests per weekday and hour, of first_day..last_day (day numbers, inclusive).

    Returns 168 rows, by weekday and hour, zeros where nothing was sold:
      weekday (0 is Monday), hour (0 to 23), orders, gross (ten-thousandths), people: distinct members, and each guest
      order as one. All int64.
    """
    inside = sales.filter(sales.day.between(first_day, last_day))
    found = inside.group_by(weekday=(inside.day + 3) % 7, hour=inside.hour.cast("int64")).aggregate(
        orders=inside.count(),
        gross=exact(inside.gross.sum()),
        people=inside.member_id.nunique() + inside.count(where=inside.member_id.isnull()),
    )
    frame = found.to_pandas().astype(np.int64).set_index(["weekday", "hour"])
    every = pd.MultiIndex.from_product([WEEKDAYS, HOURS], names=["weekday", "hour"])
    return frame.reindex(every, fill_value=0).reset_index()[COLUMNS]

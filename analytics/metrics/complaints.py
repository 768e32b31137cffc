"""How often customers complain, and whether they complain of the same again.

`complaints` are rows of `facts.feedback.Feedback.cases`. A part is a column of theirs, or "" for all in one.
"""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics.intervals import counted, rate, wilson
from analytics.metrics.satisfaction import part_of

COMPLAINT = 0  # number of facts.schema.CASE_KINDS
AGAIN_DAYS = 30
"""Days within which a complaint of the same member about the same cause is a repeated one."""


def with_repeats(complaints: ir.Table) -> ir.Table:
    """The rows with `is_named` (member and cause are known) and `is_repeat` (the same was complained of before)."""
    named = complaints.member_id.notnull() & complaints.cause_id.notnull()
    rows = complaints.mutate(is_named=ibis.ifelse(named, 1, 0))
    order = [rows.opened_at, rows.case_id]
    before = rows.day.lag().over(group_by=[rows.member_id, rows.cause_id], order_by=order)
    rows = rows.mutate(days_since=rows.day - before)
    again = (rows.is_named == 1) & (rows.days_since <= AGAIN_DAYS).fill_null(False)
    return rows.mutate(is_repeat=ibis.ifelse(again, 1, 0)).drop("days_since")


def complaint_rate(complaints: ir.Table, sales: ir.Table, part: str, sold_part: str) -> pd.DataFrame:
    """Complaints against what was sold. `complaints` as `with_repeats` gives them; `sold_part`: the column of sales
    that is to meet `part`, "" when every part is held against all sales.

    Returns a row per part that complained or bought, in order: part, complaints, members (who complained), orders,
    active (members who bought), named, repeated (int64), per_orders, orders_low, orders_high, per_members,
    members_low, members_high (complaints per 1,000), repeat_rate, low, high (repeated of named).
    """
    told = complaints.group_by(part=part_of(complaints, part)).aggregate(
        complaints=complaints.count(),
        members=complaints.member_id.nunique(),
        named=complaints.count(where=complaints.is_named == 1),
        repeated=complaints.count(where=complaints.is_repeat == 1),
    )
    sold = sales.group_by(part=part_of(sales, sold_part)).aggregate(
        orders=sales.count(), active=sales.member_id.nunique()
    )
    frame, base = told.to_pandas(), sold.to_pandas()
    if part and not sold_part:
        frame = frame.assign(**{key: int(base[key].sum()) for key in ("orders", "active")})
    else:
        frame = frame.merge(base, on="part", how="outer")
    frame = frame.fillna(0).astype(np.int64).sort_values("part").reset_index(drop=True)
    for of, unit in (("orders", "orders"), ("active", "members")):
        frame[f"per_{unit}"] = 1000 * rate(frame["complaints"], frame[of])
        low, high = counted(frame["complaints"], frame[of])
        frame[f"{unit}_low"], frame[f"{unit}_high"] = 1000 * low, 1000 * high
    frame["repeat_rate"] = rate(frame["repeated"], frame["named"])
    frame["low"], frame["high"] = wilson(frame["repeated"], frame["named"])
    return frame

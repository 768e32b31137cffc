"""Which product of the first purchase is followed by which one at the second."""

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics.intervals import rate, wilson

FEWEST = 5
"""Members that a pair must have to be told."""


def product_pairs(first_products: ir.Table) -> pd.DataFrame:
    """Pairs of a product bought on the first purchase day and one bought on the second.

    `first_products` of the members asked for. Only members with products on both days count. A member who bought
    several products stands in several pairs, once in each.

    Returns a row per pair of at least `FEWEST` members, most members first, then by product:
      first, second (product ids), members, first_members, second_members (int64), share, low, high, lift.
    `first_members` bought `first` on the first day, `second_members` bought `second` on the second, `members` both;
    share = members / first_members with its Wilson interval; lift = share / (second_members / all who count).
    """
    before, after = _days(first_products)
    pairs = before.join(after, before.member_id == after.later_id)
    pairs = pairs.group_by("first", "second").aggregate(members=pairs.count())
    pairs = pairs.filter(pairs.members >= FEWEST)
    of_first = before.group_by(of_first="first").aggregate(first_members=before.count())
    of_second = after.group_by(of_second="second").aggregate(second_members=after.count())
    found = pairs.join(of_first, pairs["first"] == of_first.of_first)
    found = found.join(of_second, found.second == of_second.of_second)
    frame = found.select(*_COUNTS).to_pandas().astype(np.int64)
    frame = frame.sort_values(["members", "first", "second"], ascending=[False, True, True], ignore_index=True)
    everybody = int(before.member_id.nunique().to_pyarrow().as_py())
    share = rate(frame.members, frame.first_members)
    low, high = wilson(frame.members, frame.first_members)
    lift = rate(share, rate(frame.second_members, everybody))
    return frame.assign(share=share, low=low, high=high, lift=lift)


_COUNTS = ("first", "second", "members", "first_members", "second_members")


def with_first(first_products: ir.Table, first: int) -> ir.Table:
    """Those who count in `product_pairs` and bought this product on the first day (column member_id)."""
    before, _after = _days(first_products)
    return before.filter(before["first"] == first)


def with_pair(first_products: ir.Table, first: int, second: int) -> ir.Table:
    """Those of them who bought this one on the second (column member_id)."""
    before, after = _days(first_products)
    began, went_on = before.filter(before["first"] == first), after.filter(after.second == second)
    return began.semi_join(went_on, began.member_id == went_on.later_id)


def _days(first_products: ir.Table) -> tuple[ir.Table, ir.Table]:
    """The first day (member_id, first) and the second (later_id, second) of the members with products on both."""
    before = first_products.filter(first_products.nth == 1).select("member_id", first="product_id")
    after = first_products.filter(first_products.nth == 2).select(later_id="member_id", second="product_id")
    both = before.member_id == after.later_id
    return before.semi_join(after, both), after.semi_join(before, both)

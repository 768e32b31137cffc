"""Tiers, coupons and benefits: who moved, what was used, and what it cost."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics.intervals import rate, wilson
from analytics.metrics.totals import exact

NEW = -1  # stands for the tier of who was no member yet


def tier_migration(stays: ir.Table, firsts: ir.Table, *, base: int, first_day: int, last_day: int) -> pd.DataFrame:
    """Who was in which tier at the end of two days.

    `base`: the rank of the lowest tier, where everybody is whom no stay says otherwise. Members are all with a first
    purchase or a stay by the later day; who had neither by the earlier one was NEW.
    Returns a row per pair that occurs: before, after (ranks), members, of (int64: all with that `before`), share, low,
    high.
    """
    moved = moves(stays, firsts, base=base, first_day=first_day, last_day=last_day)
    frame = moved.group_by("before", "after").aggregate(members=moved.count()).to_pandas()
    frame = frame.astype(np.int64).sort_values(["before", "after"]).reset_index(drop=True)
    frame["of"] = frame.groupby("before")["members"].transform("sum").astype(np.int64)
    frame["share"] = rate(frame["members"], frame["of"])
    frame["low"], frame["high"] = wilson(frame["members"], frame["of"])
    return frame


def moves(stays: ir.Table, firsts: ir.Table, *, base: int, first_day: int, last_day: int) -> ir.Table:
    """member_id, before, after: the ranks at the end of two days."""
    bought = firsts.select("member_id", since=firsts.first_order_day)
    begun = stays.group_by("member_id").aggregate(since=stays.from_day.min())
    known = bought.union(begun.select("member_id", "since"))
    people = known.group_by("member_id").aggregate(since=known.since.min())
    people = people.filter(people.since <= last_day)
    before, after = (
        _on(stays, day).rename({f"of_{name}": "member_id", name: "rank"})
        for name, day in (("before", first_day), ("after", last_day))
    )
    joined = people.left_join(before, people.member_id == before.of_before)
    joined = joined.left_join(after, joined.member_id == after.of_after)
    return joined.select(
        "member_id",
        before=ibis.ifelse(joined.since > first_day, NEW, joined.before.fill_null(base)).cast("int32"),
        after=joined.after.fill_null(base).cast("int32"),
    )


def _on(stays: ir.Table, day: int) -> ir.Table:
    """member_id, rank: of those whom a stay holds at the end of a day; of two records' stays the better one."""
    held = stays.filter(stays.from_day <= day, stays.to_day > day)
    return held.group_by("member_id").aggregate(rank=held["rank"].max())


def coupon_use(coupons: ir.Table, sales: ir.Table, *, first_day: int, last_day: int, today: int) -> pd.DataFrame:
    """What became of the coupons issued in some days, by offer.

    Returns a row per offer: offer_id, issued, used, expired, withdrawn, open, members (who used one; int64), rate (used
    ÷ used and expired; NaN where none is over), low, high, discount, sales (int64 ten-thousandths: of the orders that
    took one).
    """
    given = coupons.filter(coupons.day.between(first_day, last_day))
    over = (given.state == 2) | ((given.state == 0) & (given.last_day < today).fill_null(False))
    used = given.state == 1
    counts = given.group_by("offer_id").aggregate(
        issued=given.count(), used=given.count(where=used), expired=given.count(where=over),
        withdrawn=given.count(where=given.state == 3), members=given.member_id.nunique(where=used),
        discount=exact(given.amount.sum(where=used)),
    )  # fmt: skip
    orders = given.filter(used, given.order_id.notnull()).select("offer_id", coupon_order="order_id").distinct()
    sold = orders.join(sales, orders.coupon_order == sales.order_id)
    money = sold.group_by(sold_offer=sold.offer_id).aggregate(sales=exact(sold.gross.sum()))
    joined = counts.left_join(money, counts.offer_id == money.sold_offer).drop("sold_offer")
    frame = joined.mutate(sales=joined.sales.fill_null(0)).to_pandas().astype(np.int64)
    frame = frame.sort_values("offer_id").reset_index(drop=True)
    frame["open"] = frame["issued"] - frame["used"] - frame["expired"] - frame["withdrawn"]
    closed = frame["used"] + frame["expired"]
    frame["rate"] = rate(frame["used"], closed)
    frame["low"], frame["high"] = wilson(frame["used"], closed)
    return frame


def benefit_cost(
    uses: ir.Table, stays: ir.Table, firsts: ir.Table, *, base: int, first_day: int, last_day: int
) -> pd.DataFrame:
    """What the benefits of each tier cost in some days.

    Returns a row per tier: rank, members (in it at the end of the last day), users, uses, cost (int64 ten-thousandths),
    per_member (cost ÷ members, float ten-thousandths, NaN without any).
    """
    inside = uses.filter(uses.day.between(first_day, last_day))
    spent = inside.group_by("rank").aggregate(
        users=inside.member_id.nunique(), uses=inside.count(), cost=exact(inside.cost.sum())
    )
    people = moves(stays, firsts, base=base, first_day=last_day, last_day=last_day)
    held = people.group_by("after").aggregate(members=people.count()).to_pandas().astype(np.int64).set_index("after")
    frame = spent.to_pandas().astype(np.int64).set_index("rank").join(held, how="outer").fillna(0).astype(np.int64)
    frame = frame.rename_axis("rank").sort_index().reset_index()
    frame["per_member"] = rate(frame["cost"], frame["members"])
    return frame

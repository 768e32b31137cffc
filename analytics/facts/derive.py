"""The prepared tables, as expressions over the raw facts at one (as_of, known_at).

One text for two uses: a publish materialises it at "now", and a question about a past moment evaluates it
lazily over the raw facts. It keeps to the vocabulary on which DuckDB, PostgreSQL and Spark agree.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir


@dataclass(frozen=True)
class RawFacts:
    """Ibis tables with the columns of `schema.SOLD`."""

    orders: ir.Table
    refunds: ir.Table
    lines: ir.Table
    exclusions: ir.Table
    merges: ir.Table


@dataclass(frozen=True)
class Prepared:
    """Ibis tables with the columns of `schema.PREPARED`."""

    sales: ir.Table
    money_back: ir.Table
    firsts: ir.Table
    member_month: ir.Table
    member_summary: ir.Table
    occasions: ir.Table
    first_products: ir.Table


def prepare(raw: RawFacts, *, as_of_day: int, known_at: int) -> Prepared:
    """The prepared tables as of a day (days since 1970-01-01), as known at an instant (µs since 1970 UTC)."""
    sold = sales(raw, as_of_day=as_of_day, known_at=known_at)
    returned = money_back(raw, as_of_day=as_of_day, known_at=known_at)
    return prepare_from(sold, returned, raw.lines, occasions(sold))


def prepare_from(sold: ir.Table, returned: ir.Table, lines: ir.Table, days: ir.Table) -> Prepared:
    """The prepared tables when sales, money_back and the purchase days (`occasions`) exist already."""
    return Prepared(
        sales=sold,
        money_back=returned,
        firsts=firsts(sold),
        member_month=member_month(sold),
        member_summary=member_summary(sold, returned),
        occasions=days,
        first_products=first_products(sold, lines, days),
    )


def known(table: ir.Table, known_at: int) -> ir.Table:
    """The rows recorded by the instant and not voided by then."""
    return table.filter(
        table.recorded_at <= known_at,
        table.voided_at.isnull() | (table.voided_at > known_at),
    )


def sales(raw: RawFacts, *, as_of_day: int, known_at: int) -> ir.Table:
    """Valid orders (columns `schema.SALES`): more than zero paid, unvoided, buyer not excluded that day."""
    orders = known(raw.orders, known_at)
    orders = orders.filter(orders.day <= as_of_day, orders.total > 0)
    orders = _without_excluded(owned(orders, raw.merges, known_at), raw, known_at)
    refunded = _refunded_per_order(raw.refunds, as_of_day=as_of_day, known_at=known_at)
    joined = orders.left_join(refunded, orders.order_id == refunded.refunded_order_id)
    wholly = (joined.gross > 0) & (joined.refunded.fill_null(0) >= joined.gross)
    return joined.select(
        "order_id", "member_id", "store_id", "channel_id", "day", "week", "month", "hour", "rank", "gross",
        kept=ibis.ifelse(wholly, 0, 1).cast("int32"),
    )  # fmt: skip


def money_back(raw: RawFacts, *, as_of_day: int, known_at: int) -> ir.Table:
    """Refunds that count (columns `schema.MONEY_BACK`) on their own day; they need not name an order."""
    refunds = known(raw.refunds, known_at)
    refunds = refunds.filter(refunds.day <= as_of_day)
    refunds = _without_excluded(owned(refunds, raw.merges, known_at), raw, known_at)
    return refunds.select("refund_id", "member_id", "store_id", "channel_id", "day", "week", "month", "amount")


def member_month(sold: ir.Table) -> ir.Table:
    """Kept orders per member and month (columns `schema.MEMBER_MONTH`)."""
    kept = sold.filter(sold.member_id.notnull(), sold.kept == 1)
    return kept.group_by("member_id", "month").aggregate(kept_orders=kept.count())


def member_summary(sold: ir.Table, returned: ir.Table) -> ir.Table:
    """What every member with a valid order has bought and given back in all (columns `schema.MEMBER_SUMMARY`)."""
    orders = sold.filter(sold.member_id.notnull())
    kept = orders.kept == 1
    bought = orders.group_by("member_id").aggregate(
        orders=orders.count(),
        gross=orders.gross.sum(),
        kept_orders=orders.count(where=kept),
        kept_days=orders.day.nunique(where=kept),
        kept_gross=orders.gross.sum(where=kept).fill_null(0),
        first_day=orders.day.min(where=kept),
        last_day=orders.day.max(where=kept),
    )
    named = returned.filter(returned.member_id.notnull())
    back = named.group_by(refunded_id=named.member_id).aggregate(refunded=named.amount.sum())
    joined = bought.left_join(back, bought.member_id == back.refunded_id)
    return joined.select(
        "member_id", "orders", "gross", refunds=joined.refunded.fill_null(0),
        **{name: joined[name] for name in ("kept_orders", "kept_days", "kept_gross", "first_day", "last_day")},
    )  # fmt: skip


def occasions(sold: ir.Table) -> ir.Table:
    """The days on which a member bought, in order (columns `schema.OCCASIONS`)."""
    days = sold.filter(sold.member_id.notnull(), sold.kept == 1).select("member_id", "day").distinct()
    in_order = ibis.window(group_by=days.member_id, order_by=days.day)
    return days.select(
        "member_id",
        nth=(ibis.row_number().over(in_order) + 1).cast("int32"),
        day="day",
        next_day=days.day.lead().over(in_order),
    )


def first_products(sold: ir.Table, lines: ir.Table, days: ir.Table) -> ir.Table:
    """What members bought on the first and second of their purchase days (columns `schema.FIRST_PRODUCTS`)."""
    early = days.filter(days.nth <= 2).select("nth", buyer_id="member_id", bought_day="day")
    kept = sold.filter(sold.member_id.notnull(), sold.kept == 1)
    orders = kept.join(early, [kept.member_id == early.buyer_id, kept.day == early.bought_day])
    items = lines.select("product_id", line_order_id="order_id")
    return (
        orders.join(items, orders.order_id == items.line_order_id).select("member_id", "nth", "product_id").distinct()
    )


def firsts(sold: ir.Table) -> ir.Table:
    """First purchase and purchase rhythm of every member with a valid order (columns `schema.FIRSTS`)."""
    orders = sold.filter(sold.member_id.notnull())
    accounting = _first_rows(orders).select(
        "member_id",
        first_order_day="day",
        first_order_week="week",
        first_order_month="month",
        first_order_store_id="store_id",
        first_order_channel_id="channel_id",
    )
    behaviour = _first_rows(orders.filter(orders.kept == 1)).select(
        buyer_id="member_id",
        first_day="day",
        first_week="week",
        first_month="month",
        store_id="store_id",
        channel_id="channel_id",
        second_day="second_day",
        second_order_day="second_order_day",
        last_day="last_day",
    )
    return accounting.left_join(behaviour, accounting.member_id == behaviour.buyer_id).drop("buyer_id")


def last_business_day(raw: RawFacts, *, known_at: int) -> ir.Scalar:
    """Scalar: the last day with an order or a refund known at the instant, null when there is none."""
    orders, refunds = known(raw.orders, known_at), known(raw.refunds, known_at)
    return orders.select("day").union(refunds.select("day")).day.max()


def owned(facts: ir.Table, merges: ir.Table, known_at: int) -> ir.Table:
    """The facts with the member that each record counted for at the instant instead of the record."""
    merged = known(merges, known_at).select(record_id="member_id", owner_id="owner_id")
    joined = facts.left_join(merged, facts.member_id == merged.record_id)
    return joined.mutate(member_id=ibis.coalesce(joined.owner_id, joined.member_id)).drop("record_id", "owner_id")


def _without_excluded(facts: ir.Table, raw: RawFacts, known_at: int) -> ir.Table:
    """Drop the facts of buyers who were excluded (staff, test, reseller) on that very day; guests stay."""
    excluded = owned(known(raw.exclusions, known_at), raw.merges, known_at)
    return facts.anti_join(
        excluded,
        [
            facts.member_id == excluded.member_id,
            excluded.from_day <= facts.day,
            facts.day <= excluded.to_day,
        ],
    )


def _refunded_per_order(refunds: ir.Table, *, as_of_day: int, known_at: int) -> ir.Table:
    """refunded_order_id, refunded: what refunds that name an order gave back for it."""
    naming = known(refunds, known_at)
    naming = naming.filter(naming.day <= as_of_day, naming.order_id.notnull())
    return naming.group_by(refunded_order_id=naming.order_id).aggregate(refunded=naming.amount.sum())


def _first_rows(orders: ir.Table) -> ir.Table:
    """The first row of every member (earliest day, then `rank`) with second_day, second_order_day and last_day.

    second_day is the next distinct day with an order, second_order_day that of the second order; null when there is
    none. Aggregations and joins instead of a window function: a third less work on a million orders.
    """
    span = orders.group_by(buyer_id=orders.member_id).aggregate(first_day=orders.day.min(), last_day=orders.day.max())
    followed = orders.join(span, orders.member_id == span.buyer_id)
    rhythm = followed.group_by("buyer_id", "last_day").aggregate(
        first_rank=followed["rank"].min(where=followed.day == followed.first_day),
        born_day=followed.day.min(),
        second_day=followed.day.min(where=followed.day > followed.first_day),
        same_day_orders=followed.count(where=followed.day == followed.first_day),
    )
    rhythm = rhythm.mutate(second_order_day=ibis.ifelse(rhythm.same_day_orders > 1, rhythm.born_day, rhythm.second_day))
    is_first = [
        orders.member_id == rhythm.buyer_id,
        orders.day == rhythm.born_day,
        orders["rank"] == rhythm.first_rank,
    ]
    return orders.join(rhythm, is_first)

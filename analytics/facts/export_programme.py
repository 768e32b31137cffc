"""From the database to Arrow: points, tiers, coupons and benefits.

The two tables of the ledger lie in files by the month (UTC) in which their entries were recorded, which never changes;
the day that a move counts on is a column. The other three are small and written whole.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.db import connection

from analytics.facts import schema
from analytics.facts.export import CHUNK, DAY, MICROS, QUARTER, SECONDS, month_span
from members.queries import merchants

_SELECT = {
    "points_moves": (
        "SELECT posting.id, posting.entry_id, posting.lot_id, account.member_id, sold.store_id,"
        " CASE WHEN entry.kind IN ('earn', 'redeem') THEN {sold_on} END, {happened_at}, {lot_ends},"
        " CASE WHEN entry.kind = 'expire' THEN (SELECT MAX({earlier_at}) FROM rewards_posting before"
        "  JOIN rewards_entry earlier ON earlier.id = before.entry_id"
        "  WHERE before.lot_id = posting.lot_id AND before.id < posting.id) END,"
        " CASE entry.kind WHEN 'earn' THEN 0 WHEN 'opening' THEN 1 WHEN 'redeem' THEN 2 WHEN 'expire' THEN 3"
        "  WHEN 'adjust' THEN 4 WHEN 'transfer' THEN 7 ELSE CASE WHEN undone.amount > 0 THEN 5 ELSE 6 END END,"
        " posting.amount, {recorded_at}"
        " FROM rewards_posting posting JOIN rewards_entry entry ON entry.id = posting.entry_id"
        " JOIN rewards_account account ON account.id = posting.account_id"
        " LEFT JOIN members_order sold ON sold.id = entry.order_id"
        " LEFT JOIN rewards_entry undone ON undone.id = entry.reverses_id"
        " LEFT JOIN rewards_lot lot ON lot.id = posting.lot_id"
        " WHERE entry.recorded_at >= %s AND entry.recorded_at < %s"
    ),
    "points_lots": (
        "SELECT lot.id, CASE WHEN entry.kind = 'earn' THEN {sold_on} END, {happened_at}, {lot_ends},"
        " CASE entry.kind WHEN 'earn' THEN 1 ELSE 0 END"
        " FROM rewards_lot lot JOIN rewards_entry entry ON entry.id = lot.entry_id"
        " LEFT JOIN members_order sold ON sold.id = entry.order_id"
        " WHERE entry.recorded_at >= %s AND entry.recorded_at < %s"
    ),
    "tier_stays": (
        "SELECT stay.member_id, tier.rank, {starts_on}, COALESCE({ends_on}, 2147483647), {stay_recorded_at}"
        " FROM rewards_tierstay stay JOIN rewards_tier tier ON tier.id = stay.tier_id"
    ),
    "coupons": (
        "SELECT id, offer_id, member_id,"
        " CASE state WHEN 'open' THEN 0 WHEN 'used' THEN 1 WHEN 'expired' THEN 2 ELSE 3 END,"
        " {issued_seconds}, {last_day}, {used_seconds}, order_id, COALESCE(amount, 0), {issued_at} FROM rewards_coupon"
    ),
    "benefit_uses": (
        "SELECT used.id, used.benefit_id, tier.rank, used.member_id, {used_on}, used.cost, {used_at}"
        " FROM rewards_benefituse used JOIN rewards_benefit benefit ON benefit.id = used.benefit_id"
        " JOIN rewards_tier tier ON tier.id = benefit.tier_id"
    ),
}
_DAYS = {
    "sold_on": "sold.business_date", "lot_ends": "lot.expires_on", "starts_on": "stay.starts_on",
    "ends_on": "stay.ends_on", "last_day": "last_day", "used_on": "used.business_date",
}  # fmt: skip
_INSTANTS = {
    "recorded_at": "entry.recorded_at", "stay_recorded_at": "stay.recorded_at", "issued_at": "issued_at",
    "used_at": "used.used_at",
}  # fmt: skip
_WALL = {
    "happened_at": "entry.happened_at", "earlier_at": "earlier.happened_at", "issued_seconds": "issued_at",
    "used_seconds": "used_at",
}  # fmt: skip
Columns = Sequence[Sequence[Any]]


def batches(table: str, month: int | None = None) -> Iterator[pa.RecordBatch]:
    """Record batches with the columns of `schema.PROGRAMME[table]`; of one month of records, or (None) all."""
    definition, shape = schema.PROGRAMME[table], _SHAPES.get(table, _as_it_is)
    days = _Days(merchants.current().zone)
    with connection.cursor() as cursor:
        cursor.execute(_sql(table), _span(month))
        while rows := cursor.fetchmany(CHUNK):
            columns = shape(list(zip(*rows, strict=True)), days)
            arrays = [pa.array(values, field.type) for values, field in zip(columns, definition, strict=True)]
            yield pa.record_batch(arrays, schema=definition)


def _sql(table: str) -> str:
    day, micros, seconds = (each[connection.vendor] for each in (DAY, MICROS, SECONDS))
    return _SELECT[table].format(
        **{name: day.format(column) for name, column in _DAYS.items()},
        **{name: micros.format(column) for name, column in _INSTANTS.items()},
        **{name: seconds.format(column) for name, column in _WALL.items()},
    )


def _span(month: int | None) -> list[Any]:
    if month is None:
        return []
    first, last = month_span(month)
    ends = (dt.datetime.combine(day, dt.time(), dt.UTC) for day in (first, last + dt.timedelta(days=1)))
    return [connection.ops.adapt_datetimefield_value(end) for end in ends]


class _Days:
    """Dates of instants in a zone, as day numbers; the zone is asked once for each quarter of an hour that occurs."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._known: dict[int, int] = {}

    def of(self, second: int) -> int:
        quarter = second // QUARTER
        if quarter not in self._known:
            date = dt.datetime.fromtimestamp(quarter * QUARTER, self._zone).date()
            self._known[quarter] = date.toordinal() - dt.date(1970, 1, 1).toordinal()
        return self._known[quarter]


def _as_it_is(columns: Columns, days: _Days) -> Columns:
    return columns


def _moves(columns: Columns, days: _Days) -> Columns:
    """The day of each move: its order's, or when it happened; points that expired went the day after their last.

    But not before what had last moved them: points that come back when they are over by then expire on that day.
    """
    *ahead, sold, happened, ends, earlier, flows, amounts, recorded = columns
    on = []
    for business, second, last, before, flow in zip(sold, happened, ends, earlier, flows, strict=True):
        if flow == schema.FLOWS.index("expired") and last is not None:
            on.append(max(last + 1, days.of(before) if before is not None else 0))
        else:
            on.append(business if business is not None else days.of(second))
    weeks, months = [(day + 3) // 7 for day in on], [_month(day) for day in on]
    return [*ahead, on, weeks, months, flows, amounts, recorded]


def _lots(columns: Columns, days: _Days) -> Columns:
    lots, sold, happened, ends, earned = columns
    on = [day if day is not None else days.of(second) for day, second in zip(sold, happened, strict=True)]
    months = [[None if day is None else _month(day + later) for day in ends] for later in (0, 1)]
    return [lots, on, ends, *months, earned]


def _coupons(columns: Columns, days: _Days) -> Columns:
    coupons, offers, members, states, issued, ends, used, orders, amounts, recorded = columns
    return [
        coupons, offers, members, states, [days.of(second) for second in issued], ends,
        [None if second is None else days.of(second) for second in used], orders, amounts, recorded,
    ]  # fmt: skip


_SHAPES: dict[str, Callable[[Columns, _Days], Columns]] = {
    "points_moves": _moves, "points_lots": _lots, "coupons": _coupons,
}  # fmt: skip


def _month(day: int) -> int:
    date = dt.date.fromordinal(day + dt.date(1970, 1, 1).toordinal())
    return date.year * 12 + date.month - 1

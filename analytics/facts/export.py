"""From the database to Arrow: the raw facts of one month, read by plain cursor.

The dates and instants are turned into integers by the database, because SQLite hands them over as text.
"""

import datetime as dt
from collections.abc import Iterator
from hashlib import blake2b
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.db import connection

from analytics.facts import schema

DAY = {
    "sqlite": "CAST(julianday({0}) - 2440587.5 AS INTEGER)",
    "postgresql": "({0} - DATE '1970-01-01')",
}
# SQLite rounds to milliseconds: without the substr, 15:59:59.9996 would be 16:00.
MICROS = {
    "sqlite": (
        "(CAST(strftime('%%s', substr({0}, 1, 19)) AS INTEGER) * 1000000"
        " + CAST(substr({0} || CASE WHEN instr({0}, '.') = 0 THEN '.000000' ELSE '' END, 21, 6) AS INTEGER))"
    ),
    "postgresql": "CAST(EXTRACT(EPOCH FROM {0}) * 1000000 AS BIGINT)",
}
SECONDS = {
    "sqlite": "CAST(strftime('%%s', substr({0}, 1, 19)) AS INTEGER)",
    "postgresql": "CAST(FLOOR(EXTRACT(EPOCH FROM {0})) AS BIGINT)",
}
_SELECT = {
    "orders": (
        "SELECT id, buyer_id, store_id, channel_id, {business_date}, {seconds}, total, gross, {recorded_at},"
        " {voided_at}, source, number FROM members_order WHERE status = 'paid' AND business_date BETWEEN %s AND %s"
    ),
    "refunds": (
        "SELECT id, order_id, buyer_id, store_id, channel_id, {business_date}, amount, {recorded_at}, {voided_at}"
        " FROM members_refund WHERE business_date BETWEEN %s AND %s"
    ),
    "lines": (
        "SELECT DISTINCT line.order_id, line.product_id FROM members_orderline line"
        " JOIN members_order sold ON sold.id = line.order_id WHERE sold.status = 'paid'"
        " AND sold.business_date BETWEEN %s AND %s AND line.kind = 'goods' AND line.product_id IS NOT NULL"
    ),
    "exclusions": (
        "SELECT member_id, {from_date}, COALESCE({to_date}, 2147483647), {recorded_at}, {voided_at}"
        " FROM members_exclusion"
    ),
    "merges": "SELECT member_id, owner_id, {recorded_at}, {voided_at} FROM members_membermerge",
}
CHUNK = 50_000
_EARLY = 14 * 3_600  # a business day begins up to so many seconds before its date does in UTC
QUARTER = 900  # seconds: no zone moves its clocks within a quarter of an hour


def month_span(month: int) -> tuple[dt.date, dt.date]:
    """First and last date of a month number (year * 12 + month - 1)."""
    first = dt.date(month // 12, month % 12 + 1, 1)
    following = month + 1
    return first, dt.date(following // 12, following % 12 + 1, 1) - dt.timedelta(days=1)


def batches(table: str, month: int | None = None) -> Iterator[pa.RecordBatch]:
    """Record batches with the columns of `schema.RAW[table]`, of one month (exclusions and merges: all)."""
    date_column = {"orders": 5, "refunds": 6}.get(table)
    with connection.cursor() as cursor:
        hours = _Hours(_zones()) if table == "orders" else None
        cursor.execute(_sql(table), [] if month is None else list(month_span(month)))
        while rows := cursor.fetchmany(CHUNK):
            columns = [list(column) for column in zip(*rows, strict=True)]
            if hours is not None:
                *columns, sources, numbers = columns
                seconds = columns[5]
                columns[5:6] = [hours.of(columns[2], seconds), _ranks(columns[4], seconds, sources, numbers)]
            if date_column is not None:
                days = columns[date_column - 1]
                columns[date_column - 1 : date_column] = [days, *periods_of(days, month or 0)]
            definition = schema.RAW[table]
            arrays = [pa.array(values, field.type) for values, field in zip(columns, definition, strict=True)]
            yield pa.record_batch(arrays, schema=definition)


def _sql(table: str) -> str:
    day, micros = DAY[connection.vendor], MICROS[connection.vendor]
    return _SELECT[table].format(
        seconds=SECONDS[connection.vendor].format("ordered_at"),
        **{name: day.format(name) for name in ("business_date", "from_date", "to_date")},
        **{name: micros.format(name) for name in ("recorded_at", "voided_at")},
    )


def _zones() -> dict[int, str]:
    """The IANA zone of every store."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, zone FROM members_store")
        return dict(cursor.fetchall())


class _Hours:
    """Hours of the day in the zones of the stores; a zone is asked once for each quarter of an hour that occurs."""

    def __init__(self, zones: dict[int, str]) -> None:
        self._zones = {store: ZoneInfo(zone) for store, zone in zones.items()}
        self._known: dict[tuple[str, int], int] = {}

    def of(self, stores: list[int], seconds: list[int]) -> list[int]:
        """The hour, 0 to 23, of each instant (seconds since 1970 UTC) in its store."""
        return [
            self._hour(self._zones[store], second // QUARTER) for store, second in zip(stores, seconds, strict=True)
        ]

    def _hour(self, zone: ZoneInfo, quarter: int) -> int:
        key = (zone.key, quarter)
        if key not in self._known:
            self._known[key] = dt.datetime.fromtimestamp(quarter * QUARTER, zone).hour
        return self._known[key]


def _ranks(days: list[int], seconds: list[int], sources: list[str], numbers: list[str]) -> list[int]:
    """18 bits for the time within the business day, 45 for source and number: no version of an order changes it."""
    times = [second - day * 86_400 + _EARLY for day, second in zip(days, seconds, strict=True)]
    hashes = [
        int.from_bytes(blake2b(f"{source}\0{number}".encode(), digest_size=6).digest()) >> 3
        for source, number in zip(sources, numbers, strict=True)
    ]
    return [min(max(time, 0), 2**18 - 1) << 45 | low for time, low in zip(times, hashes, strict=True)]


def periods_of(days: list[int], month: int) -> list[list[int]]:
    """The week and month columns beside a day column."""
    return [[(day + 3) // 7 for day in days], [month] * len(days)]

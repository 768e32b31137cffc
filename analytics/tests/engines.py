"""Ibis back ends for tests: every metric is proved on each of them with the same rows."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import ibis
import pyarrow as pa

from analytics.facts import schema
from analytics.facts.derive import RawFacts
from analytics.metrics import periods

NAMES = ("duckdb", "postgres")

Rows = list[dict[str, Any]]


def missing(name: str) -> str | None:
    """Why this engine cannot be used here, None when it can."""
    if name == "postgres" and not os.environ.get("DATABASE_URL", "").startswith(("postgres://", "postgresql://")):
        return "METRICS ARE NOT PROVED ON POSTGRESQL: DATABASE_URL does not name a PostgreSQL server"
    return None


@contextmanager
def opened(name: str) -> Iterator[Any]:
    """A connected back end with nothing in it; on PostgreSQL a schema of its own, dropped afterwards."""
    if name == "duckdb":
        backend = ibis.duckdb.connect(threads=1)
        yield backend
        backend.disconnect()
        return
    url = urlsplit(os.environ["DATABASE_URL"])
    backend = ibis.postgres.connect(
        host=url.hostname,
        port=url.port or 5432,
        user=url.username,
        password=url.password,
        database=url.path.lstrip("/") or "postgres",
    )
    own = f"metrics_{uuid.uuid4().hex}"
    backend.raw_sql(f"CREATE SCHEMA {own}").close()
    backend.raw_sql(f"SET search_path TO {own}").close()
    yield backend
    backend.raw_sql(f"DROP SCHEMA {own} CASCADE").close()
    backend.disconnect()


def load(backend: Any, tables: dict[str, pa.Table]) -> dict[str, Any]:
    """Store Arrow tables under their names and give them back as Ibis tables."""
    stored = {name: backend.create_table(name, obj=table, overwrite=True) for name, table in tables.items()}
    if backend.name == "postgres":  # which plans tables it has not counted as if they had few rows
        backend.raw_sql("ANALYZE " + ", ".join(stored)).close()
    return stored


def raw_facts(
    backend: Any,
    orders: Rows,
    refunds: Rows | None = None,
    exclusions: Rows | None = None,
    merges: Rows | None = None,
    lines: Rows | None = None,
) -> RawFacts:
    """Raw facts from rows; a column left out is quiet (store 1, channel 1, at noon, recorded at 0, not voided)."""
    rows = {
        "orders": orders, "refunds": refunds or [], "lines": lines or [],
        "exclusions": exclusions or [], "merges": merges or [],
    }  # fmt: skip
    tables = {name: pa.Table.from_pylist(_filled(name, rows[name]), schema.RAW[name]) for name in rows}
    return RawFacts(**load(backend, tables))


def order(member: int | None, date: str, gross: int = 10_000, **columns: int | None) -> dict[str, Any]:
    """A row of orders: one member (None: a guest), one ISO date, ten-thousandths paid."""
    return {"member_id": member, "gross": gross, "total": gross, **_dated(date), **columns}


def refund(member: int | None, date: str, amount: int, **columns: int | None) -> dict[str, Any]:
    """A row of refunds."""
    return {"member_id": member, "amount": amount, **_dated(date), **columns}


def day(date: str) -> int:
    """The day number of an ISO date."""
    return periods.parse(date, "day")


def _dated(date: str) -> dict[str, int]:
    number = day(date)
    return {
        "day": number,
        "week": periods.period_of(number, "week"),
        "month": periods.period_of(number, "month"),
    }


def _filled(name: str, rows: Rows) -> Rows:
    key = {"orders": "order_id", "refunds": "refund_id"}.get(name, "member_id")
    quiet = {"order_id": None, "store_id": 1, "channel_id": 1, "hour": 12, "recorded_at": 0, "voided_at": None}
    return [quiet | {key: number, "rank": number} | row for number, row in enumerate(rows, start=1)]

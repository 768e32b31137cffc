"""Entries and postings as rows: for `bulk.insert` by the thousand, and the few statements by which Book writes.

The latter are the same for every entry, so their SQL is made once: most of what an entry costs would go into that.
"""

import datetime as dt
import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection

from members.services.imports import bulk
from rewards.services.ledger.deed import Deed

ENTRY = (
    "id", "account_id", "kind", "amount", "key", "request_hash", "order_id", "forgiven", "reason", "detail",
    "happened_at", "recorded_at", "actor_kind", "actor_name", "user_id",
)  # fmt: skip
POSTING = ("entry_id", "account_id", "lot_id", "amount")


def entry(
    pk: int, account: int, kind: str, amount: int, deed: Deed, recorded_at: dt.datetime, asked: bytes = b""
) -> tuple[Any, ...]:
    """The row of one entry, in the order of ENTRY; `asked`: the print of its request."""
    return (
        pk, account, str(kind), amount, deed.key, asked, deed.order.pk if deed.order else None, 0, deed.reason,
        json.dumps(dict(deed.detail)), bulk.stored_instant(deed.happened_at), bulk.stored_instant(recorded_at),
        deed.by.kind, deed.by.name, deed.by.user_id,
    )  # fmt: skip


def insert(table: str, columns: tuple[str, ...], *rows: Sequence[Any]) -> int:
    """Insert rows of values as the database stores them. Returns the id of the first."""
    with connection.cursor() as cursor:
        cursor.execute(_insertion(table, columns, len(rows)), [value for row in rows for value in row])
        found: int = cursor.fetchall()[0][0]
    return found


@cache
def _insertion(table: str, columns: tuple[str, ...], rows: int) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * rows)
    return f'INSERT INTO "{table}" ({names}) VALUES {marks} RETURNING id'  # noqa: S608 - our own names


def update(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def known_keys(keys: Sequence[str]) -> set[str]:
    """Those of the keys under which there is an entry."""
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key FROM rewards_entry WHERE key IN ({marks})", keys)  # noqa: S608 - marks only
        return {row[0] for row in cursor.fetchall()}

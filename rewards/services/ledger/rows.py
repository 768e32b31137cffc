"""Entries and postings as rows for `bulk.insert`: what Book writes one by one, for thousands at a time."""

import datetime as dt
import json
from typing import Any

from members.services.imports import bulk
from rewards.services.ledger.book import Deed

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

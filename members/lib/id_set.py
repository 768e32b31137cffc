"""Filter by a large set of ids through one parameter; `id IN (…)` stops at SQLite's variable limit."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL


def id_set(ids: Iterable[int]) -> RawSQL:
    """An expression for `filter(id__in=id_set(ids))`, of any size."""
    listed: Any = [int(value) for value in ids]
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", (listed,))
    return RawSQL("SELECT value FROM json_each(%s)", (json.dumps(listed),))

"""Cases for tests: as rows of the warehouse, and in the database marked as every service does it."""

import datetime as dt
import itertools
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from analytics.facts import schema
from analytics.metrics import periods
from analytics.tests.engines import Rows, day, load
from members.lib import clock
from members.models import Touched
from surveys.models import Case

MINUTE = 60_000_000  # microseconds
NOON = 720 * MINUTE

_numbers = itertools.count(1)


def instant(date: str, minutes: int = 0) -> int:
    """So many minutes after noon UTC of a date, in microseconds."""
    return day(date) * 1440 * MINUTE + NOON + minutes * MINUTE


def told(member: int | None, date: str, **columns: int | None) -> dict[str, Any]:
    """A row of cases: a complaint that came in at noon UTC, of store 1, unanswered and without a target."""
    number = day(date)
    quiet: dict[str, Any] = dict.fromkeys(schema.CASES.names)
    quiet |= {
        "kind": 0, "member_id": member, "store_id": 1, "priority": 2, "day": number, "opened_at": instant(date),
        "week": periods.period_of(number, "week"), "month": periods.period_of(number, "month"), "waited_minutes": 0,
        "reopened": 0, "is_flagged": 0, "recorded_at": 0,
    }  # fmt: skip
    return quiet | columns


def table(backend: Any, rows: Rows) -> ir.Table:
    """The rows as a table of the engine."""
    numbered = [row | {"case_id": number} for number, row in enumerate(rows, start=1)]
    found: ir.Table = load(backend, {"cases": pa.Table.from_pylist(numbered, schema.CASES)})["cases"]
    return found


def case(date: str, **fields: Any) -> Case:
    """A complaint in the database that came in at noon of Shanghai."""
    opened = dt.datetime.combine(dt.date.fromisoformat(date), dt.time(4), dt.UTC)
    values = {"number": f"C{next(_numbers)}", "intake": "counter", "text": "…", "opened_at": opened,
              "business_date": opened.date(), "recorded_at": min(opened, clock.now())}  # fmt: skip
    made = Case.objects.create(**(values | fields))
    Touched.objects.create(kind=Touched.Kind.CASE, key=made.pk)
    return made

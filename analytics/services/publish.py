"""Publish: bring the warehouse up to date with what the writes marked as touched."""

import datetime as dt
import fcntl
import itertools
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any

import ibis.expr.types as ir
import pandas as pd
import pyarrow.parquet as pq
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import TruncMonth

from analytics.facts import derive, engine, export, export_feedback, export_programme, feedback, manifest, schema
from analytics.facts.manifest import Manifest
from members.lib import clock
from members.lib.id_set import delete
from members.models import Order, Refund, Touched
from members.services.webhooks import outbox
from rewards.models import Entry, Lot
from surveys.models import Case, Response, Review

PUBLISHED = "reports.published"  # the event that webhooks are told of

_FACTS: dict[Touched.Kind, tuple[tuple[str, ...], Callable[[], "QuerySet[Any]"], str]] = {
    Touched.Kind.ORDER: (("orders", "lines"), Order.objects.all, "business_date"),
    Touched.Kind.REFUND: (("refunds",), Refund.objects.all, "business_date"),
    Touched.Kind.POINTS: (("points_moves", "points_lots"), Entry.objects.all, "recorded_at"),
    Touched.Kind.LOT: (("points_lots",), Lot.objects.all, "entry__recorded_at"),
    Touched.Kind.RESPONSE: (("responses", "answers"), Response.objects.all, "business_date"),
    Touched.Kind.REVIEW: (("reviews",), Review.objects.all, "business_date"),
    Touched.Kind.CASE: (("cases",), Case.objects.all, "business_date"),
}  # the tables that a touched row stands in, a file a month, and the column that says which
_WHOLE = {"exclusions": Touched.Kind.EXCLUSION, "merges": Touched.Kind.MERGE}  # small tables: one file each
_ALWAYS = (
    "tier_stays",
    "coupons",
    "benefit_uses",
    "invitations",
    "theme_marks",
)  # small, and changed in place: written with every generation
_FOREVER = schema.OPEN_END


def publish(beat: Callable[[], None] = lambda: None) -> Manifest:
    """Export the touched months, rebuild the prepared tables, make the new generation current.

    Safe to call at any time and from several processes: the second waits, and finds nothing left to do. What is
    written while it runs stays marked for the next publish. `beat` is called between the phases (a job's heartbeat).
    """
    manifest.folder().mkdir(parents=True, exist_ok=True)
    with _only_one():
        before = manifest.read()
        with _snapshot():
            taken = list(Touched.objects.values_list("id", flat=True))
            if not taken and before.token:
                return before
            draft = _export(before)
        beat()  # outside the snapshot, which writes nothing
        current = prepare(draft)
        beat()
        manifest.write(current)
        delete(Touched.objects.all(), taken)
        manifest.forget()
        outbox.emit(PUBLISHED, {"generation": current.generation})
        return current


def rebuild() -> Manifest:
    """A whole new generation, whatever the one before held: the database below it was replaced."""
    before = manifest.read()
    manifest.folder().mkdir(parents=True, exist_ok=True)
    manifest.write(Manifest(generation=before.generation))
    return publish()


def is_due() -> bool:
    """Whether a write has marked something that the warehouse has not taken, or another version wrote it."""
    current = manifest.read()
    return Touched.objects.exists() or (current.generation > 0 and not current.token)


@contextmanager
def _only_one() -> Iterator[None]:
    with (manifest.folder() / "publish.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _snapshot() -> Iterator[None]:
    """One consistent view of the database, without the write lock that `atomic()` would take on SQLite."""
    if connection.in_atomic_block:
        yield
        return
    begin = "BEGIN" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("COMMIT")


def _export(before: Manifest) -> Manifest:
    """The next generation with the raw files of every touched month written anew."""
    token = secrets.token_hex(6)
    parts = {name: dict(files) for name, files in before.parts.items()}
    for kind, (tables, _rows, _column) in _FACTS.items():
        months = sorted(_touched_months(kind, before))
        for table, month in itertools.product(tables, months):
            _replace(parts.setdefault(table, {}), str(month), table, token, month)
    for table in _ALWAYS:
        _replace(parts.setdefault(table, {}), "all", table, token, None)
    for table, kind in _WHOLE.items():
        if not before.token or Touched.objects.filter(kind=kind).exists():
            _replace(parts.setdefault(table, {}), "all", table, token, None)
    return Manifest(
        generation=before.generation + 1,
        token=token,
        shape=schema.SHAPE,
        published_at=clock.to_micros(clock.now()),
        parts=parts,
    )


def _touched_months(kind: Touched.Kind, before: Manifest) -> set[int]:
    """The months to write anew. A mark whose row is gone (the demo was taken away) may mean any month."""
    tables, rows, column = _FACTS[kind]
    facts = rows()
    marks = Touched.objects.filter(kind=kind)
    published: set[int] = set()
    if not before.token or marks.filter(~Exists(facts.filter(pk=OuterRef("key")))).exists():
        published = {int(month) for table in tables for month in before.parts.get(table, {})}
    else:
        facts = facts.filter(pk__in=marks.values("key"))
    return published | _months(facts, column)


def _months(facts: "QuerySet[Any]", column: str) -> set[int]:
    """The months (of UTC, where the column is an instant) in which some rows lie."""
    dates = facts.order_by()
    if column != "business_date":
        dates = dates.annotate(month=TruncMonth(column, tzinfo=dt.UTC))
        column = "month"
    found: list[dt.date] = list(dates.values_list(column, flat=True).distinct())
    return {date.year * 12 + date.month - 1 for date in found}


def _replace(files: dict[str, str], key: str, table: str, token: str, month: int | None) -> None:
    """Write one raw file; a month without rows loses its file."""
    name = f"{table}-{key}-{token}.parquet"
    rows = 0
    with pq.ParquetWriter(manifest.folder() / name, schema.RAW[table]) as writer:
        for batch in _source(table).batches(table, month):
            writer.write_batch(batch)
            rows += batch.num_rows
    files.pop(key, None)
    if rows:
        files[key] = name


def _source(table: str) -> ModuleType:
    """The module that reads a raw table out of the database."""
    if table in schema.FEEDBACK:
        return export_feedback
    return export_programme if table in schema.PROGRAMME else export


def prepare(draft: Manifest) -> Manifest:
    """The draft with its prepared tables written and the span of its data known."""
    prepared: dict[str, str] = {}

    def write(name: str, table: ir.Table) -> None:
        prepared[name] = _write(table.order_by(*schema.SORTED[name]), name, draft.token)

    with engine.tables(draft) as tables:
        raw = derive.RawFacts(**{name: tables[name] for name in schema.SOLD})
        draft = replace(draft, published_at=max(draft.published_at, _last_recorded(raw, tables["points_moves"])))
        write("sales", derive.sales(raw, as_of_day=_FOREVER, known_at=draft.published_at))
        write("money_back", derive.money_back(raw, as_of_day=_FOREVER, known_at=draft.published_at))
        last_day = derive.last_business_day(raw, known_at=draft.published_at).execute()
        if any(draft.parts.get(name) for name in schema.FEEDBACK):  # a shop that asks nobody has nothing to tell
            told = feedback.Feedback(tables, as_of_day=None, known_at=draft.published_at)
            for name in feedback.TABLES:
                write(feedback.written(name), getattr(told, name))
    halfway = replace(draft, token=f"{draft.token}s", prepared=prepared)
    with engine.tables(halfway) as tables:  # the rest is derived from the sales just written
        sales = tables["sales"]
        first_day = sales.day.min().execute()
        days = engine.worked_out(derive.occasions(sales), "purchase_days")
        whole = derive.prepare_from(sales, tables["money_back"], tables["lines"], days)
        for name, table in vars(whole).items():
            if name not in prepared:
                write(name, table)
    return replace(
        draft,
        token=f"{draft.token}p",
        prepared=prepared,
        first_day=_whole(first_day),
        last_day=_whole(last_day),
    )


def _last_recorded(raw: derive.RawFacts, points: ir.Table) -> int:
    """The latest instant among the facts: a machine whose clock is ahead may have written them."""
    dated = [table for table in vars(raw).values() if "recorded_at" in table.columns]
    instants = [column.max() for table in dated for column in (table.recorded_at, table.voided_at)]
    instants.append(points.recorded_at.max())
    return max(_whole(instant.execute()) or 0 for instant in instants)


def _whole(value: object) -> int | None:
    """A day number, or None where the engine says NULL or NaN of an empty table."""
    return None if pd.isna(value) else int(value)  # type: ignore[call-overload]


def _write(table: ir.Table, name: str, token: str) -> str:
    file_name = f"{name}-{token}.parquet"
    columns = schema.ALL[name]
    frame = table.select(columns.names).to_pyarrow().cast(columns)
    pq.write_table(frame, manifest.folder() / file_name)
    return file_name

"""Online Retail (541,909 lines) through the import, against a batched executemany of the same final rows."""

import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection, transaction

from analytics.services.publish import publish
from benchmarks import document, measure
from benchmarks.measure import Cost
from members.lib import append_only
from members.lib.actor import system
from members.models import (
    AuditEntry,
    ImportBatch,
    Job,
    Member,
    Merchant,
    Order,
    OrderLine,
    Product,
    Refund,
    Touched,
)
from members.services import imports, jobs

FILE = Path(__file__).parent.parent / "tests_data" / "online_retail.csv.gz"
BY = system("benchmark")
ROUNDS = 3
BATCH = 10_000
WRITTEN = (Product, Member, Order, OrderLine, Refund, Touched)  # in the order in which they may be inserted
EMPTIED = (*reversed(WRITTEN), AuditEntry, ImportBatch, Job)


@dataclass(frozen=True, slots=True)
class Rows:
    """The final rows of one table: how to insert them, and their values."""

    statement: str
    values: list[tuple[Any, ...]]


def run() -> str:
    """The section of docs/benchmarks.md."""
    Merchant.objects.create(pk=1, name="Shop", currency="GBP", zone="Europe/London")
    content = gzip.decompress(FILE.read_bytes())
    take_in([content[: content.index(b"\n", 100_000) + 1]])  # warm: code, connections, plans
    _empty()
    with measure.memory_above_rest() as memory, measure.beside("benchmarks.other_writer") as waits:
        take_in([content])
    Touched.objects.filter(key=-1).delete()
    published = measure.cost(publish)
    counts = ImportBatch.objects.latest("id").counts
    final = [_rows(model) for model in WRITTEN]
    ours: list[Cost] = []
    theirs: list[Cost] = []
    for _ in range(ROUNDS):
        _empty()
        ours.append(measure.cost(lambda: take_in([content])))
        _empty()
        theirs.append(measure.cost(lambda: _insert_all(final)))
    return _section(counts, ours, theirs, memory[0], waits, published)


def take_in(content: Iterable[bytes]) -> None:
    """Import a file as the page does, in this process."""
    batch = imports.receive(name="sales.csv", content=content, chosen=imports.Options(), by=BY)
    job = imports.start(batch, by=BY)
    if job is not None:
        jobs.run(job.pk)
    batch.refresh_from_db()
    if batch.state != ImportBatch.State.DONE:
        raise RuntimeError(f"the import ended as {batch.state}: {batch.refusal or (batch.job and batch.job.error)}")


def _empty() -> None:
    """Take the imported rows away again; stores and channels stay."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            tables = ", ".join(model._meta.db_table for model in EMPTIED)
            cursor.execute(f"truncate {tables} cascade")
            return
        cursor.execute("pragma foreign_keys=off")
        with append_only.emptying():
            for model in EMPTIED:
                cursor.execute(f"delete from {model._meta.db_table}")
        cursor.execute("pragma foreign_keys=on")
        cursor.execute("pragma wal_checkpoint(truncate)")


def _rows(model: type[Any]) -> Rows:
    columns = [field.column for field in model._meta.concrete_fields if field.column != "batch_id"]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'select {names} from "{model._meta.db_table}" order by id')
        values = cursor.fetchall()
    marks = ", ".join(["%s"] * len(columns))
    return Rows(f'insert into "{model._meta.db_table}" ({names}) values ({marks})', values)


def _insert_all(tables: Sequence[Rows]) -> None:
    """The same final rows into the same indexed tables, a batch per transaction."""
    for table in tables:
        for start in range(0, len(table.values), BATCH):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(table.statement, table.values[start : start + BATCH])


def _section(
    counts: dict[str, Any],
    ours: list[Cost],
    theirs: list[Cost],
    memory: float,
    waits: dict[str, float],
    published: Cost,
) -> str:
    name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    table = document.table(
        ["", "aim", "measured"],
        [
            ("import, against executemany of the same rows (time)", "≤ 2", measure.ratio(*_wall(ours, theirs))),
            ("the same, CPU of this process", "", measure.ratio(*_cpu(ours, theirs))),
            ("import", "", f"{median(cost.wall for cost in ours):.1f} s"),
            ("executemany", "", f"{median(cost.wall for cost in theirs):.1f} s"),
            ("memory above the process at rest", "≤ 200 MB", f"{memory:.0f} MB"),
            ("longest wait of another writer", "≤ 2 s", f"{waits['longest']:.2f} s"),
            ("its median wait, of {writes:.0f} writes".format(**waits), "", f"{waits['median'] * 1000:.0f} ms"),
            ("the publish that follows, apart", "", f"{published.wall:.1f} s"),
        ],
    )
    return (
        f"## Import of Online Retail, {name}\n\n"
        f"{counts['rows']:,} lines become {counts['orders']:,} orders, {counts['refunds']:,} refunds and "
        f"{counts['members']:,} members: recognised, cleaned, staged, resolved and written with audit and progress. "
        "Against it: one `executemany` per 10,000 of the same final rows into the same indexed tables, one transaction "
        f"each, values ready in memory. {ROUNDS} rounds in turns. Reading, cleaning and staging is work that only\n"
        f"the import does; where inserting is cheapest, on SQLite, it weighs most.\n\n{table}\n{document.machine()}\n"
    )


def _wall(ours: list[Cost], theirs: list[Cost]) -> tuple[list[float], list[float]]:
    return [cost.wall for cost in ours], [cost.wall for cost in theirs]


def _cpu(ours: list[Cost], theirs: list[Cost]) -> tuple[list[float], list[float]]:
    return [cost.cpu for cost in ours], [cost.cpu for cost in theirs]

"""DuckDB over the files of one generation: one instance per process, a cursor per question."""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
from django.conf import settings

from analytics.facts import manifest, schema
from analytics.facts.manifest import Manifest

# Said here and not asked of the engine, which would open the files of all tables for every question.
_SCHEMAS = {
    name: ibis.schema(
        {column: kind.copy(nullable=True) for column, kind in ibis.Schema.from_pyarrow(definition).items()}
    )
    for name, definition in schema.ALL.items()
}
_lock = threading.Lock()
_roots: dict[int, duckdb.DuckDBPyConnection] = {}  # by process: after a fork the parent's instance hangs
_readers: Counter[tuple[int, str]] = Counter()  # open questions by process and generation; its views exist


def _root() -> duckdb.DuckDBPyConnection:
    process = os.getpid()
    if process not in _roots:
        config = {
            "threads": settings.ANALYTICS_THREADS,
            "memory_limit": settings.ANALYTICS_MEMORY,
            # Of this process alone: the default, .tmp in the working directory, is removed by whoever ends first.
            "temp_directory": str(Path(settings.DATA_DIR) / f"duckdb-{process}"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        _roots[process] = duckdb.connect(":memory:", config=config)
    return _roots[process]


def _define_views(current: Manifest) -> None:
    """Give every table of this generation a view; plain ones, since other cursors do not see temporary ones."""
    root, key = _root(), (os.getpid(), current.token)
    if key in _readers:
        return
    _drop_unread_views()
    for name, definition in schema.ALL.items():
        files = sorted(current.parts.get(name, {}).values()) or [part for part in [current.prepared.get(name)] if part]
        root.execute(f'CREATE VIEW "{view_name(current, name)}" AS {_select(files, definition)}')
    _readers[key] = 0


def _drop_unread_views() -> None:
    """Forget the generations that nobody reads, else a worker that publishes for months keeps them all."""
    process = os.getpid()
    for key in [key for key, readers in _readers.items() if key[0] == process and not readers]:
        for name in schema.ALL:
            _root().execute(f'DROP VIEW "{_view(key[1], name)}"')
        del _readers[key]


def _select(files: list[str], definition: pa.Schema) -> str:
    if files:
        listed = ", ".join("'" + str(manifest.folder() / name).replace("'", "''") + "'" for name in files)
        return f"SELECT * FROM read_parquet([{listed}])"  # noqa: S608 - names from our own manifest
    columns = ", ".join(f'CAST(NULL AS {_type(column)}) AS "{column.name}"' for column in definition)
    return f"SELECT {columns} WHERE false"


def _type(column: pa.Field) -> str:
    return {pa.int32(): "INTEGER", pa.string(): "VARCHAR"}.get(column.type, "BIGINT")


def view_name(current: Manifest, table: str) -> str:
    """The view of a table in one generation, for those who write SQL by hand (the benchmarks)."""
    return _view(current.token, table)


def _view(token: str, table: str) -> str:
    return f"{table}_{token or 'empty'}"


@contextmanager
def tables(current: Manifest) -> Iterator[dict[str, ir.Table]]:
    """The Ibis tables of one generation, by name, on a cursor of their own. Run the question inside the block."""
    key = (os.getpid(), current.token)
    with _lock:
        _define_views(current)
        _readers[key] += 1
        cursor = _root().cursor()
    try:
        backend = ibis.duckdb.from_connection(cursor)
        yield {
            name: ops.DatabaseTable(view_name(current, name), columns, backend).to_expr()
            for name, columns in _SCHEMAS.items()
        }
    finally:
        cursor.close()
        with _lock:
            _readers[key] -= 1


def worked_out(table: ir.Table, name: str) -> ir.Table:
    """The rows of an expression, computed now and kept until its cursor is closed; `name` tells what they are."""
    return table.get_backend().create_table(ibis.util.gen_name(name), table, temp=True)


def registered(beside: ir.Table, name: str, rows: pa.Table) -> ir.Table:
    """Rows from outside as a table beside another one, kept until its cursor is closed; `name` tells what they are."""
    return beside.get_backend().create_table(ibis.util.gen_name(name), rows, temp=True)

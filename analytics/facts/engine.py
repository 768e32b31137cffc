"""DuckDB over the files of one generation: one instance per process, a cursor per question."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from django.conf import settings

from analytics.facts import manifest, schema
from analytics.facts.manifest import Manifest

_lock = threading.Lock()
_roots: dict[int, duckdb.DuckDBPyConnection] = {}  # by process: after a fork the parent's instance hangs
_views: set[tuple[int, str]] = set()


def _root() -> duckdb.DuckDBPyConnection:
    process = os.getpid()
    if process not in _roots:
        config = {
            "threads": settings.ANALYTICS_THREADS,
            "memory_limit": settings.ANALYTICS_MEMORY,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        _roots[process] = duckdb.connect(":memory:", config=config)
    return _roots[process]


def _define_views(current: Manifest) -> None:
    """Give every table of this generation a view; plain ones, since other cursors do not see temporary ones."""
    root, key = _root(), (os.getpid(), current.token)
    if key in _views:
        return
    for name, definition in (schema.RAW | schema.PREPARED).items():
        files = sorted(current.parts.get(name, {}).values()) or [part for part in [current.prepared.get(name)] if part]
        root.execute(f'CREATE VIEW "{view_name(current, name)}" AS {_select(files, definition)}')
    _views.add(key)


def _select(files: list[str], definition: pa.Schema) -> str:
    if files:
        listed = ", ".join("'" + str(manifest.folder() / name).replace("'", "''") + "'" for name in files)
        return f"SELECT * FROM read_parquet([{listed}])"  # noqa: S608 - names from our own manifest
    columns = ", ".join(f'CAST(NULL AS {_type(column)}) AS "{column.name}"' for column in definition)
    return f"SELECT {columns} WHERE false"


def _type(column: pa.Field) -> str:
    return "INTEGER" if column.type == pa.int32() else "BIGINT"


def view_name(current: Manifest, table: str) -> str:
    """The view of a table in one generation, for those who write SQL by hand (the benchmarks)."""
    return f"{table}_{current.token or 'empty'}"


@contextmanager
def tables(current: Manifest) -> Iterator[dict[str, ir.Table]]:
    """The Ibis tables of one generation, by name, on a cursor of their own. Run the question inside the block."""
    with _lock:
        _define_views(current)
        cursor = _root().cursor()
    try:
        backend = ibis.duckdb.from_connection(cursor)
        yield {name: backend.table(view_name(current, name)) for name in schema.RAW | schema.PREPARED}
    finally:
        cursor.close()

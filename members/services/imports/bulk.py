"""Many rows at once: long INSERTs on SQLite, COPY on PostgreSQL. Values come as the database stores them."""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def insert_missing(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert the rows whose unique key is not there yet; leave the others as they are."""
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(
            f'insert into "{table}" ({names}) values ({marks}) on conflict do nothing',  # noqa: S608
            rows,
        )


_TOGETHER = 100  # rows in one statement: SQLite takes them in well under half the time of as many statements


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of plain values; `columns` as the database names them."""
    if not rows:
        return
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    if is_sqlite():
        _insert_together(f'insert into "{table}" ({names}) values', len(columns), rows)
        return
    copying = f'copy "{table}" ({names}) from stdin'
    # Without the first, an error of COPY would be the driver's own: no IntegrityError, no OperationalError of Django.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(copying) as copy:
        for row in rows:
            copy.write_row(row)


def _insert_together(statement: str, width: int, rows: Sequence[Sequence[Any]]) -> None:
    """On the bare connection: in the trial start Django would render every parameter for its log of queries."""
    marks = "(" + ", ".join("?" * width) + ")"
    with connection.wrap_database_errors:
        for start in range(0, len(rows), _TOGETHER):
            part = rows[start : start + _TOGETHER]
            values = list(itertools.chain.from_iterable(part))
            connection.connection.execute(f"{statement} {', '.join([marks] * len(part))}", values)


def update(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set the columns of rows that are there; each row ends with its id."""
    names = ", ".join(f'"{column}" = %s' for column in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f'update "{model._meta.db_table}" set {names} where id = %s', rows)  # noqa: S608


class Ids:
    """New primary keys for rows that others must point to before they are inserted.

    On SQLite counted on from the table's sequence: the transaction is IMMEDIATE, nobody else can insert meanwhile.
    On PostgreSQL taken from the sequence.
    """

    _BLOCK = 500

    def __init__(self, model: type[models.Model]) -> None:
        self._table = model._meta.db_table
        self._ids = self._counted_on() if is_sqlite() else self._from_sequence()

    def take(self) -> int:
        return next(self._ids)

    def _counted_on(self) -> Iterator[int]:
        with connection.cursor() as cursor:
            cursor.execute("select seq from sqlite_sequence where name = %s", [self._table])
            row = cursor.fetchone()
        yield from itertools.count((row[0] if row else 0) + 1)

    def _from_sequence(self) -> Iterator[int]:
        table = f'"{self._table}"'
        while True:
            with connection.cursor() as cursor:
                cursor.execute(
                    "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
                    [table, self._BLOCK],
                )
                block = cursor.fetchall()
            yield from (row[0] for row in block)


def stored_instant(moment: dt.datetime | str) -> str:
    """An instant in UTC (aware, or ISO text without offset) as this database stores it."""
    text = moment if isinstance(moment, str) else str(moment.astimezone(dt.UTC).replace(tzinfo=None))
    return text if is_sqlite() else text + "+00"


def one_import_at_a_time() -> None:
    """Let only one import write at any instant: on PostgreSQL a lock until the transaction ends, SQLite has one."""
    if not is_sqlite():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(4801)")


def in_parts(values: Iterable[Any], size: int = 5_000) -> Iterable[list[Any]]:
    """Lists short enough for one IN (...)."""
    listed = list(values)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]

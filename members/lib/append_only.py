"""Tables whose rows are written once: the database itself refuses to change or delete them, whoever asks.

Two ways remain, each open inside one transaction and for its connection alone: `redacting` overwrites the one column
that a table names (an erasure), `emptying` deletes (`manage.py flush`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, migrations, transaction

_PASSES = "append_only_pass"  # a row that is never committed: nobody but its own transaction sees it
_REDACT, _EMPTY = "redact", "empty"


def forbid_changes(table: str, *, redactable: str = "") -> migrations.RunPython:
    """A migration's operation: refuse UPDATE and DELETE on a table (IntegrityError); `redactable` names a column.

    SQLite forgets triggers when a later migration makes the table anew: put such a one between `allow_changes` and this
    operation once more.
    """
    forbid, allow = _both(table, redactable)
    return migrations.RunPython(forbid, allow)


def allow_changes(table: str, *, redactable: str = "") -> migrations.RunPython:
    """A migration's operation: take the refusal away, for the operations before it is made again."""
    forbid, allow = _both(table, redactable)
    return migrations.RunPython(allow, forbid)


def _both(table: str, redactable: str) -> tuple[Callable[[Any, Any], None], Callable[[Any, Any], None]]:
    def forbid(_apps: Any, schema_editor: Any) -> None:
        schema_editor.execute(f"CREATE TABLE IF NOT EXISTS {_PASSES} (deed varchar(6), table_name varchar(63))")
        same = _unchanged(schema_editor.connection, table, redactable)
        for statement in _FORBID[schema_editor.connection.vendor](table, same):
            schema_editor.execute(statement, params=None)

    def allow(_apps: Any, schema_editor: Any) -> None:
        for statement in _ALLOW[schema_editor.connection.vendor](table):
            schema_editor.execute(statement)

    return forbid, allow


@contextmanager
def redacting(table: str) -> Iterator[None]:
    """Let this transaction overwrite the redactable column of a table."""
    with _passing(_REDACT, table, "default"):
        yield


@contextmanager
def emptying(using: str = "default") -> Iterator[None]:
    """Let this transaction delete rows of every such table: for emptying a database, never to mend a row."""
    with _passing(_EMPTY, "", using):
        yield


@contextmanager
def _passing(deed: str, table: str, using: str) -> Iterator[None]:
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(f"INSERT INTO {_PASSES} (deed, table_name) VALUES (%s, %s)", [deed, table])  # noqa: S608
        yield
        cursor.execute(f"DELETE FROM {_PASSES} WHERE deed = %s AND table_name = %s", [deed, table])  # noqa: S608


def _unchanged(connection: Any, table: str, redactable: str) -> str:
    """SQL: whether an update leaves all other columns as they are."""
    if not redactable:
        return "1 = 0"
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    same = "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
    return " AND ".join(f'NEW."{name}" {same} OLD."{name}"' for name in columns if name != redactable)


def _pass(deed: str, table: str = "") -> str:
    return f"EXISTS (SELECT 1 FROM {_PASSES} WHERE deed = '{deed}' AND table_name = '{table}')"  # noqa: S608


def _forbid_sqlite(table: str, same: str) -> list[str]:
    allowed = {"update": f"{_pass(_REDACT, table)} AND {same}", "delete": _pass(_EMPTY)}
    return [
        f'CREATE TRIGGER {table}_no_{deed} BEFORE {deed} ON "{table}" WHEN NOT ({may}) '
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for deed, may in allowed.items()
    ]


def _forbid_postgresql(table: str, same: str) -> list[str]:
    return [
        f"""
        CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF {_pass(_REDACT, table)} AND {same} THEN RETURN NEW; END IF;
            ELSIF {_pass(_EMPTY)} THEN RETURN OLD;
            END IF;
            RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
    ]


_FORBID = {"sqlite": _forbid_sqlite, "postgresql": _forbid_postgresql}
_ALLOW = {
    "sqlite": lambda table: [f"DROP TRIGGER {table}_no_{deed}" for deed in ("update", "delete")],
    "postgresql": lambda table: [
        f'DROP TRIGGER {table}_append_only ON "{table}"',
        f"DROP FUNCTION {table}_append_only()",
    ],
}

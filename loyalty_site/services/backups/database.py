"""A snapshot of the database and the way back: SQLite by its online backup, PostgreSQL by pg_dump and pg_restore."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from loyalty_site.services.backups.archive import Refused

PATIENCE = 60.0  # seconds to wait for another writer


def name() -> str:
    """What the snapshot is called in the archive."""
    return "database.sqlite3" if connection.vendor == "sqlite" else "database.pgdump"


def dump(target: Path) -> None:
    """One consistent moment of the database, while others go on writing."""
    if connection.vendor == "sqlite":
        _copy(connection.settings_dict["NAME"], target)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--compress=1", f"--file={target}")


def load(source: Path) -> None:
    """Put the snapshot in the place of all tables: wholly, or not at all."""
    connection.close()
    if connection.vendor == "sqlite":
        _copy(source, connection.settings_dict["NAME"])
        return
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's has one
    _run(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction",
        "--exit-on-error", f"--dbname={connection.settings_dict['NAME']}", str(source),
    )  # fmt: skip


def _copy(source: Path | str, target: Path | str) -> None:
    """In one step, under a read lock of the source and a write lock of the target."""
    opened = (contextlib.closing(sqlite3.connect(path, timeout=PATIENCE)) for path in (source, target))
    with next(opened) as reading, next(opened) as writing:
        try:
            reading.backup(writing)
        except sqlite3.Error as error:
            raise Refused(_("The database cannot be copied: %(reason)s.") % {"reason": error}) from error


def _run(program: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs; the password goes by the environment, not by the list of processes."""
    found = shutil.which(program)
    if found is None:
        raise Refused(_("%(program)s is missing. Install the client programs of PostgreSQL.") % {"program": program})
    given = {
        "PGDATABASE": "NAME", "PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"
    }  # fmt: skip
    known = {variable: str(connection.settings_dict[key]) for variable, key in given.items()}
    env = {**os.environ, **{variable: value for variable, value in known.items() if value}}
    done = subprocess.run([found, *arguments], env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["?"])[0]
        raise Refused(_("%(program)s failed: %(reason)s") % {"program": program, "reason": reason})

"""Databases that a test makes, kills and throws away: a file of SQLite, or a PostgreSQL cluster of its own."""

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

Rows = list[tuple[Any, ...]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def binaries() -> Path | None:
    """Where PostgreSQL's server programs are; the newest of them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class SqliteFile:
    """A database in a folder."""

    vendor = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "db.sqlite3"
        self.url = f"sqlite:///{self.path}"

    def rows(self, statement: str) -> Rows:
        with contextlib.closing(sqlite3.connect(self.path, timeout=60)) as connection:
            return connection.execute(statement).fetchall()


class Cluster:
    """A PostgreSQL server on a port of its own: tables below `data`, log and WAL below `folder`.

    For root it runs as the user postgres.
    """

    vendor = "postgresql"

    def __init__(self, folder: Path, data: Path, programs: Path) -> None:
        self._data, self._log, self._programs, self.port = data / "data", folder / "log", programs, free_port()
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        for place in (folder, data) if self._as else ():
            shutil.chown(place, "postgres")
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        init = ("--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        self._call("initdb", *init, "--waldir", str(folder / "wal"))

    def start(self) -> None:
        """Returns once it takes connections, after however long a recovery."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c wal_level=minimal"
        self._call("pg_ctl", "start", "-w", "-t", "120", "-l", str(self._log), "-o", f"{options} -c max_wal_senders=0")

    def stop_at_once(self) -> None:
        """As if the power of the server alone had failed: nothing is written, no client is told."""
        self._call("pg_ctl", "stop", "-m", "immediate")

    def kill_a_backend(self) -> None:
        """kill -9 of a connection in the middle of a transaction if there is one; the server then ends all others."""
        found = "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
        pids = self.rows(f"{found} order by xact_start nulls last limit 1")
        for (pid,) in pids:
            os.kill(pid, signal.SIGKILL)

    def rows(self, statement: str) -> Rows:
        writing = "-c default_transaction_read_only=off"  # whatever the server has been told
        with psycopg.connect(self.url, connect_timeout=60, autocommit=True, options=writing) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def is_up(self) -> bool:
        try:
            return bool(self.rows("select 1"))
        except psycopg.OperationalError:
            return False

    def _call(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(self._programs / program), "--pgdata", str(self._data), *arguments]
        done = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode()}")


Engine = SqliteFile | Cluster


@contextlib.contextmanager
def cluster(programs: Path, data: Path | None = None) -> Iterator[Cluster]:
    """A running one, in a folder that another user can enter; its tables on another disk if `data` lies on one."""
    folder = Path(tempfile.mkdtemp(prefix="huitou-cluster-"))
    made = None
    try:
        made = Cluster(folder, data or folder, programs)
        made.start()
        yield made
    finally:
        with contextlib.suppress(RuntimeError):  # it is down already
            if made is not None:
                made.stop_at_once()
        shutil.rmtree(folder)

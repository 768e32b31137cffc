"""A disk that is really full, or can only be read, below a running desk: a clear 503, and it recovers by itself.

The disk is a small file system in memory, which only root can make. test_storage.py plays the same for every deed.
"""

import contextlib
import json
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from loyalty_site.tests.faults import engines
from loyalty_site.tests.faults.engines import Cluster, Engine, SqliteFile
from loyalty_site.tests.faults.installation import Installation
from loyalty_site.tests.faults.till import PER_BATCH, order

pytestmark = pytest.mark.skipif(
    not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
    reason="the suite's run on SQLite does both engines",
)
MEGABYTES = {"sqlite": 12, "postgresql": 112}
ROOM = 2**19


@contextlib.contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="huitou-disk-"))
    options = ["-o", f"size={megabytes}m,mode=755"]
    made = subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)], check=False, capture_output=True)
    if made.returncode:
        folder.rmdir()
        pytest.skip(f"NO SMALL DISK CAN BE MADE: a full one was not tried ({made.stderr.decode().strip()})")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


@contextlib.contextmanager
def engine_on(vendor: str, disk: Path) -> Iterator[Engine]:
    if vendor == "sqlite":
        yield SqliteFile(disk)
        return
    programs = engines.binaries()
    if programs is None:
        pytest.skip("NO POSTGRESQL SERVER PROGRAMS (initdb): a full disk below it was not tried")
    with engines.cluster(programs, data=disk) as made:
        yield made


@contextlib.contextmanager
def full(disk: Path) -> Iterator[None]:
    """Full but for room for a few orders."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (2**20, 2**12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * size)
        file.truncate(file.tell() - ROOM)
    try:
        yield
    finally:
        ballast.unlink()


def batches(count: int) -> Iterator[list[dict[str, object]]]:
    for first in range(0, count * PER_BATCH, PER_BATCH):
        yield [order(f"{number:05}") for number in range(first, first + PER_BATCH)]


@pytest.mark.parametrize("vendor", MEGABYTES)
def test_a_full_disk_is_a_clear_refusal_and_passes(vendor: str, tmp_path: Path) -> None:
    with small_disk(MEGABYTES[vendor]) as disk, engine_on(vendor, disk) as database:
        at = Installation(database, tmp_path)
        at.must("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        with at.web(workers=1):
            acknowledged = 0
            with full(disk):
                for refused in batches(2000):
                    status, text = at.send(refused)
                    if status != 200:
                        break
                    acknowledged += 1
                assert (status, json.loads(text)["code"]) == (503, "unavailable")
                assert "xxx" not in text
                assert_reads(at)
                assert_page(at)
            assert acknowledged >= 1, "nothing was acknowledged, so nothing could be lost"
            print(f"{vendor}: {acknowledged} batches fitted in, then 503")  # noqa: T201
            assert at.send(refused)[0] == 200, "it recovers without a restart"
        assert stored(database) == (acknowledged + 1) * PER_BATCH
        assert is_whole(database)


def assert_reads(at: Installation) -> None:
    """PostgreSQL goes on being read. SQLite cannot even open its file without room for the -shm beside it."""
    status, text = at.ask("GET", "/api/v1/orders/", Authorization=f"Bearer {at.token}")
    assert status == 200 or (at.engine.vendor == "sqlite" and json.loads(text)["code"] == "unavailable")


def assert_page(at: Installation) -> None:
    status, text = at.ask("GET", "/members/", Cookie=at.cookie, **{"Accept-Language": "en"})
    assert status == 200 or (at.engine.vendor == "sqlite" and status == 503)
    assert ("Not possible just now" in text) == (status == 503)


def stored(database: Engine) -> int:
    return int(database.rows("select count(*) from members_order")[0][0])


def is_whole(database: Engine) -> bool:
    """Every order has its two lines, and the file of SQLite finds nothing amiss in itself."""
    lines = int(database.rows("select count(*) from members_orderline")[0][0])
    if database.vendor == "sqlite" and database.rows("pragma integrity_check") != [("ok",)]:
        return False
    return lines == 2 * stored(database)


def test_a_desk_that_writes_order_and_lines_apart_is_found_out() -> None:
    """The naive kind: each statement for itself, the orders of a batch before their lines."""
    with small_disk(2) as disk, contextlib.closing(sqlite3.connect(disk / "db.sqlite3", isolation_level=None)) as file:
        file.execute("create table members_order (number text)")
        file.execute("create table members_orderline (number text, product text)")
        assert is_whole(SqliteFile(disk))
        with full(disk), pytest.raises(sqlite3.OperationalError, match="full"):
            write_apart(file)
        assert stored(SqliteFile(disk)) >= PER_BATCH
        assert not is_whole(SqliteFile(disk))


def write_apart(file: sqlite3.Connection) -> None:
    for batch in batches(2000):
        for each in batch:
            file.execute("insert into members_order values (?)", [each["order_no"]])
            lines = [(each["order_no"], "x" * 4000)] * 2
            file.executemany("insert into members_orderline values (?, ?)", lines)


@contextlib.contextmanager
def read_only(database: Engine, disk: Path) -> Iterator[None]:
    """SQLite's disk is mounted so; PostgreSQL is told to refuse, as a stand-by server does."""
    if isinstance(database, Cluster):
        database.rows("alter system set default_transaction_read_only = on")
        database.rows("select pg_reload_conf()")
    else:
        remount(disk, "ro")
    try:
        yield
    finally:
        if isinstance(database, Cluster):
            database.rows("alter system reset default_transaction_read_only")
            database.rows("select pg_reload_conf()")
        else:
            remount(disk, "rw")


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True, capture_output=True)


@pytest.mark.parametrize("vendor", MEGABYTES)
def test_a_database_that_can_only_be_read_says_so(vendor: str, tmp_path: Path) -> None:
    with small_disk(MEGABYTES[vendor]) as disk, engine_on(vendor, disk) as database:
        at = Installation(database, tmp_path)
        first, second = batches(2)
        with at.web(workers=1):
            assert at.send(first)[0] == 200
            with read_only(database, disk):
                status, text = at.send(second)
                assert (status, json.loads(text)["code"]) == (503, "unavailable")
                assert json.loads(at.ask("GET", "/readyz")[1])["database"] in {"can only be read", "does not answer"}
                assert_reads(at)
            assert at.send(second)[0] == 200, "it recovers without a restart"
        assert stored(database) == 2 * PER_BATCH

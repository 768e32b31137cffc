"""The restore drill: a backup taken while orders come in, restored elsewhere, gives the same reports."""

import contextlib
import datetime as dt
import io
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils.translation import override

from loyalty_site.services.backups import archive, database
from loyalty_site.tests.services.backups.digest import digest
from members.models import Merchant, Order, Store
from members.tests import processes
from members.tests.counter import member

pytestmark = pytest.mark.django_db(transaction=True)
REPORTS = ("kpi", "repeat-purchase", "value-deciles")


class Desk:
    """An installation of its own: a database and a data folder, reached by commands."""

    def __init__(self, url: str, data: Path, log: Path) -> None:
        self.log = log
        self.env = processes.environment(
            DATABASE_URL=url, DATA_DIR=str(data), SECRET_KEY="x", DEBUG="1", CELERY_BROKER_URL="memory://",
            DJANGO_SETTINGS_MODULE="loyalty_site.settings",
        )  # fmt: skip

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=self.env, capture_output=True,
            text=True, check=False, timeout=processes.PATIENCE,
        )  # fmt: skip

    def must(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def query(self, code: str) -> str:
        return self.must("shell", "--no-imports", "-c", code).strip()


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    Merchant.objects.create(pk=1, name="Test")
    member("M1", Store.objects.create(code="S1", name="First"))
    (tmp_path / "here" / "files" / "imports").mkdir(parents=True)
    (tmp_path / "here" / "files" / "imports" / "a.csv").write_bytes(b"order_no\n1\n")
    return Desk(processes.database_url(), tmp_path / "here", tmp_path / "log")


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Desk]:
    """A new machine: an empty database of the same kind."""
    if connection.vendor == "sqlite":
        yield Desk(f"sqlite:///{tmp_path / 'there.sqlite3'}", tmp_path / "there", tmp_path / "log")
        return
    name = f"restored_{uuid.uuid4().hex[:8]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield Desk(processes.database_url().rpartition("/")[0] + f"/{name}", tmp_path / "there", tmp_path / "log")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def orders_coming_in(desk: Desk, acks: Path) -> Iterator[None]:
    """They come until the block ends; some have come before it begins."""
    with processes.started(["-m", "loyalty_site.tests.services.backups.writer"], acks, desk.env):
        processes.wait_for(lambda: acknowledged(acks) >= 20, acks)
        yield


def acknowledged(acks: Path) -> int:
    return sum(line.isdigit() for line in acks.read_text().splitlines()[:-1] or [])


def test_a_backup_taken_while_orders_come_in_restores_to_the_same_reports(
    here: Desk, there: Desk, tmp_path: Path
) -> None:
    backup, acks = tmp_path / "b.tar.gz", tmp_path / "acks"
    with orders_coming_in(here, acks):
        before = acknowledged(acks)
        here.must("backup", str(backup))
        after = acknowledged(acks)
        processes.wait_for(lambda: acknowledged(acks) > after + 5, acks)  # life goes on
    assert backup.stat().st_mode & 0o077 == 0

    there.must("restore", str(backup))

    found = "from loyalty_site.tests.services.backups.digest import *; all = numbers(); print(*all, digest(all[-1]))"
    *numbers, digest_there = there.query(found).split()
    restored = len(numbers)
    print(f"acknowledged before the backup {before}, after it {after}; restored {restored}")  # noqa: T201
    assert after - before >= 5, "too few orders came in during the backup to prove anything"
    assert is_one_moment(numbers, since=before)
    assert digest_there == digest(numbers[-1])

    Order.objects.filter(number__gt=f"{restored:06}").update(voided_at=dt.datetime.now(dt.UTC))
    here.query("from analytics.services.publish import publish, rebuild; rebuild()")
    for report in REPORTS:
        assert there.must("report", report) == here.must("report", report), report
    restored_file = tmp_path / "there" / "files" / "imports" / "a.csv"
    assert restored_file.read_bytes() == b"order_no\n1\n"
    private = [restored_file, *([tmp_path / "there.sqlite3"] if connection.vendor == "sqlite" else [])]
    assert all(file.stat().st_mode & 0o077 == 0 for file in private)


def is_one_moment(numbers: list[str], *, since: int) -> bool:
    """Whether a copy holds all that was acknowledged before it began, and no order without those before it."""
    found = len(numbers)
    return since <= found <= Order.objects.count() and numbers == [f"{n:06}" for n in range(1, found + 1)]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="nobody copies the files of a running PostgreSQL")
def test_a_copy_of_the_live_file_is_found_out(here: Desk, tmp_path: Path) -> None:
    """The naive kind: what was written last stands beside the file, in its log."""
    acks, is_whole = tmp_path / "acks", []
    with orders_coming_in(here, acks):
        for name in ("a", "b", "c"):
            before = acknowledged(acks)
            shutil.copy(connection.settings_dict["NAME"], tmp_path / name)
            is_whole.append(is_one_moment(numbers_in(tmp_path / name), since=before))
            processes.wait_for(lambda before=before: acknowledged(acks) > before + 5, acks)
    assert not all(is_whole)


def numbers_in(file: Path) -> list[str]:
    """None where it cannot even be read."""
    with contextlib.closing(sqlite3.connect(file)) as opened, contextlib.suppress(sqlite3.DatabaseError):
        return [number for (number,) in opened.execute("select number from members_order order by number")]
    return []


class TestARefusal:
    """Says what is wrong, and nothing was touched."""

    @pytest.fixture
    def backup(self, here: Desk, tmp_path: Path) -> Path:
        call_command("backup", str(tmp_path / "b.tar.gz"), stdout=io.StringIO())
        return tmp_path / "b.tar.gz"

    def refusal(self, file: Path, *, force: bool = True) -> str:
        Merchant.objects.update(name="Later")
        with override("en"), pytest.raises(CommandError) as refused:
            call_command("restore", str(file), force=force, stderr=io.StringIO())
        assert Merchant.objects.get().name == "Later"
        return str(refused.value)

    def test_of_a_file_that_was_cut_off(self, backup: Path, tmp_path: Path) -> None:
        (tmp_path / "cut").write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
        assert self.refusal(tmp_path / "cut") == "cut is damaged or no backup of this desk."

    def test_of_something_else(self, backup: Path, tmp_path: Path) -> None:
        (tmp_path / "zip").write_bytes(b"PK\x03\x04 something else")
        assert self.refusal(tmp_path / "zip") == "zip is damaged or no backup of this desk."
        shutil.make_archive(str(tmp_path / "tar"), "gztar", tmp_path / "here")
        assert self.refusal(tmp_path / "tar.tar.gz") == "tar.tar.gz is damaged or no backup of this desk."

    def test_of_one_that_would_write_elsewhere(self, backup: Path, tmp_path: Path) -> None:
        evil = tmp_path / "evil.tar.gz"
        with tarfile.open(evil, "w:gz") as tar:
            tar.addfile(tarfile.TarInfo("../outside"))
        assert self.refusal(evil) == "evil.tar.gz is damaged or no backup of this desk."
        assert not list(tmp_path.rglob("outside"))

    def test_of_one_whose_database_is_not_as_it_was(self, backup: Path, tmp_path: Path) -> None:
        (tmp_path / "bent").write_bytes(repacked(tmp_path, backup, database=b"x"))
        assert self.refusal(tmp_path / "bent") == f"bent is damaged: “{database.name()}” in it is not as it was."

    def test_of_another_version(self, backup: Path, tmp_path: Path) -> None:
        (tmp_path / "old").write_bytes(repacked(tmp_path, backup, version="0.0.9"))
        assert "of another version (0.0.9" in self.refusal(tmp_path / "old")
        assert "Install that version, restore, and then upgrade." in self.refusal(tmp_path / "old")

    def test_of_a_file_that_is_not_there(self, backup: Path, tmp_path: Path) -> None:
        assert self.refusal(tmp_path / "none").startswith("There is no file")

    def test_of_a_database_that_is_not_empty(self, backup: Path) -> None:
        assert "Say --force" in self.refusal(backup, force=False)

    def test_is_none_when_it_is_said_to_replace_what_is_there(self, backup: Path) -> None:
        Merchant.objects.update(name="Later")
        call_command("restore", str(backup), force=True, stdout=io.StringIO(), stderr=io.StringIO())
        assert Merchant.objects.get().name == "Test"


def repacked(folder: Path, backup: Path, **changes: Any) -> bytes:
    """The backup with its database or its version exchanged."""
    work = folder / uuid.uuid4().hex
    work.mkdir()
    subprocess.run(["tar", "-xzf", str(backup), "-C", str(work)], check=True)
    if "version" in changes:
        text = (work / "manifest.json").read_text().replace(archive.version(), changes["version"], 1)
        (work / "manifest.json").write_text(text)
    for file in work.glob("database.*"):
        file.write_bytes(changes.get("database", file.read_bytes()))
    with tarfile.open(f"{work}.tar.gz", "w:gz") as tar:
        for file in filter(Path.is_file, work.rglob("*")):
            tar.add(file, str(file.relative_to(work)))
    return Path(f"{work}.tar.gz").read_bytes()

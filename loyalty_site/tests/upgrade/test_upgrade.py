"""A filled database of an earlier version is migrated to this one: no row is lost, none is changed."""

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from loyalty_site.tests.upgrade import walk
from members.tests import processes

FIRST, RELEASED = "0001_initial", "0006_tags_and_views"  # the oldest state; that of version 0.1.0
# What a migration drops it has moved elsewhere, or it is told here why it is of no use any more.
MOVED = ["members_merchant.repeat_target"]  # to members_target
ONE_WAY: set[str] = set()  # migrations that cannot be taken back; the backup of before is the way back


@pytest.fixture
def url(tmp_path: Path, django_db_blocker: Any) -> Iterator[str]:
    """An empty database beside the one of the suite, of the same kind."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'db.sqlite3'}"
        return
    name = f"upgrade_{uuid.uuid4().hex[:8]}"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield processes.database_url().rpartition("/")[0] + f"/{name}"
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_no_row_is_lost_on_the_way_to_this_version(url: str, tmp_path: Path) -> None:
    env = processes.environment(
        DATABASE_URL=url, DATA_DIR=str(tmp_path), SECRET_KEY="x", DEBUG="0", HTTPS="0", CELERY_BROKER_URL="memory://",
        DJANGO_SETTINGS_MODULE="loyalty_site.settings",
    )  # fmt: skip
    command = [sys.executable, "-m", "loyalty_site.tests.upgrade.walk", RELEASED, FIRST]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    for state in (RELEASED, FIRST):
        before, after = told[state]["before"], told[state]["after"]
        print(f"{connection.vendor}: {sum(n for n, _ in before.values())} rows in {len(before)} tables from {state}")  # noqa: T201
        assert before["members_order"][0] > 1000, "too few rows to prove anything"
        assert walk.changed(before, after) == {}
    assert told[RELEASED]["dropped"] == []
    assert told[FIRST]["dropped"] == MOVED
    assert 3700 in told["targets"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "naive",
    [
        "delete from members_store where code = 'S2'",
        "update members_store set name = upper(name)",
        "update members_store set code = trim(code, 'S')",
    ],
)
def test_a_migration_that_drops_or_changes_rows_is_found_out(naive: str, stores: object) -> None:
    everything = {"members_store": walk.columns()["members_store"], "members_order": ["id"]}
    before = walk.digests(everything)
    with connection.cursor() as cursor:
        cursor.execute(naive)
    assert walk.changed(before, walk.digests(everything)).keys() == {"members_store"}


@pytest.mark.django_db
def test_a_migration_that_drops_a_column_is_found_out(stores: object) -> None:
    everything = {"members_tag": walk.columns()["members_tag"]}
    with connection.cursor() as cursor:
        cursor.execute("alter table members_tag rename column name to label")
    with pytest.raises(DatabaseError):
        walk.digests(everything)


def test_which_migrations_can_be_taken_back() -> None:
    loaded = MigrationLoader(None).disk_migrations
    ours = {key: found for key, found in loaded.items() if key[0] in {"members", "rewards", "surveys", "analytics"}}
    one_way = {
        f"{app}.{name}"
        for (app, name), found in ours.items()
        if not all(operation.reversible for operation in found.operations)
    }
    assert ours
    assert one_way == ONE_WAY

"""A whole shop for the tests of one module: a public sales file taken in by `import_orders`, and the doors to it."""

import gzip
import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client, TestCase, override_settings

from analytics.tests import golden, pages
from analytics.tests.golden import GoldenSet
from members.lib.actor import system
from members.lib.roles import Role
from members.models import Merchant
from members.services import staff


@dataclass(frozen=True)
class Imported:
    """`answers`: the golden tables; `counts`: what import_orders said; `client`: an administrator's."""

    answers: GoldenSet
    counts: dict[str, Any]
    client: Client


FILES = {
    "online_retail": (golden.ONLINE_RETAIL, "online_retail.csv.gz", "GBP", "Europe/London"),
    "complete_journey": (
        golden.COMPLETE_JOURNEY, "complete_journey_transactions.csv.gz", "USD", "America/New_York",
    ),
}  # fmt: skip


@contextmanager
def own_place(folder: Path) -> Iterator[None]:
    """A warehouse, files and a database transaction of their own; nothing of it is left afterwards."""
    files = {**settings.STORAGES["default"], "OPTIONS": {"location": folder / "files"}}
    places = {
        "DATA_DIR": folder,
        "WAREHOUSE_URL": str(folder / "warehouse"),
        "STORAGES": {**settings.STORAGES, "default": files},
    }
    with override_settings(**places):
        atomics = TestCase._enter_atomics()
        try:
            yield
        finally:
            TestCase._rollback_atomics(atomics)


def import_file(name: str, folder: Path) -> Imported:
    """Import a public file, told its preset, into the empty shop that stands."""
    answers, packed, currency, zone = FILES[name]
    Merchant.objects.create(pk=1, name=name, currency=currency, zone=zone)
    path = folder / packed.removesuffix(".gz")
    with gzip.open(golden.DATA / packed) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)
    said = io.StringIO()
    call_command("import_orders", path, preset=name, stdout=said)
    path.unlink()
    if connection.vendor == "postgresql":  # the rows are never committed, which is what does this elsewhere
        connection.check_constraints()  # once for all, not again after each test
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return Imported(answers, json.loads(said.getvalue()), signed_in_as(Role.ADMIN))


def signed_in_as(role: Role) -> Client:
    """A client of a new member of staff."""
    user = staff.create(
        username=f"golden-{role}", password="pw", display_name=role, role=role, stores=(), by=system("test")
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def command(slug: str, **options: Any) -> str:
    """What `manage.py report` prints."""
    said = io.StringIO()
    call_command("report", slug, stdout=said, **options)
    return said.getvalue()


def command_cells(slug: str, **options: Any) -> tuple[list[str], list[list[str]]]:
    """Column keys and cells of `manage.py report`."""
    head, *rows = pages.csv_rows(command(slug, **options))
    return head, rows

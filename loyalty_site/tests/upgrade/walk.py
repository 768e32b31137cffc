"""`python -m loyalty_site.tests.upgrade.walk STATE …`: a filled database, taken to an earlier state and forward again.

Prints as JSON, for each state, the tables of then with their rows and digest before and after the way forward.
"""

import datetime as dt
import hashlib
import json
import sys
from collections.abc import Mapping
from typing import Any

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - models need a set-up
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from loyalty_site.demo.generate import Wish  # noqa: E402
from loyalty_site.services import demo  # noqa: E402
from members.lib.actor import system  # noqa: E402

WRITTEN_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission"}
PERCENT = 37  # a target of the first version, which a later migration moves to a table of its own
Table = tuple[int, str]  # rows and digest


def columns() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = {name: connection.introspection.get_table_description(cursor, name) for name in tables}
    return {name: [column.name for column in found[name]] for name in found if name not in WRITTEN_BY_MIGRATE}


def digests(of: dict[str, list[str]]) -> dict[str, Table]:
    """Of each table, in these columns; a table or column that is gone is an error."""
    found = {}
    with connection.cursor() as cursor:
        for table, names in of.items():
            # With the table before it: SQLite takes "name" for a text where there is no such column.
            chosen = ", ".join(f'"{table}"."{name}"' for name in names)
            cursor.execute(f'select {chosen} from "{table}"')
            rows = sorted(map(repr, cursor.fetchall()))
            found[table] = len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def walked(state: str, newest: dict[str, list[str]]) -> dict[str, Any]:
    """Back to the state, and forward to the newest one. Digests are of the columns that both have."""
    call_command("migrate", "members", state, verbosity=0)
    then = columns()
    both = {table: [name for name in names if name in newest.get(table, ())] for table, names in then.items()}
    if "repeat_target" in then["members_merchant"]:
        with connection.cursor() as cursor:
            cursor.execute("update members_merchant set repeat_target = %s", [PERCENT])
    before = digests(both)
    call_command("migrate", verbosity=0)
    dropped = [f"{table}.{name}" for table, names in then.items() for name in names if name not in both[table]]
    return {"before": before, "after": digests(both), "dropped": dropped}


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The tables that are not what they were: a row is gone, or says something else."""
    return {table: said for table, said in after.items() if said != before[table]}


def targets() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("select value from members_target")
        return [value for (value,) in cursor.fetchall()]


def main(states: list[str]) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    get_user_model().objects.create_superuser("admin", password=None)
    demo.open_shop(wish=Wish(end=dt.date(2026, 9, 30), scale=0.01), by=system("test"))
    newest = columns()
    return {state: walked(state, newest) for state in states} | {"targets": targets()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1:])))

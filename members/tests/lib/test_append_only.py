"""The audit is written once: the database refuses changes and deletions, but for one column in an erasure."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from members.lib import append_only
from members.lib.actor import system
from members.models import AuditEntry
from members.services import audit

TABLE = AuditEntry._meta.db_table


def rows() -> list[tuple[str, object]]:
    return list(AuditEntry.objects.order_by("pk").values_list("verb", "detail"))


def execute(sql: str) -> Callable[[], object]:
    return lambda: connection.cursor().execute(sql)


@pytest.mark.parametrize(
    "deed",
    [
        lambda: AuditEntry.objects.update(verb="other"),
        lambda: AuditEntry.objects.update(detail={}),
        lambda: AuditEntry.objects.all().delete(),
        lambda: AuditEntry.objects.all()._raw_delete("default"),
        lambda: AuditEntry.objects.get().delete(),
        execute(f"UPDATE {TABLE} SET actor_name = 'somebody else'"),
        execute(f"DELETE FROM {TABLE}"),
        pytest.param(
            execute(f"INSERT OR REPLACE INTO {TABLE} SELECT * FROM {TABLE}"),
            marks=pytest.mark.skipif(connection.vendor != "sqlite", reason="a statement of SQLite"),
        ),
    ],
)
@pytest.mark.django_db
def test_a_row_is_neither_changed_nor_deleted(deed: Callable[[], object]) -> None:
    audit.record(by=system("test"), verb="change", subject_type="x", detail={"name": "a"})
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        deed()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), append_only.redacting("other"):
        deed()
    assert rows() == [("change", {"name": "a"})]


@pytest.mark.django_db
def test_a_redaction_reaches_one_column_and_ends_with_its_block() -> None:
    audit.record(by=system("test"), verb="change", subject_type="x", detail={"name": "a"})
    with append_only.redacting(TABLE):
        AuditEntry.objects.update(detail={"name": ""})
    assert rows() == [("change", {"name": ""})]
    for wrong in ({"detail": {}}, {"verb": "other", "detail": {}}, {"verb": "other"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditEntry.objects.update(**wrong)
    for wrong in ({"verb": "other", "detail": {}}, {"at": None}):
        with pytest.raises(IntegrityError), append_only.redacting(TABLE):
            AuditEntry.objects.update(**wrong)
    with pytest.raises(IntegrityError), append_only.redacting(TABLE):
        AuditEntry.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_a_database_can_be_emptied_as_a_whole() -> None:
    audit.record(by=system("test"), verb="change", subject_type="x")
    call_command("flush", interactive=False, verbosity=0)
    assert rows() == []
    audit.record(by=system("test"), verb="change", subject_type="x")
    with pytest.raises(IntegrityError):
        AuditEntry.objects.all().delete()

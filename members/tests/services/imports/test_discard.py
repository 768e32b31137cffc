"""An import of which nothing was written can be put aside; one that has written can only be undone."""

import pytest

from members.lib.actor import system
from members.models import AuditEntry, ImportBatch, Order
from members.services import imports, jobs
from members.services.imports import discard, options

BY = system("test")
SALES = b"order_no,member_no,ordered_at,amount\nA1,M1,2025-03-01 10:00:00,10\n"
State = ImportBatch.State
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def checked() -> ImportBatch:
    batch = imports.receive(name="sales.csv", content=[SALES], chosen=imports.Options(), by=BY)
    job = imports.check(batch, by=BY)
    assert job is not None
    jobs.run(job.pk)
    return ImportBatch.objects.get(pk=batch.pk)


def test_its_files_go_and_the_deed_is_kept(checked: ImportBatch) -> None:
    files = options.file_path(checked), options.stage_path(checked)
    assert all(file.exists() for file in files)
    assert discard.discard(checked, by=BY)
    assert not any(file.exists() for file in files)
    checked.refresh_from_db()
    assert checked.state == State.DISCARDED
    assert AuditEntry.objects.get(verb="discard").detail == {"file": "sales.csv", "before": "checked"}


def test_it_is_neither_checked_nor_written_any_more(checked: ImportBatch) -> None:
    discard.discard(checked, by=BY)
    assert imports.check(checked, by=BY) is None
    assert imports.start(checked, by=BY) is None
    assert not discard.discard(checked, by=BY)


@pytest.mark.parametrize("state", [State.DONE, State.CANCELLED, State.FAILED, State.CHECKED])
def test_what_has_written_stays(checked: ImportBatch, state: str) -> None:
    job = imports.start(checked, by=BY)
    assert job is not None
    jobs.run(job.pk)
    ImportBatch.objects.filter(pk=checked.pk).update(state=state)
    assert not discard.discard(checked, by=BY)
    assert options.file_path(checked).exists()
    assert Order.objects.filter(batch=checked).exists()


@pytest.mark.parametrize("state", [State.CHECKING, State.IMPORTING, State.UNDOING, State.UNDONE])
def test_not_while_somebody_works_on_it_or_after(checked: ImportBatch, state: str) -> None:
    ImportBatch.objects.filter(pk=checked.pk).update(state=state)
    assert not discard.discard(checked, by=BY)

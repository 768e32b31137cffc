"""Copies of imported files go after a while; what was imported stays."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from members.lib import clock
from members.lib.actor import system
from members.models import AuditEntry, ImportBatch, Order
from members.services import jobs
from members.tests.services.imports.test_undo import FIRST, take_back, take_in

pytestmark = pytest.mark.django_db


def tidy() -> None:
    """What a worker does at night."""
    job = jobs.enqueue("housekeeping", {}, by=system("test"))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done"


def made_days_ago(batch: ImportBatch, days: int) -> Path:
    ImportBatch.objects.filter(pk=batch.pk).update(created_at=clock.now() - dt.timedelta(days=days))
    return Path(default_storage.path(batch.path))


def test_after_ninety_days_the_copy_goes_and_the_orders_stay(django_capture_on_commit_callbacks: Any) -> None:
    old, young = take_in(FIRST), take_in(FIRST)
    gone, kept = made_days_ago(old, 91), made_days_ago(young, 89)
    for _twice in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            tidy()
    assert (gone.exists(), kept.exists()) == (False, True)
    assert Order.objects.count() == 2
    assert AuditEntry.objects.get(verb="delete_copies").detail == {"imports": 1, "older_than_days": 90}


def test_an_import_without_its_copy_can_still_be_undone(django_capture_on_commit_callbacks: Any) -> None:
    batch = take_in(FIRST)
    made_days_ago(batch, 91)
    with django_capture_on_commit_callbacks(execute=True):
        tidy()
    batch.refresh_from_db()
    assert take_back(batch).state == "undone"

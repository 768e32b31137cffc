"""The disk is full, or the database can only be read: a clear 503 page, and nothing half done.

Each deed is done with the first write failing, then the second, and so on until it gets through. After every failure
all tables and files are as they were.
"""

import datetime as dt
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client

from conftest import People
from loyalty_site.services import health
from members.lib import clock
from members.lib.actor import system
from members.models import Job, Member, Merchant, StaffSession, Store, User
from members.services import jobs
from members.tests.counter import member, order

pytestmark = pytest.mark.django_db(transaction=True)
EN = {"accept-language": "en"}
WRITES = ("INSERT", "UPDATE", "DELETE")
NOT_OURS = {"session"}  # what a request reads of its reader


@pytest.fixture
def client(people: People, signed_in: Callable[[User], Client], stores: tuple[Store, Store]) -> Client:
    order("1", stores[0], member("M1", stores[0], "Wang"))
    member("M2", stores[0], "Li")
    found = signed_in(people.admin)
    found.raise_request_exception = False
    return found


HEAD = b"order_no,ordered_at,member_no,amount,store\n"


def upload(client: Client, rows: int = 1) -> Any:
    content = HEAD + b"F1,2026-05-04 10:00,M1,10.00,S1\n" * rows
    return client.post("/members/imports/new/", {"file": SimpleUploadedFile("sales.csv", content)}, headers=EN)


def tag(client: Client) -> Any:
    chosen = list(Member.objects.values_list("pk", flat=True))
    return client.post("/members/tag/", {"list": "", "name": "VIP", "member": chosen}, headers=EN)


def save_view(client: Client) -> Any:
    return client.post("/members/views/save/", {"list": "sort=-net", "name": "Best"}, headers=EN)


def target(client: Client) -> Any:
    data = {"metric": "sales", "sales-value": "100", "sales-valid_from": "2026-05-01"}
    return client.post("/members/targets/", data, headers=EN)


def cancel(client: Client) -> Any:
    job = Job.objects.first() or jobs.enqueue("publish", {}, system("test"))
    return client.post(f"/jobs/{job.pk}/cancel/", headers=EN)


DEEDS = {each.__name__: each for each in (upload, tag, save_view, target, cancel)}


def stored() -> dict[str, Any]:
    """Every row of every table, and every file."""
    models = [model for model in apps.get_models() if model._meta.model_name not in NOT_OURS]
    rows = {model._meta.label: sorted(map(repr, model._base_manager.values_list())) for model in models}
    return {**rows, "files": sorted(files())}


def files(folder: str = "") -> Iterator[str]:
    if not default_storage.exists(folder or "."):
        return
    folders, names = default_storage.listdir(folder or ".")
    yield from (f"{folder}/{name}" for name in names)
    for inner in folders:
        yield from files(f"{folder}/{inner}".lstrip("/"))


@contextmanager
def failing_at(write: int) -> Iterator[None]:
    """The so-many-th write finds the disk full."""
    left = write

    def execute(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        if sql.startswith(WRITES):
            left -= 1
            if left == 0:
                raise OperationalError("database or disk is full")
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield


@pytest.mark.parametrize("deed", DEEDS)
def test_whichever_write_fails_nothing_is_half_done(deed: str, client: Client, merchant: Merchant) -> None:
    if deed == "cancel":
        jobs.enqueue("publish", {}, system("test"))
    before, faults = stored(), 0
    for write in range(1, 40):
        with failing_at(write):
            answer = DEEDS[deed](client)
        if answer.status_code != 503:
            break
        faults += 1
        assert stored() == before, f"after the failure of write {write}"
        assert "Not possible just now" in answer.text
        assert answer["Retry-After"] == "30"
    print(f"{deed}: {faults} writes failed in turn")  # noqa: T201
    assert faults >= 2, "too few writes to prove anything"
    assert answer.status_code in {200, 302}
    assert stored() != before


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file can grow beyond so many bytes: what the system answers is what a full disk answers."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_under_the_uploads_leaves_no_piece_of_a_file(client: Client, merchant: Merchant) -> None:
    before = stored()
    with room_for(2**20):  # the web process keeps an upload of this size in memory until it is copied
        answer = upload(client, rows=70_000)
    assert answer.status_code == 503
    assert "Not possible just now" in answer.text
    assert stored() == before


@contextmanager
def read_only() -> Iterator[None]:
    """The database itself refuses to write."""
    words = ("PRAGMA query_only={}", "SET default_transaction_read_only={}")[connection.vendor != "sqlite"]
    with connection.cursor() as cursor:
        cursor.execute(words.format("on"))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(words.format("off"))


def test_a_database_that_can_only_be_read_still_shows_its_pages(client: Client, merchant: Merchant) -> None:
    health.broker.forget()
    StaffSession.objects.update(seen_at=clock.now() - dt.timedelta(minutes=5))  # which the next page would write anew
    before = stored()
    with read_only():
        for page in ("/members/", "/members/M1/", "/members/orders/", "/jobs/", "/analytics/reports/"):
            assert client.get(page).status_code == 200, page
        for deed in (upload, tag, save_view, target):
            assert deed(client).status_code == 503, deed.__name__
        assert client.get("/readyz").json()["database"] == "can only be read"
    assert stored() == before
    assert save_view(client).status_code == 302, "it recovers without a restart"


def test_a_job_keeps_its_place_while_the_disk_is_full(client: Client, merchant: Merchant) -> None:
    job = jobs.enqueue("housekeeping", {}, system("test"))
    with failing_at(2):  # the first takes the job
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("running", ""), "the sweeper gives it to the next worker"

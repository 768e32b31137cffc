"""An import that is killed, cancelled, or not alone: nothing lost, nothing twice, and what stands is said."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from members.lib.actor import system
from members.models import AuditEntry, ImportBatch, Job, Member, Order, OrderLine, Touched
from members.rules.imports.problems import Refused
from members.services import imports, jobs
from members.services.imports import options, summary, work
from members.tests import processes

BY = system("test")
pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = 60


def sales(first: int = 0, count: int = ORDERS, cents: int = 0) -> bytes:
    rows = [f"N{n},M{n % 7},2025-03-{n % 28 + 1:02d} 10:00:00,{n}.{cents:02d}" for n in range(first, first + count)]
    return "\n".join(["order_no,member_no,ordered_at,amount", *rows]).encode()


def received(content: bytes, name: str = "sales.csv") -> ImportBatch:
    return imports.receive(name=name, content=[content], chosen=imports.Options(), by=BY)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "CHUNK", 10)
    monkeypatch.setattr(summary, "CHUNK", 10)


def fresh(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_related("job").get(pk=batch.pk)


class StopsAt:
    """Asks for something just before chunk number `chunk` is written."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, chunk: int, do: Callable[[], None]) -> None:
        self.seen, self._chunk, self._do = 0, chunk, do
        self._write = work.Writer.write

        def write(writer: work.Writer, plan: Any) -> None:
            self.seen += 1
            if self.seen == self._chunk:
                self._do()
            self._write(writer, plan)

        monkeypatch.setattr(work.Writer, "write", write)


class Killed(BaseException):
    """What a kill -9 is to the code: no handler, no ending, the transaction gone."""


def kill() -> None:
    raise Killed


class TestKilled:
    @pytest.mark.parametrize("stage_is_lost", [False, True])
    def test_goes_on_at_the_chunk_where_it_died(self, monkeypatch: pytest.MonkeyPatch, stage_is_lost: bool) -> None:
        batch = received(sales())
        job = imports.start(batch, by=BY)
        assert job is not None
        stops = StopsAt(monkeypatch, 3, kill)
        with pytest.raises(Killed):
            jobs.run(job.pk)
        assert Order.objects.count() == 20
        if stage_is_lost:
            options.stage_path(batch).unlink()

        Job.objects.filter(pk=job.pk).update(state="queued")
        jobs.run(job.pk)

        assert stops.seen == 7  # the third chunk twice, the first two once
        assert (fresh(batch).state, fresh(batch).counts["orders"], fresh(batch).counts["accepted"]) == ("done", 60, 60)
        assert Order.objects.count() == OrderLine.objects.count() == Touched.objects.count() == ORDERS
        assert AuditEntry.objects.filter(verb="import").count() == 1


class TestCancelled:
    def test_what_is_in_stays_in_and_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        batch = received(sales())
        job = imports.start(batch, by=BY)
        assert job is not None
        StopsAt(monkeypatch, 4, lambda: _raise(jobs.Cancelled()))
        jobs.run(job.pk)

        batch = fresh(batch)
        assert (batch.state, batch.counts["orders"]) == ("cancelled", 30)
        assert batch.job is not None
        assert (batch.job.progress, batch.job.total) == (30, 60)
        assert Order.objects.count() == 30

    def test_can_be_gone_on_with(self, monkeypatch: pytest.MonkeyPatch) -> None:
        batch = received(sales())
        job = imports.start(batch, by=BY)
        assert job is not None
        stops = StopsAt(monkeypatch, 4, lambda: _raise(jobs.Cancelled()))
        jobs.run(job.pk)
        assert imports.resume(fresh(batch), by=BY)
        jobs.run(job.pk)
        assert stops.seen == 7
        assert (fresh(batch).state, fresh(batch).counts["orders"]) == ("done", 60)

    def test_importing_the_file_again_completes_it_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first = received(sales())
        job = imports.start(first, by=BY)
        assert job is not None
        StopsAt(monkeypatch, 4, lambda: _raise(jobs.Cancelled()))
        jobs.run(job.pk)
        again = received(sales())
        second = imports.start(again, by=BY)
        assert second is not None
        jobs.run(second.pk)
        assert (fresh(again).counts["accepted"], fresh(again).counts["duplicates"]) == (30, 30)


def _raise(error: BaseException) -> None:
    raise error


class TestChecked:
    def test_the_check_tells_what_the_import_then_does(self) -> None:
        self._import(sales(0, 20))
        batch = received(sales(10, 30, cents=50))
        check = imports.check(batch, by=BY)
        assert check is not None
        jobs.run(check.pk)
        told = fresh(batch)
        assert told.state == "checked"
        assert (told.summary["new"], told.summary["changed"], told.counts["members"]) == (20, 10, 0)
        assert told.summary["by_month"] == [["2025-03", 30, sum(n * 10_000 + 5_000 for n in range(10, 40)), 0, 0]]
        assert Order.objects.count() == 20

        job = imports.start(told, by=BY)
        assert job is not None
        jobs.run(job.pk)
        done = fresh(batch)
        assert {**done.counts, "rejected_rows": None} == told.counts

    def test_corrected_rows_that_are_in_already_are_duplicates_and_nothing_else(self) -> None:
        content = sales(0, 5).replace(b"-", b"/")  # dates that are corrected
        self._import(content)
        batch = received(content)
        check = imports.check(batch, by=BY)
        assert check is not None
        jobs.run(check.pk)
        counts = fresh(batch).counts
        assert [counts[name] for name in ("accepted", "fixed", "rejected", "duplicates")] == [0, 0, 0, 5]

    def test_what_was_read_with_other_options_is_not_written(self) -> None:
        batch = received(sales(0, 5))
        check = imports.check(batch, by=BY)
        assert check is not None
        jobs.run(check.pk)
        imports.choose(batch, chosen=imports.Options(source="shop two"))
        job = imports.start(batch, by=BY)
        assert job is not None
        jobs.run(job.pk)
        assert set(Order.objects.values_list("source", flat=True)) == {"shop two"}

    def test_a_second_start_is_not_taken(self) -> None:
        batch = received(sales())
        assert imports.start(batch, by=BY) is not None
        assert imports.start(batch, by=BY) is None
        assert imports.check(batch, by=BY) is None

    def _import(self, content: bytes) -> None:
        job = imports.start(received(content), by=BY)
        assert job is not None
        jobs.run(job.pk)


def test_a_file_that_is_too_large_is_refused_and_not_kept(settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 100
    with pytest.raises(Refused, match="file_too_large"):
        received(sales())
    assert not list((Path(settings.DATA_DIR) / "files").rglob("*.csv"))


def test_two_imports_at_once_store_everything_once() -> None:
    """Half of the orders are in both files, and both create the same members."""
    batches = [received(sales(0, 60)), received(sales(30, 60))]
    queued = [imports.start(batch, by=BY) for batch in batches]
    threads = [threading.Thread(target=_run, args=(job.pk,)) for job in queued if job is not None]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = [fresh(batch).counts for batch in batches]
    assert [fresh(batch).state for batch in batches] == ["done", "done"]
    assert sum(count["orders"] for count in counts) == Order.objects.filter(voided_at=None).count() == 90
    assert sum(count["duplicates"] for count in counts) == 30
    assert Member.objects.count() == 7


def _run(job_id: int) -> None:
    try:
        jobs.run(job_id)
    finally:
        connections.close_all()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "import.log"


def test_a_command_killed_in_mid_import_is_completed_later(
    tmp_path: Path, log: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kill -9 of the real process in mid-import; the job is then taken over."""
    monkeypatch.setattr(work, "CHUNK", 1_500)
    orders = 15_000
    path = tmp_path / "big.csv"
    path.write_bytes(sales(0, orders))
    data = tmp_path / "data"
    env = processes.environment(
        DATABASE_URL=processes.database_url(),
        DATA_DIR=str(data),
        SECRET_KEY="x",
        DEBUG="1",
        CELERY_BROKER_URL="memory://",
    )
    with processes.started(["manage.py", "import_orders", str(path)], log, env) as process:
        processes.wait_for(lambda: Order.objects.count() >= 1_500, log)
        processes.kill(process)
    connection.close()
    stored = Order.objects.count()
    assert 0 < stored < orders
    assert stored % 1_500 == 0, "whole chunks only"

    settings.DATA_DIR = data
    files = {**settings.STORAGES["default"], "OPTIONS": {"location": data / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    job = Job.objects.get()
    Job.objects.filter(pk=job.pk).update(state="queued")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["counts"]["orders"]) == ("done", orders)
    assert Order.objects.count() == OrderLine.objects.count() == orders

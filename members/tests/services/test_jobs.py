"""Jobs: what a handler can rely on, whoever else is at work. The kill -9 proofs are in test_jobs_workers."""

import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from celery import Celery, current_app
from django.db import OperationalError, connections
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from members.lib import clock
from members.lib.actor import NOBODY, Actor, system
from members.lib.roles import Role
from members.models import AuditEntry, Channel, Job
from members.queries import jobs as job_queries
from members.services import jobs, staff

SYSTEM = system("test")


@pytest.fixture
def kind() -> Iterator[str]:
    yield "test"
    jobs._kinds.pop("test", None)


def add(code: str) -> None:
    Channel.objects.create(code=code, name=code)


def codes() -> list[str]:
    return sorted(Channel.objects.values_list("code", flat=True))


def queue(**arguments: Any) -> Job:
    return jobs.enqueue("test", arguments, SYSTEM)


def silence(job: Job) -> None:
    """Let the worker of this job have been silent for an hour."""
    Job.objects.filter(pk=job.pk).update(heartbeat_at=clock.now() - dt.timedelta(hours=1))


@pytest.mark.django_db(transaction=True)
class TestAJobThatRuns:
    def test_writes_and_counter_arrive_together_and_the_result_is_kept(self, kind: str) -> None:
        @jobs.handler(kind)
        def work(run: jobs.Run) -> None:
            for number, code in enumerate(run.arguments["codes"], start=1):
                with run.step(progress=number, total=2, message="Working"):
                    add(code)
            run.finish({"rows": 2})

        job = queue(codes=["a", "b"])
        jobs.run(job.pk)

        job.refresh_from_db()
        assert (job.state, job.progress, job.total, job.result) == ("done", 2, 2, {"rows": 2})
        assert codes() == ["a", "b"]

    def test_the_counter_can_be_set_when_the_work_of_the_step_is_known(self, kind: str) -> None:
        @jobs.handler(kind)
        def work(run: jobs.Run) -> None:
            with run.step() as step:
                step.progress, step.result = 7, {"seen": 7}

        job = queue()
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.progress, job.result) == (7, {"seen": 7})

    def test_acts_with_the_rights_its_user_has_today(self, kind: str) -> None:
        seen: list[Actor] = []
        jobs.handler(kind)(lambda run: seen.append(run.actor))
        user = staff.create(username="m", password="pw", display_name="M", role=Role.MARKETER, by=SYSTEM)
        asked_by = Actor(kind="user", name="m", role=Role.MARKETER, store_ids=None, user_id=user.pk)

        first, second = jobs.enqueue(kind, {}, asked_by), jobs.enqueue(kind, {}, asked_by)
        jobs.run(first.pk)
        user.is_active = False
        user.save()
        jobs.run(second.pk)

        assert [actor.role for actor in seen] == [Role.MARKETER, None]
        assert seen[1] == NOBODY

    def test_is_taken_once_and_never_again_when_over(self, kind: str) -> None:
        calls: list[int] = []

        @jobs.handler(kind)
        def work(run: jobs.Run) -> None:
            calls.append(run.lease)
            jobs.run(run.job_id)

        job = queue()
        jobs.run(job.pk)
        jobs.run(job.pk)
        jobs.run(job.pk + 999)
        assert calls == [1]


@pytest.mark.django_db(transaction=True)
class TestAWorkerThatDisappears:
    def test_is_followed_by_another_that_goes_on_from_the_counter(self, kind: str) -> None:
        class Killed(BaseException):
            pass

        @jobs.handler(kind)
        def work(run: jobs.Run) -> None:
            for number in range(run.progress, 4):
                with run.step(progress=number + 1):
                    add(f"step {number} of lease {run.lease}")
                    if number == 2 and run.lease == 1:
                        raise Killed

        job = queue()
        with pytest.raises(Killed):
            jobs.run(job.pk)
        jobs.run(job.pk)  # its heartbeat is fresh: still thought alive
        assert Job.objects.get(pk=job.pk).state == "running"

        silence(job)
        jobs.run(job.pk)
        assert Job.objects.get(pk=job.pk).state == "done"
        assert codes() == [
            "step 0 of lease 1", "step 1 of lease 1", "step 2 of lease 2", "step 3 of lease 2",
        ]  # fmt: skip

    @pytest.mark.parametrize("moment", ["before its step", "inside its step"])
    def test_and_wakes_up_again_changes_nothing(self, kind: str, moment: str) -> None:
        @jobs.handler(kind)
        def work(run: jobs.Run) -> None:
            if run.lease == 2:
                with run.step(progress=5):
                    add("new worker")
                return
            if moment == "before its step":
                silence(job)
                jobs.run(run.job_id)
            with run.step(progress=1):
                add("zombie")
                Job.objects.filter(pk=run.job_id).update(lease=2)  # as the other's commit would show

        job = queue()
        jobs.run(job.pk)
        job.refresh_from_db()
        if moment == "before its step":
            assert (codes(), job.state, job.progress) == (["new worker"], "done", 5)
        else:
            assert (codes(), job.state, job.progress) == ([], "running", 0)

    def test_after_fair_warning_hands_the_job_back_at_once(self, kind: str) -> None:
        @jobs.handler(kind)
        def work(run: jobs.Run) -> None:
            for number in range(run.progress, 2):
                if run.lease == 1:
                    jobs.stopping.set()
                with run.step(progress=number + 1):
                    add(f"step {number} of lease {run.lease}")

        job = queue()
        jobs.run(job.pk)
        jobs.run(job.pk)  # and takes no other
        jobs.stopping.clear()
        job.refresh_from_db()
        assert (job.state, job.attempts, job.progress) == ("queued", 0, 1)
        jobs.run(job.pk)
        assert codes() == ["step 0 of lease 1", "step 1 of lease 2"]

    def test_cannot_end_a_job_that_another_has_taken(self, kind: str) -> None:
        @jobs.handler(kind)
        def work(run: jobs.Run) -> None:
            if run.lease == 1:
                silence(job)
                jobs._take(job.pk)

        job = queue()
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.lease) == ("running", 2)

    def test_again_and_again_ends_the_job(self, kind: str) -> None:
        ended: list[str] = []

        def work(run: jobs.Run) -> None:
            raise KeyboardInterrupt

        jobs.handler(kind, on_end=lambda job: ended.append(job.state))(work)
        job = queue()
        for _attempt in range(jobs.MAX_ATTEMPTS):
            with pytest.raises(KeyboardInterrupt):
                jobs.run(job.pk)
            silence(job)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.error, ended) == ("failed", jobs.GAVE_UP, ["failed"])


@pytest.mark.django_db(transaction=True)
class TestAJobThatFails:
    def test_says_an_error_id_and_no_personal_data(self, kind: str, caplog: pytest.LogCaptureFixture) -> None:
        @jobs.handler(kind)
        def work(run: jobs.Run) -> None:
            with run.step(progress=1):
                add("half")
                raise RuntimeError(run.arguments["phone"])

        job = queue(phone="13800000000")
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.state, len(job.error), codes()) == ("failed", 6, [])
        assert job.error in caplog.text
        assert "RuntimeError" in caplog.text
        assert "13800000000" not in caplog.text

    def test_for_a_reason_the_reader_can_mend_says_the_reason(self, kind: str) -> None:
        @jobs.handler(kind)
        def work(run: jobs.Run) -> None:
            raise jobs.Failure("The file is gone.")

        job = queue()
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.error) == ("failed", "The file is gone.")

    def test_because_the_database_went_away_is_resumed_instead(self, kind: str) -> None:
        @jobs.handler(kind)
        def work(run: jobs.Run) -> None:
            raise OperationalError("connection lost")

        job = queue()
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.state == "running"

    def test_of_a_kind_this_version_does_not_know(self) -> None:
        job = jobs.enqueue("from the future", {}, SYSTEM)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.error) == ("failed", jobs.UNKNOWN_KIND)

    def test_is_retried_from_where_it_stopped(self, kind: str) -> None:
        @jobs.handler(kind)
        def work(run: jobs.Run) -> None:
            start = run.progress
            with run.step(progress=start + 1):
                add(f"step {start}")
            if start == 0:
                raise jobs.Failure("once")

        job = queue()
        jobs.run(job.pk)
        assert jobs.retry(job, SYSTEM)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.state, codes(), job.error) == ("done", ["step 0", "step 1"], "")
        assert not jobs.retry(job, SYSTEM)
        assert AuditEntry.objects.filter(verb="retry", subject_id=str(job.pk)).count() == 1


@pytest.mark.django_db(transaction=True)
class TestCancelling:
    def test_a_waiting_job_ends_at_once(self, kind: str) -> None:
        ended: list[str] = []
        jobs.handler(kind, on_end=lambda job: ended.append(job.state))(lambda run: None)
        job = queue()
        jobs.cancel(job, SYSTEM)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.state, ended) == ("cancelled", ["cancelled"])
        assert AuditEntry.objects.filter(verb="cancel", subject_id=str(job.pk)).exists()

    @pytest.mark.parametrize("where", ["step", "heartbeat"])
    def test_a_running_one_stops_at_its_next_word(self, kind: str, where: str) -> None:
        @jobs.handler(kind)
        def work(run: jobs.Run) -> None:
            with run.step(progress=1):
                add("before")
            jobs.cancel(Job.objects.get(pk=run.job_id), SYSTEM)
            if where == "heartbeat":
                run.heartbeat(message="reading")
            with run.step(progress=2):
                add("after")

        job = queue()
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.state, codes()) == ("cancelled", ["before"])

    def test_one_that_is_over_changes_nothing(self, kind: str) -> None:
        jobs.handler(kind)(lambda run: None)
        job = queue()
        jobs.run(job.pk)
        jobs.cancel(job, SYSTEM)
        job.refresh_from_db()
        assert (job.state, job.cancel_requested) == ("done", False)

    def test_what_on_end_writes_stands_or_falls_with_the_end(self, kind: str) -> None:
        def on_end(job: Job) -> None:
            add("ended")
            raise RuntimeError

        jobs.handler(kind, on_end=on_end)(lambda run: None)
        job = queue()
        with pytest.raises(RuntimeError):
            jobs.cancel(job, SYSTEM)
        job.refresh_from_db()
        assert (job.state, job.cancel_requested, codes()) == ("queued", False, [])


@pytest.mark.django_db
class TestTheBell:
    def test_rings_on_commit(
        self, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        rung = record_bells(monkeypatch)
        with django_capture_on_commit_callbacks(execute=True):
            job = queue()
            assert rung == []
        assert rung == [(job.pk, None)]

    def test_with_the_broker_down_the_request_succeeds_and_the_sweeper_rings_later(
        self, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
        caplog: pytest.LogCaptureFixture, settings: Any,
    ) -> None:  # fmt: skip
        with monkeypatch.context() as patch:
            nothing_listens(patch)
            with django_capture_on_commit_callbacks(execute=True):
                job = queue()
        assert "waits for the sweeper" in caplog.text
        rung = record_bells(monkeypatch)
        assert jobs.sweep() == 1
        assert rung == [(job.pk, settings.JOB_SWEEP_SECONDS)]

    def test_the_sweeper_rings_for_waiting_and_silent_jobs_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rung = record_bells(monkeypatch)
        waiting, silent, alive, over = queue(), queue(), queue(), queue()
        for job in (silent, alive):
            jobs._take(job.pk)
        silence(silent)
        jobs.cancel(over, SYSTEM)
        jobs.sweep()
        assert [job_id for job_id, _ in rung] == [waiting.pk, silent.pk]

    def test_one_waiting_publish_is_enough_but_a_running_one_is_not(self) -> None:
        first = jobs.enqueue_once("test", SYSTEM)
        assert jobs.enqueue_once("test", SYSTEM).pk == first.pk
        assert jobs.enqueue_once("test", SYSTEM, {"full": True}).pk != first.pk
        jobs._take(first.pk)
        assert jobs.enqueue_once("test", SYSTEM).pk != first.pk


@pytest.mark.django_db(transaction=True)
class TestAKindThatWorksAlone:
    def test_one_of_a_kind_that_works_alone_runs_at_a_time(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        begun: list[int] = []

        @jobs.handler(kind, alone=True)
        def work(run: jobs.Run) -> None:
            begun.append(run.job_id)
            if len(begun) == 1:
                jobs.run(second.pk)  # another worker is told of the next

        first, second, third = (queue(number=number) for number in range(3))
        rung: list[int] = []
        monkeypatch.setattr(jobs, "_ring", rung.append)
        jobs.run(first.pk)
        assert begun == [first.pk]
        second.refresh_from_db()
        assert (second.state, second.attempts, rung) == ("queued", 0, [second.pk]), "it waits, and is told of the end"
        assert jobs._take(second.pk) is not None
        assert jobs._take(third.pk) is None
        silence(second)
        assert jobs._take(third.pk) is not None, "whose worker was killed holds nobody up"
        assert jobs._take(second.pk) is None

    def test_of_two_that_start_at_the_same_instant_one_runs(self, kind: str) -> None:
        jobs.handler(kind, alone=True)(lambda run: None)
        waiting = [queue(number=number) for number in range(2)]
        barrier = threading.Barrier(2)

        def take(job: Job) -> bool:
            barrier.wait()
            try:
                return jobs._take(job.pk) is not None
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as workers:
            assert sorted(workers.map(take, waiting)) == [False, True]


@pytest.mark.django_db
def test_everybody_follows_their_own_jobs_and_administrators_all() -> None:
    ann = Actor(kind="user", name="ann", role=Role.MARKETER, store_ids=None, user_id=1)
    bob = Actor(kind="user", name="bob", role=Role.MARKETER, store_ids=None, user_id=2)
    hers, systems = jobs.enqueue("test", {}, ann), queue()
    assert list(job_queries.visible(ann)) == [hers]
    assert list(job_queries.visible(bob)) == []
    assert list(job_queries.visible(NOBODY)) == []
    assert set(job_queries.visible(SYSTEM)) == {hers, systems}


def record_bells(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int | None]]:
    """Take the broker's place at the door and note (job, expires)."""
    rung: list[tuple[int, int | None]] = []

    def send_task(_name: str, args: list[int], expires: int | None, **_options: Any) -> None:
        rung.append((args[0], expires))

    monkeypatch.setattr(current_app, "send_task", send_task)
    return rung


def nothing_listens(patch: pytest.MonkeyPatch) -> None:
    """Publish through an application whose broker refuses every connection."""
    url = "redis://127.0.0.1:1/0"
    app = Celery("deaf", set_as_current=False)
    app.conf.broker_transport_options = {"max_retries": 1, "interval_start": 0}
    patch.setenv("CELERY_BROKER_URL", url)
    patch.setattr("members.services.jobs.current_app", app)

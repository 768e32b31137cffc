"""Jobs under real workers: killed in mid-job, thought dead, asked to stop.

The broker is the one the suite was started with (CELERY_BROKER_URL), by default files.
"""

import contextlib
import itertools
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from members.lib.actor import system
from members.models import Channel, Job
from members.services import jobs
from members.tests import processes
from members.tests.services.slow_job import PAUSE_AT, STEPS

pytestmark = pytest.mark.django_db(transaction=True)
Worker = Callable[[], contextlib.AbstractContextManager[subprocess.Popen[bytes]]]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "worker.log"


@pytest.fixture
def broker_url() -> str:
    named = settings.CELERY_BROKER_URL
    return "filesystem://localhost/" if named.startswith("memory:") else named


@pytest.fixture
def memory_mb() -> int:
    return 0


@pytest.fixture
def worker(tmp_path: Path, log: Path, broker_url: str, memory_mb: int) -> Worker:
    """Start a worker with its scheduler in one process group; a job silent for two seconds counts as left behind."""
    env = processes.environment(
        WORKER_MEMORY_MB=str(memory_mb),
        DATABASE_URL=processes.database_url(),
        CELERY_BROKER_URL=broker_url,
        DATA_DIR=str(tmp_path / "data"),
        SECRET_KEY="x",
        DEBUG="1",
        JOB_STALE_SECONDS="2",
        JOB_SWEEP_SECONDS="1",
    )
    command = ["-m", "celery", "-A", "loyalty_site", "worker", "-B", "-P", "solo", "--loglevel", "WARNING"]
    include = ["-I", "members.tests.services.slow_job"]
    names = (f"test{number}@%h" for number in itertools.count())  # RabbitMQ wants each worker to have its own
    return lambda: processes.started([*command, *include, "-n", next(names)], log, env)


def paused(folder: Path) -> Callable[[], bool]:
    return (folder / "paused").exists


def state_is(job: Job, state: str) -> Callable[[], bool]:
    return Job.objects.filter(pk=job.pk, state=state).exists


def who_did_what() -> list[str]:
    return [f"{code} {name}" for code, name in Channel.objects.order_by("code").values_list("code", "name")]


EXACTLY_ONCE = [f"{number} lease {1 if number < PAUSE_AT else 2}" for number in range(STEPS)]


def slow(folder: Path, pause: str) -> Job:
    return jobs.enqueue("test.slow", {"folder": str(folder), "pause": pause}, system("test"))


def kill_and_resume(worker: Worker, folder: Path, log: Path, pause: str) -> None:
    job = slow(folder, pause)
    with worker() as first:
        processes.wait_for(paused(folder), log)
        processes.kill(first)
        with worker():
            processes.wait_for(state_is(job, "done"), log)
    assert who_did_what() == EXACTLY_ONCE


def test_a_job_whose_worker_is_killed_is_finished_with_each_step_exactly_once(
    worker: Worker, tmp_path: Path, log: Path
) -> None:
    kill_and_resume(worker, tmp_path, log, "inside a step")


@pytest.mark.prove
@pytest.mark.parametrize("pause", ["inside a step", "between steps"])
@pytest.mark.parametrize("_round", range(10))
def test_ten_times_of_ten(worker: Worker, tmp_path: Path, log: Path, pause: str, _round: int) -> None:
    kill_and_resume(worker, tmp_path, log, pause)


def test_a_worker_thought_dead_changes_nothing_when_it_wakes_up(worker: Worker, tmp_path: Path, log: Path) -> None:
    job = slow(tmp_path, "between steps")
    with worker():
        processes.wait_for(paused(tmp_path), log)
        with worker():
            processes.wait_for(state_is(job, "done"), log)
            (tmp_path / "go").touch()
            processes.wait_for((tmp_path / "fenced").exists, log)
    assert who_did_what() == EXACTLY_ONCE


def test_a_worker_that_is_asked_to_stop_hands_its_job_back(worker: Worker, tmp_path: Path, log: Path) -> None:
    job = slow(tmp_path, "until asked to stop")
    with worker() as first:
        processes.wait_for(paused(tmp_path), log)
        os.kill(first.pid, signal.SIGTERM)
        first.wait(processes.PATIENCE)
    job.refresh_from_db()
    assert (job.state, job.progress) == ("queued", PAUSE_AT + 1)


@pytest.mark.parametrize("memory_mb", [1])
def test_a_worker_that_has_grown_too_large_ends_in_order_and_the_next_one_finishes_its_job(
    worker: Worker, tmp_path: Path, log: Path
) -> None:
    job = slow(tmp_path, "nowhere")
    for _ in range(STEPS):
        with worker() as grown:
            assert grown.wait(processes.PATIENCE) == 0
        job.refresh_from_db()
        if job.state == "done":
            break
    assert job.state == "done"
    assert [line.split()[0] for line in who_did_what()] == [str(number) for number in range(STEPS)]
    assert "more than WORKER_MEMORY_MB" in log.read_text()

"""kill -9 of worker and scheduler, both at once, again and again: each step of each job happens exactly once.

Two schedulers ring at the same time all the while, as after a deployment that went wrong.
"""

import contextlib
import itertools
import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from loyalty_site.tests.faults.killed_jobs import STEPS
from members.lib import clock
from members.lib.actor import system
from members.models import Channel, Job, Merchant
from members.services import jobs
from members.tests import processes

pytestmark = pytest.mark.django_db(transaction=True)
BY = system("test")
Process = contextlib.AbstractContextManager[subprocess.Popen[bytes]]


class Desk:
    """A worker with its scheduler that is killed, and a second scheduler that is not."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.log, self._random, self._names = folder / "log", random.Random(seed), itertools.count()
        url = settings.CELERY_BROKER_URL
        self._env = processes.environment(
            DATABASE_URL=processes.database_url(), DATA_DIR=str(folder / "data"), SECRET_KEY="x", DEBUG="1",
            CELERY_BROKER_URL="filesystem://localhost/" if url.startswith("memory:") else url,
            JOB_STALE_SECONDS="2", JOB_SWEEP_SECONDS="1",
        )  # fmt: skip

    def group(self) -> Process:
        name = f"killed{next(self._names)}"
        here = ["-I", "loyalty_site.tests.faults.killed_jobs", "-n", f"{name}@%h", "-s", str(self.log.with_name(name))]
        return self._celery("worker", "-B", "-P", "threads", "-c", "2", *here)

    def second_scheduler(self) -> Process:
        return self._celery("beat", "-s", str(self.log.with_name("second")), "--pidfile=")

    def hurried(self, *command: str) -> Process:
        return self._celery(*command, app="loyalty_site.tests.faults.hurried")

    def _celery(self, *command: str, app: str = "loyalty_site") -> Process:
        celery = ["-m", "celery", "-A", app]
        level = [] if "--loglevel" in command else ["--loglevel", "ERROR"]
        return processes.started([*celery, *command, *level], self.log, self._env)

    def kill_after(self, process: subprocess.Popen[bytes], effects: int) -> None:
        """Kill a group once there are so many effects more, and a moment later."""
        wanted = Channel.objects.count() + effects
        processes.wait_for(
            lambda: Channel.objects.count() >= wanted or all_over() or process.poll() is not None, self.log
        )
        time.sleep(self._random.random() / 10)
        processes.kill(process)


def all_over() -> bool:
    return not Job.objects.filter(finished_at=None).exists()


def killed(folder: Path, kind: str, *, kills: int, count: int, seed: int) -> Iterator[int]:
    """Yields what was acknowledged (steps counted as done) between each kill and the one before."""
    for number in range(count):
        jobs.enqueue(kind, {"n": number}, BY, total=STEPS)
    desk, per_kill = Desk(folder, seed), count * STEPS // (kills + 1)
    with desk.second_scheduler():
        for _kill in range(kills):
            before = acknowledged()
            with desk.group() as victim:
                desk.kill_after(victim, per_kill)
            yield acknowledged() - before
        with desk.group():
            processes.wait_for(all_over, desk.log)


def acknowledged() -> int:
    return sum(Job.objects.values_list("progress", flat=True))


def effects() -> Counter[str]:
    """How often each step of each job left its effect."""
    return Counter(code.rpartition(".")[0] for code in Channel.objects.values_list("code", flat=True))


def exactly_once(folder: Path, *, kills: int, count: int, seed: int) -> None:
    Merchant.objects.create(pk=1, name="Test")
    seen = list(killed(folder, "test.careful", kills=kills, count=count, seed=seed))
    found, resumed = effects(), Job.objects.filter(attempts__gt=1).count()
    print(  # noqa: T201 (a fault test says what it saw)
        f"seed={seed} kills={len(seen)} acks={seen} idle windows={seen.count(0)} jobs={count} taken up again={resumed}"
        f" effects={sum(found.values())} twice={sum(n > 1 for n in found.values())} on {connection.vendor}"
    )
    assert len(seen) == kills
    assert sum(seen) >= count, "too little was done between the kills to prove anything"
    assert resumed >= 1, "no kill found a job in its way"
    assert found == Counter({f"{number}.{step}": 1 for number in range(count) for step in range(STEPS)})
    assert set(Job.objects.values_list("state", flat=True)) <= {"done"}


def test_each_step_happens_exactly_once_whoever_is_killed(tmp_path: Path) -> None:
    exactly_once(tmp_path, kills=2, count=20, seed=1)


def test_two_schedulers_have_the_work_of_a_night_done_once(tmp_path: Path) -> None:
    """They ring for it all the time; one is killed and another one started."""
    hour = clock.now().hour
    Merchant.objects.create(pk=1, name="Test", zone=f"Etc/GMT{hour - 12:+d}")  # where it is noon: the night is over
    desk = Desk(tmp_path, seed=4)

    def rung() -> int:
        return desk.log.read_text(errors="replace").count("members.nightly") // 2  # received, succeeded

    with (
        desk.hurried("worker", "-P", "solo", "--loglevel", "INFO"),
        desk.hurried("beat", "-s", f"{tmp_path}/1", "--pidfile="),
    ):
        with desk.hurried("beat", "-s", f"{tmp_path}/2", "--pidfile=") as victim:
            processes.wait_for(lambda: rung() >= 5, desk.log)
            processes.kill(victim)
        with desk.hurried("beat", "-s", f"{tmp_path}/3", "--pidfile="):
            processes.wait_for(lambda: rung() >= 20 and all_over(), desk.log)
    made = Job.objects.exclude(key=None)
    print(f"rung for {rung()} times, jobs made: {sorted(job.kind for job in made)} on {connection.vendor}")  # noqa: T201
    assert sorted(job.kind for job in made) == jobs.nightly_kinds()
    assert {(job.state, job.attempts) for job in made} == {("done", 1)}


@pytest.mark.prove
def test_each_step_happens_exactly_once_at_a_hundred_kills(tmp_path: Path) -> None:
    exactly_once(tmp_path, kills=100, count=1000, seed=2)


@pytest.mark.prove
def test_the_naive_kind_does_steps_twice(tmp_path: Path) -> None:
    Merchant.objects.create(pk=1, name="Test")
    list(killed(tmp_path, "test.naive", kills=10, count=100, seed=3))
    assert max(effects().values()) > 1

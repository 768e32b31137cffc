"""kill -9 of the worker at random moments of an import: no row lost, none twice."""

import random
import time
from pathlib import Path
from typing import Any

import pytest

from members.lib.actor import system
from members.models import Job, Member, Order, OrderLine, Refund
from members.services import imports
from members.tests import processes
from members.tests.services.imports.importer import CHUNK

pytestmark = pytest.mark.django_db(transaction=True)
BY = system("test")
ORDERS = 4_000
HEAD = "order_no,member_no,phone,time,amount,sku,quantity\n"


def lines() -> bytes:
    """Two lines an order, some of them apart; every fiftieth order has a line that cannot be taken."""
    rows = [
        f"K{n},M{n % 299},1380000{n % 299:04d},2025-{n % 12 + 1:02d}-{n % 28 + 1:02d} 10:00,"
        f"{'x' if n % 50 == 7 and part == 1 else n}.{part:02d},T{n % 40},1"
        for part in (1, 2)
        for n in range(ORDERS)
    ]
    return (HEAD + "\n".join(rows)).encode()


GOOD = ORDERS - len(range(7, ORDERS, 50))


class Killer:
    """Lets a process work on the job and kills it at a random moment; counts what it saw."""

    def __init__(self, job: Job, data: Path, log: Path, *, naive: bool, seed: int) -> None:
        self.kills = self.acknowledged = 0
        self._job, self._log, self._random = job, log, random.Random(seed)
        self._command = ["-m", "members.tests.services.imports.importer", str(job.pk), *(["naive"] if naive else [])]
        self._env = processes.environment(
            DATABASE_URL=processes.database_url(), DATA_DIR=str(data), SECRET_KEY="x", DEBUG="1",
            CELERY_BROKER_URL="memory://",
        )  # fmt: skip

    def kill(self, after: int) -> None:
        """Kill it once it has written so many orders more, and a moment later; what it had acknowledged is counted."""
        wanted = min(Order.objects.count() + after, GOOD)
        with processes.started(self._command, self._log, self._env) as process:
            processes.wait_for(lambda: Order.objects.count() >= wanted or process.poll() is not None, self._log)
            time.sleep(self._random.random() / 20)
            processes.kill(process)
        self.kills += 1
        self._job.refresh_from_db()
        self.acknowledged = self._job.progress
        Job.objects.filter(pk=self._job.pk, state="running").update(state="queued", attempts=1)

    def finish(self) -> None:
        with processes.started(self._command, self._log, self._env) as process:
            process.wait(processes.PATIENCE)
        self._job.refresh_from_db()


def stored() -> dict[str, Any]:
    standing = Order.objects.filter(voided_at=None)
    return {
        "orders": standing.count(),
        "lines": OrderLine.objects.filter(order__in=standing).count(),
        "numbers": standing.values("number").distinct().count(),
        "members": Member.objects.count(),
        "voided": Order.objects.exclude(voided_at=None).count(),
        "refunds": Refund.objects.count(),
    }


WHOLE = {"orders": GOOD, "lines": 2 * GOOD, "numbers": GOOD, "members": 299, "voided": 0, "refunds": 0}


def killed_at_random(tmp_path: Path, settings: Any, kills: int, *, naive: bool = False) -> tuple[Killer, Job]:
    settings.DATA_DIR = tmp_path / "data"
    files = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "data" / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    batch = imports.receive(name="k.csv", content=[lines()], chosen=imports.Options(), by=BY)
    job = imports.start(batch, by=BY)
    assert job is not None
    killer = Killer(job, tmp_path / "data", tmp_path / "log", naive=naive, seed=kills)
    for number in range(kills):
        killer.kill(after=0 if number == 0 else ORDERS // (kills + 1))
    killer.finish()
    print(  # noqa: T201 (a fault test says what it saw)
        f"killed {killer.kills} times; {killer.acknowledged} orders acknowledged before the last; stored {stored()}"
    )
    return killer, job


def nothing_lost_and_nothing_twice(tmp_path: Path, settings: Any, kills: int) -> None:
    killer, job = killed_at_random(tmp_path, settings, kills)
    assert killer.kills == kills
    assert killer.acknowledged >= CHUNK, "it was never killed in the middle"
    assert (job.state, stored()) == ("done", WHOLE)
    counts = job.result["counts"]
    assert (counts["orders"], counts["accepted"], counts["duplicates"]) == (GOOD, 2 * GOOD, 0)
    assert counts["rejected"] == 2 * (ORDERS - GOOD)


def test_nothing_is_lost_and_nothing_is_twice(tmp_path: Path, settings: Any) -> None:
    nothing_lost_and_nothing_twice(tmp_path, settings, kills=2)


@pytest.mark.prove
def test_nothing_is_lost_and_nothing_is_twice_at_twenty_moments(tmp_path: Path, settings: Any) -> None:
    nothing_lost_and_nothing_twice(tmp_path, settings, kills=20)


@pytest.mark.prove
def test_the_naive_importer_loses_rows(tmp_path: Path, settings: Any) -> None:
    killed_at_random(tmp_path, settings, kills=12, naive=True)
    assert stored() != WHOLE

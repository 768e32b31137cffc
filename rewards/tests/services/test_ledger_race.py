"""Many tills at once want the points of one member: as many are granted as there are, and nobody fails."""

import contextlib
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from members.models import Member
from members.services import merges
from members.tests import processes
from rewards.models import Account, Entry
from rewards.services import ledger
from rewards.tests.shop import BY, assert_right, deed, lasting, member

pytestmark = pytest.mark.django_db(transaction=True)


def spend(one: Member, folder: Path, how: str, *, tills: int, tries: int) -> list[str]:
    """The keys that were granted, over all the tills; each must end well."""
    env = processes.environment(
        DATABASE_URL=processes.database_url(), DATA_DIR=str(folder / "data"), SECRET_KEY="x", DEBUG="1",
        DJANGO_SETTINGS_MODULE="loyalty_site.settings",
    )  # fmt: skip
    logs = [folder / f"till{number}" for number in range(tills)]
    with contextlib.ExitStack() as stack:
        running: list[subprocess.Popen[bytes]] = [
            stack.enter_context(
                processes.started(
                    ["-m", "rewards.tests.services.spender", str(one.pk), str(tries), f"t{number}", how], log, env
                )
            )
            for number, log in enumerate(logs)
        ]
        for process, log in zip(running, logs, strict=True):
            assert process.wait(timeout=processes.PATIENCE * 4) == 0, log.read_text()
    return [key for log in logs for key in log.read_text().split()]


def race(folder: Path, how: str, *, tills: int, tries: int, stock: int) -> tuple[Member, list[str]]:
    one = member("M1")
    ledger.earn(member=one, points=stock, deed=deed("stock"), term=lasting(30))
    granted = spend(one, folder, how, tills=tills, tries=tries)
    print(  # noqa: T201 (a fault test says what it saw)
        f"{how}: stock={stock} tills={tills} tries={tills * tries} granted={len(granted)} on {connection.vendor}"
    )
    return one, granted


def exactly_the_stock(folder: Path, *, tills: int, tries: int, stock: int) -> None:
    one, granted = race(folder, "carefully", tills=tills, tries=tries, stock=stock)
    assert len(granted) == len(set(granted)) == stock
    assert Entry.objects.filter(kind="redeem", key__in=granted).count() == stock
    assert Account.objects.get(member=one).balance == 0
    assert_right()


def test_as_many_points_are_granted_as_there_are(tmp_path: Path) -> None:
    exactly_the_stock(tmp_path, tills=4, tries=40, stock=100)


def test_looking_before_saving_grants_more_than_there_is(tmp_path: Path) -> None:
    """Why the ledger locks: the control that must fail."""
    _one, granted = race(tmp_path, "naively", tills=4, tries=400, stock=500)
    assert len(granted) > 500


@pytest.mark.usefixtures("merchant")
def test_two_records_of_a_person_queue_before_either_has_an_account() -> None:
    """Else each is locked for itself, and a cap of the day is given twice."""
    one, two = member("M1"), member("M2")
    merges.merge(member=two, into=one, by=BY)
    has_begun, over = threading.Event(), []

    def first() -> None:
        with transaction.atomic():
            ledger.settle(member=two)
            has_begun.set()
            time.sleep(0.5)  # the other would be done by now
            over.append("first")
        connections.close_all()

    def second() -> None:
        has_begun.wait(processes.PATIENCE)
        with transaction.atomic():
            ledger.settle(member=one)
            over.append("second")
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for ended in [pool.submit(first), pool.submit(second)]:
            ended.result()
    assert over == ["first", "second"]


@pytest.mark.prove
def test_eight_tills_two_hundred_tries(tmp_path: Path) -> None:
    exactly_the_stock(tmp_path, tills=8, tries=200, stock=500)

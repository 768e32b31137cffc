"""A real year of sales under a programme: the ledger is right, whichever of the two came first, and the same.

The file is Online Retail, whose refunds name no order: they take points of what was bought before them.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.test import TestCase, override_settings

from members.models import Job, Member, Merchant, Order
from members.services import jobs
from members.tests.public_files import imported, imported_in_part
from rewards.models import Account, Earning, Entry, Lot, PointsRules, Posting, RefundTaken
from rewards.services import points_rules
from rewards.services.earning import catch_up
from rewards.tests.shop import BY

FILE = "online_retail.csv.gz"
FIRST = dt.date(2010, 12, 1)
OVER = dt.datetime(2011, 12, 10, 4, tzinfo=dt.UTC)  # the file ends the day before
ONE_IN = 40  # customers of the small proof
PROGRAMMES: dict[str, dict[str, Any]] = {
    "caps and waits": {
        "per_order": 500, "minimum": Decimal(5), "pending_days": 14, "expiry": "months", "expiry_length": 6,
    },
    "looks around": {"per_day": 300, "expiry": "activity", "expiry_length": 3, "refund": "balance"},
}  # fmt: skip
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(db: None) -> Iterator[None]:
    with time_machine.travel(OVER, tick=False):
        Merchant.objects.create(pk=1, name="Shop", currency="GBP", zone="Europe/London")
        yield


def sales(folder: Path, *, whole: bool) -> None:
    if whole:
        imported(FILE, folder)
    else:
        imported_in_part(FILE, folder, is_of_some)


def is_of_some(row: dict[str, str]) -> bool:
    return row["CustomerID"].isdecimal() and int(row["CustomerID"]) % ONE_IN == 0


def begin(programme: dict[str, Any]) -> None:
    points_rules.publish(PointsRules.objects.create(**programme), FIRST, by=BY)


def earned() -> int:
    """Do the jobs that wait to give points; how many orders they looked at."""
    looked = 0
    while job := Job.objects.filter(kind=catch_up.KIND, state=Job.State.QUEUED).first():
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.error
        looked += job.result["orders"]
    return looked


def told() -> dict[str, list[Any]]:
    """All that the ledger says, by the names that the file gives."""
    whose, of = "account__member__number", "order__number"
    return {
        "accounts": list(Account.objects.exclude(changed_at=None).order_by("member__number").values_list(
            "member__number", "balance", "pending", "debt"
        )),
        "entries": list(Entry.objects.order_by(whose, "pk").values_list(
            whose, "kind", "amount", "forgiven", of, "reason", "happened_at", "recorded_at", "reverses__order__number"
        )),
        "lots": list(Lot.objects.order_by(whose, "pk").values_list(
            whose, "quantity", "remaining", "available_at", "is_pending", "expires_on", "expires_at",
        )),
        "earnings": list(Earning.objects.order_by(of).values_list(
            of, "points", "kept", "eligible", "why_none", "refunded", "is_void"
        )),
        "refunds": list(RefundTaken.objects.order_by("refund__number").values_list("refund__number", "points")),
    }  # fmt: skip


def rows() -> list[int]:
    return [model.objects.count() for model in (Account, Entry, Lot, Posting, Earning, RefundTaken)]


def prove() -> None:
    """The ledger proves itself, the rules say the same again, and a second look changes no row."""
    call_command("ledger_check")
    call_command("replay_points")
    before = rows(), told()
    catch_up.enqueue(BY)
    assert earned() == 0
    assert (rows(), told()) == before


@contextmanager
def empty_shop(folder: Path) -> Iterator[None]:
    """Files and a transaction of its own, in which the steps of jobs may begin theirs; nothing of it is left."""
    folder.mkdir()
    files = {**settings.STORAGES["default"], "OPTIONS": {"location": folder / "files"}}
    with override_settings(DATA_DIR=folder, STORAGES={**settings.STORAGES, "default": files}):
        atomics = TestCase._enter_atomics()
        try:
            yield
        finally:
            TestCase._rollback_atomics(atomics)


def as_told(programme: dict[str, Any], folder: Path, *, programme_first: bool, whole: bool) -> dict[str, list[Any]]:
    """What the ledger says in the end."""
    with empty_shop(folder):
        if programme_first:
            begin(programme)
            assert earned() == 0
        sales(folder, whole=whole)
        if not programme_first:
            assert not Job.objects.filter(kind=catch_up.KIND).exists(), "nothing to give yet"
            begin(programme)
        asked = Order.objects.filter(status="paid", member__isnull=False).count()
        assert earned() >= asked == Earning.objects.count()
        prove()
        print(f"{Member.objects.count()} members, {asked} orders, rows of the ledger: {rows()}")  # noqa: T201 (a proof)
        return told()


@pytest.mark.parametrize("programme", PROGRAMMES)
@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.prove)])
def test_it_is_one_whether_the_programme_or_the_sales_come_first(programme: str, whole: bool, tmp_path: Path) -> None:
    said = PROGRAMMES[programme]
    before = as_told(said, tmp_path / "before", programme_first=True, whole=whole)
    after = as_told(said, tmp_path / "after", programme_first=False, whole=whole)
    assert {kind for _who, kind, *_rest in before["entries"]} >= {"earn", "expire", "reverse"}
    assert any(points for _refund, points in before["refunds"])
    for what, lines in before.items():
        assert after[what] == lines, what

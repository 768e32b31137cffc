"""The night proves the ledger, and a broken one is told."""

import pytest

from members.lib.actor import system
from members.models import Job
from members.services import jobs
from rewards.models import Account
from rewards.services import ledger
from rewards.services.nightly_check import BROKEN
from rewards.tests.shop import deed, lasting, member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("balance", "state", "error"), [(10, "done", ""), (11, "failed", BROKEN)])
def test_a_ledger_is_proven_every_night(balance: int, state: str, error: str) -> None:
    ledger.earn(member=member("M1"), points=10, deed=deed("e"), term=lasting(30))
    Account.objects.update(balance=balance)
    job = jobs.enqueue("ledger_check", {}, system("scheduler"))
    jobs.run(job.pk)
    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.error) == (state, error)
    assert "ledger_check" in jobs.nightly_kinds()

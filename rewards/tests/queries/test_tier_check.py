"""The proof of tiers is silent while they are right, and names what was changed behind its back."""

import datetime as dt

import pytest
import time_machine

from members.models import Member
from members.services import jobs
from rewards.models import Account, Entry, Tier, TierStay
from rewards.queries import tier_check
from rewards.queries import tiers as queries
from rewards.rules.tiers import Fact
from rewards.services import ledger, tiers
from rewards.tests import programme
from rewards.tests.programme import BY, buys
from rewards.tests.shop import deed, lasting, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("merchant")]
NOON = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)


@pytest.fixture
def one() -> Member:
    programme.tiers(any_condition=True)
    found = member("M1")
    buys(found, "1000", on=programme.ago(500))
    buys(found, "5000", on=programme.ago(3))
    return found


def evaluated() -> None:
    job = tiers.enqueue(BY)
    assert job is not None
    jobs.run(job.pk)


def names() -> set[str]:
    return {found.invariant for found in tier_check.broken()}


def test_tiers_that_nobody_touched_are_right(one: Member) -> None:
    evaluated()
    assert names() == set()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ends_on": dt.date(2025, 1, 1), "starts_on": dt.date(2024, 1, 1)}, tier_check.FOLLOWS),
        ({"detail": {"spend": 9_000_000, "orders": 1, "points": 0}}, tier_check.EARNED),
    ],
)
def test_what_was_changed_is_named(one: Member, change: dict[str, object], said: str) -> None:
    evaluated()
    TierStay.objects.filter(pk=TierStay.objects.order_by("starts_on", "pk")[:1].get().pk).update(**change)
    assert said in names()


def test_a_tier_given_behind_the_back_is_no_rise(one: Member) -> None:
    evaluated()
    TierStay.objects.filter(ends_on__isnull=True).update(tier=Tier.objects.get(code="ordinary"))
    assert tier_check.DIRECTION in names()


def test_a_tier_that_should_be_another_is_found() -> None:
    programme.tiers()
    with time_machine.travel(NOON, tick=False) as machine:
        one = member("M1")
        buys(one, "5000")
        machine.shift(dt.timedelta(hours=3))
        evaluated()
        assert names() == set()
        TierStay.objects.filter(member=one).delete()
        assert names() == {tier_check.ANEW}


def test_a_tier_from_the_balance_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault of open-loyalty #131, planted: spending points then takes the tier, which the tests above forbid."""
    programme.tiers().conditions.update(spend=None, points=100)
    spender = member("M1")
    ledger.earn(member=spender, points=100, deed=deed("e"), term=lasting(30))

    def by_balance(ids: object) -> dict[int, list[Fact]]:
        today = programme.ago(0)
        return {account.member_id: [Fact(today, today, points=account.balance)] for account in Account.objects.all()}

    ledger.redeem(member=spender, points=60, deed=deed("r"))
    tiers.evaluate(spender, by=BY)
    assert queries.on([spender.pk], programme.ago(0)) == {spender.pk: "gold"}
    assert Entry.objects.count() == 2
    TierStay.objects.all().delete()
    monkeypatch.setattr(queries, "facts", by_balance)
    tiers.evaluate(spender, by=BY)
    assert queries.on([spender.pk], programme.ago(0)) == {}

"""The nightly sweep does for many accounts what the ledger does for one that is touched, and once."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from members.models import Job, Member, MemberMerge, Merchant, Touched
from members.services import jobs
from rewards.models import Account, Entry, Lot
from rewards.services import ledger, sweep
from rewards.tests.shop import BY, DAY, assert_right, deed, figures, lasting, member

NOON = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)


def swept() -> Job:
    job = jobs.enqueue("expire_points", {}, BY)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    return job


def rows_of(one: Member) -> tuple[Any, ...]:
    """All that is kept of a member's points, without numbers of rows."""
    account = Account.objects.get(member=one)
    entries = Entry.objects.filter(account=account).order_by("pk")
    lots = Lot.objects.filter(account=account).order_by("pk")
    return (
        (account.balance, account.pending, account.debt),
        [(each.kind, each.amount, each.actor_name, bytes(each.request_hash), each.happened_at) for each in entries],
        [sorted(each.postings.values_list("amount", flat=True)) for each in entries],
        list(lots.values_list("quantity", "remaining", "is_pending", "expires_on")),
    )


class TestSameAsOneByOne(TestCase):
    @hypothesis_settings(max_examples=25)
    @given(
        terms=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 6), st.integers(0, 6)), max_size=6),
        spent=st.integers(0, 20), later=st.integers(0, 8),
    )  # fmt: skip
    def test_many_are_settled_as_each_alone(self, terms: list[tuple[int, int, int]], spent: int, later: int) -> None:
        with time_machine.travel(NOON, tick=False) as watch:
            alone, many = member("A"), member("B")
            for one in (alone, many):
                for number, (points, days, pending) in enumerate(terms):
                    term = lasting(days, pending=pending)
                    ledger.earn(member=one, points=points, deed=deed(f"{one}{number}"), term=term)
                if spent and figures(one)[0] >= spent:
                    ledger.redeem(member=one, points=spent, deed=deed(f"{one}r"))
                Account.objects.get_or_create(member=one)
            watch.shift(later * DAY)
            ledger.settle(member=alone)
            sweep.settle_many(Account.objects.filter(member=many).values_list("pk", flat=True))
            assert rows_of(many) == rows_of(alone)
            assert_right()


@pytest.mark.django_db
def test_twice_in_a_night_is_once(merchant: Merchant) -> None:
    with time_machine.travel(NOON, tick=False) as watch:
        one = member("M1")
        ledger.earn(member=one, points=10, deed=deed("a"), term=lasting(1))
        ledger.earn(member=one, points=7, deed=deed("b"), term=lasting(30, pending=2))
        watch.shift(3 * DAY)
        assert swept().result == {"accounts": 1}
        assert figures(one) == (7, 0, 0)
        before = rows_of(one)
        assert swept().result == {"accounts": 0}
        assert rows_of(one) == before
        assert Entry.objects.filter(kind="expire").count() == 1
        assert Touched.objects.filter(kind="points", key=Entry.objects.get(kind="expire").pk).exists()
    assert_right()


@pytest.mark.django_db
def test_who_owes_or_has_two_records_is_settled_by_the_ledger(merchant: Merchant) -> None:
    with time_machine.travel(NOON, tick=False) as watch:
        owner, other = member("M1"), member("M2")
        spent = ledger.earn(member=owner, points=10, deed=deed("a"), term=lasting(9)).entry
        ledger.redeem(member=owner, points=10, deed=deed("r"))
        ledger.take_back(given=spent, points=10, deed=deed("t"))
        ledger.earn(member=other, points=4, deed=deed("b"), term=lasting(9, pending=1))
        MemberMerge.objects.create(member=other, into=owner, owner=owner)
        Member.objects.filter(pk=other.pk).update(merged_into=owner)
        watch.shift(2 * DAY)
        swept()
        assert figures(owner) == (0, 0, 6)
    assert_right()


def test_it_is_work_of_every_night() -> None:
    assert "expire_points" in jobs.nightly_kinds()

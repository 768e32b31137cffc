"""The job that lets nothing go without its points."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from members import events
from members.lib import clock
from members.models import Job, Member, Merchant
from members.services import jobs
from rewards.models import Earning, Entry
from rewards.queries import to_earn
from rewards.services.earning import catch_up, settle_order
from rewards.tests.earners import balance, programme, refund, sold
from rewards.tests.shop import BY, assert_right, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(merchant: Merchant) -> Member:
    return member("M1")


def caught_up(work_off: Callable[[], int]) -> Job:
    job = catch_up.enqueue(BY)
    work_off()
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    assert_right()
    return job


def test_old_and_new_orders_earn_and_the_second_run_changes_no_row(one: Member, work_off: Callable[[], int]) -> None:
    programme(expiry="never")
    orders = [sold(member(f"N{number}") if number % 2 else one, str(number)) for number in range(10)]
    sold(one, status="pending")
    sold(None)
    sold(one, day="2025-12-31")
    assert caught_up(work_off).result == {"orders": 10}
    assert balance(one) == 0 + 2 + 4 + 6 + 8
    assert set(Earning.objects.values_list("order", flat=True)) == {order.pk for order in orders}
    before = list(Entry.objects.order_by("pk").values()), list(Earning.objects.order_by("pk").values())
    assert caught_up(work_off).result == {"orders": 0}
    assert (list(Entry.objects.order_by("pk").values()), list(Earning.objects.order_by("pk").values())) == before


def test_refunds_voids_and_withdrawn_refunds_are_found(one: Member, work_off: Callable[[], int]) -> None:
    programme(expiry="never")
    kept, back, void, again = (sold(one) for _ in range(4))
    wrong = refund(again, "100")
    caught_up(work_off)
    assert balance(one) == 300
    refund(back, "30")
    for fact in (void, wrong):
        fact.voided_at = clock.now()
        fact.save(update_fields=["voided_at"])
    assert caught_up(work_off).result == {"orders": 3}
    assert [Earning.objects.get(order=order).kept for order in (kept, back, void, again)] == [100, 70, 0, 100]
    assert not to_earn.changed().exists()
    assert caught_up(work_off).result == {"orders": 0}


def test_a_till_and_the_night_earn_once(one: Member, work_off: Callable[[], int]) -> None:
    programme(expiry="never", per_order=50)
    order = sold(one)
    settle_order(order.pk, by=BY)
    caught_up(work_off)
    settle_order(order.pk, by=BY)
    assert balance(one) == 50


def test_it_works_in_chunks_by_member(
    one: Member, work_off: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_up, "CHUNK", 2)
    programme(expiry="never", per_day=150)
    for number in range(5):
        sold(one, "100")
        sold(member(f"N{number}"), "100")
    caught_up(work_off)
    assert balance(one) == 150
    assert Earning.objects.count() == 10


def test_facts_that_changed_ring_for_it_and_every_night_has_it(
    one: Member, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    events.facts_changed.send(sender=None, by=BY)
    assert not Job.objects.filter(kind=catch_up.KIND).exists()  # there is no programme yet
    programme()
    events.facts_changed.send(sender=None, by=BY)
    events.facts_changed.send(sender=None, by=BY)
    assert Job.objects.filter(kind=catch_up.KIND).count() == 1
    assert catch_up.KIND in jobs.nightly_kinds()


def test_without_a_programme_nothing_is_looked_at(one: Member, work_off: Callable[[], int]) -> None:
    sold(one, str(Decimal(10)))
    caught_up(work_off)
    assert not Earning.objects.exists()

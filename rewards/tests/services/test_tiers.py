"""Members rise at once, keep a tier for its period, and go down after it; in however many nights it is worked out."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members import events
from members.lib import clock
from members.models import Exclusion, Job, Member, Merchant, Order
from members.queries import people
from members.services import jobs, merges
from rewards.models import Tier, TierStay
from rewards.queries import tiers as queries
from rewards.services import ledger, tiers
from rewards.tests import programme
from rewards.tests.programme import BY, ago, buys, returns
from rewards.tests.shop import deed, lasting, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("merchant")]
NOON = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)


def tier(one: Member, day: dt.date | None = None) -> str:
    return queries.on([one.pk], day or people.today()).get(one.pk, "lowest")


def times(one: Member) -> list[tuple[str, str, str, str]]:
    stays = TierStay.objects.filter(member=one).order_by("starts_on", "pk").select_related("tier")
    return [(stay.tier.code, stay.reason, str(stay.starts_on), str(stay.ends_on or "")) for stay in stays]


def night() -> Job:
    """What the scheduler and a worker do."""
    for job in jobs.enqueue_nightly(people.today(), by=BY):
        if job.kind == queries.JOB:
            jobs.run(job.pk)
    return Job.objects.filter(kind=queries.JOB).latest("pk")


def test_without_a_programme_nobody_has_a_tier() -> None:
    one = member("M1")
    buys(one, "9999")
    assert tiers.evaluate(one, by=BY) is None
    assert tiers.enqueue(BY) is None
    assert queries.standing(one, people.today()) is None


def test_up_at_once_and_over_a_tier() -> None:
    programme.tiers()
    one = member("M1")
    buys(one, "999.99")
    assert tiers.evaluate(one, by=BY) is None
    buys(one, "4000.01")
    stay = tiers.evaluate(one, by=BY)
    assert stay is not None
    assert (stay.tier.code, stay.reason, stay.detail["spend"]) == ("gold", "raised", 50_000_000)
    assert (tier(one), tier(one, ago(1))) == ("gold", "lowest")


def test_what_is_not_a_valid_order_counts_nothing() -> None:
    programme.tiers()
    one = member("M1")
    buys(one, "5000", status=Order.Status.PENDING)
    buys(one, "5000", status=Order.Status.CANCELLED)
    buys(one, "5000", voided_at=clock.now())
    buys(one, "5000", on=ago(400))
    Exclusion.objects.create(member=one, reason="reseller", from_date=ago(10), to_date=ago(5))
    buys(one, "5000", on=ago(7))
    returns(buys(one, "1000", on=ago(2)), "0.01")
    assert tiers.evaluate(one, by=BY) is not None  # on a day of the year before it was gold
    assert queries.measures([one.pk], ago(364), people.today())[one.pk].spend == 9_999_900


def test_a_refund_un_makes_the_spend_and_when_it_is_all_of_it_the_order() -> None:
    programme.tiers()
    one = member("M1")
    order = buys(one, "100", on=ago(3))
    returns(order, "40", on=ago(2))
    assert queries.measures([one.pk], ago(9), people.today())[one.pk] == (600_000, 1, 0)
    returns(order, "60", on=ago(1))
    assert queries.measures([one.pk], ago(9), people.today())[one.pk] == (0, 0, 0)
    assert queries.measures([one.pk], ago(9), ago(2))[one.pk] == (600_000, 1, 0)  # as it was then


def test_spending_points_never_demotes() -> None:
    version = programme.tiers(any_condition=False)
    version.conditions.update(spend=None, points=100)
    one = member("M1")
    given = ledger.earn(member=one, points=100, deed=deed("e"), term=lasting(30)).entry
    tiers.evaluate(one, by=BY)
    assert tier(one) == "gold"
    ledger.redeem(member=one, points=100, deed=deed("r"))
    for _ in range(2):
        tiers.evaluate(one, by=BY)
    assert tier(one) == "gold"
    assert queries.measures([one.pk], ago(9), people.today())[one.pk].points == 100
    ledger.take_back(given=given, points=30, deed=deed("refund"))
    assert queries.measures([one.pk], ago(9), people.today())[one.pk].points == 70


def test_points_brought_along_or_given_by_hand_are_not_earned() -> None:
    programme.tiers().conditions.update(spend=None, points=100)
    one = member("M1")
    ledger.adjust(member=one, points=500, deed=deed("a"), term=lasting(30))
    assert tiers.evaluate(one, by=BY) is None


def test_the_whole_history_follows_from_dated_facts_whatever_nights_were_missed() -> None:
    programme.tiers(grace_days=10)
    one, other = member("M1"), member("M2")
    with time_machine.travel(NOON, tick=False):
        for who in (one, other):
            buys(who, "1000", on=dt.date(2024, 3, 10))
            returns(buys(who, "6000", on=dt.date(2024, 5, 1)), "6000", on=dt.date(2024, 5, 2))
    for day in (dt.date(2024, 3, 10), dt.date(2024, 5, 1), dt.date(2025, 5, 3), dt.date(2025, 5, 20)):
        with time_machine.travel(programme.noon(day), tick=False):
            tiers.evaluate(one, by=BY)
    with time_machine.travel(NOON, tick=False):
        tiers.evaluate_many([one.pk, other.pk], by=BY)
    assert times(one) == times(other)
    assert times(one) == [
        ("silver", "raised", "2024-03-10", "2024-05-01"),
        ("gold", "raised", "2024-05-01", "2025-05-11"),
        ("ordinary", "lowered", "2025-05-11", ""),
    ]
    assert tier(one, dt.date(2025, 5, 10)) == "gold"


def test_evaluating_twice_is_evaluating_once() -> None:
    programme.tiers()
    one = member("M1")
    buys(one, "1000", on=ago(800))
    assert tiers.evaluate_many([one.pk], by=BY) == 2
    assert tiers.evaluate_many([one.pk], by=BY) == 0


def test_the_night_finds_whose_period_is_over_and_of_whom_something_is_new() -> None:
    programme.tiers()
    one, other = member("M1"), member("M2")
    with time_machine.travel(NOON, tick=False) as machine:
        buys(one, "1000")
        assert night().result["changed"] == 1
        machine.shift(dt.timedelta(days=1, hours=2))
        night()
        machine.shift(dt.timedelta(days=1))
        buys(other, "1000")
        result = night().result
        assert (result["changed"], result["members"]) == (1, 1)
        machine.shift(dt.timedelta(days=1, hours=2))
        night()
        machine.shift(dt.timedelta(days=1))
        assert night().result["members"] == 0
        machine.shift(dt.timedelta(days=370))
        assert night().result["changed"] == 2
    assert times(one)[-1][:2] == ("ordinary", "lowered")


def test_other_rules_that_came_into_force_are_for_everybody() -> None:
    programme.tiers(first_day=dt.date(2026, 1, 1), silver="2000")
    one = member("M1")
    with time_machine.travel(NOON, tick=False) as machine:
        buys(one, "1000")
        night()
        assert tier(one) == "lowest"
        softer = queries.published().get()
        silver = Tier.objects.get(code="silver")
        softer.pk, softer.first_day = None, dt.date(2026, 6, 16)
        softer.save()
        softer.conditions.create(tier=silver, spend=Decimal(900))
        machine.shift(dt.timedelta(days=1))
        night()
        assert times(one) == [("silver", "raised", "2026-06-16", "")]


def test_a_job_that_was_killed_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    programme.tiers()
    monkeypatch.setattr(tiers, "CHUNK", 2)
    people_ = [member(f"M{number}") for number in range(5)]
    for one in people_:
        buys(one, "1000")
    evaluate, calls = tiers.evaluate_many, []

    def dies_at_the_second(ids: list[int], *, by: object) -> int:
        calls.append(list(ids))
        if len(calls) == 2:
            raise jobs.Stopping
        return evaluate(ids, by=BY)

    monkeypatch.setattr(tiers, "evaluate_many", dies_at_the_second)
    job = tiers.enqueue(BY)
    assert job is not None
    jobs.run(job.pk)
    jobs.run(job.pk)
    assert [one for call in (calls[0], *calls[2:]) for one in call] == [one.pk for one in people_]
    job.refresh_from_db()
    assert (job.state, job.result["changed"]) == ("done", 5)


@pytest.mark.django_db(transaction=True)
def test_facts_that_changed_are_evaluated_soon(merchant: Merchant, work_off: Callable[[], int]) -> None:
    programme.tiers()
    one = member("M1")
    buys(one, "1000")
    events.facts_changed.send(sender=None, by=BY, wait=False)
    work_off()
    assert tier(one) == "silver"


def test_a_merge_counts_both_and_brings_the_better_tier_along() -> None:
    programme.tiers()
    one, other = member("M1"), member("M2")
    buys(one, "600", on=ago(5))
    buys(other, "5000", on=ago(700))
    tiers.evaluate_many([one.pk, other.pk], by=BY)
    assert (tier(one), tier(other)) == ("lowest", "ordinary")
    buys(other, "500", on=ago(3))
    merges.merge(member=other, into=one, by=BY)
    tiers.evaluate(other, by=BY)  # which means the record that it counts for
    assert tier(one) == "silver"
    third = member("M3")
    buys(third, "5000", on=ago(360))
    tiers.evaluate(third, by=BY)
    merges.merge(member=third, into=one, by=BY)
    tiers.evaluate(one, by=BY)
    assert tier(one) == "gold"
    merges.unmerge(member=third, by=BY)
    tiers.evaluate_many([one.pk, third.pk], by=BY)
    assert tier(third) == "gold"


def test_where_a_member_stands() -> None:
    programme.tiers()
    one = member("M1")
    buys(one, "1200")
    tiers.evaluate(one, by=BY)
    found = queries.standing(one, people.today())
    assert found is not None
    assert found.next is not None
    assert (found.tier.code, found.next.code, found.gap_spend) == ("silver", "gold", Decimal(3800))
    assert found.keep_spend == Decimal(1000)
    assert (found.gap_orders, found.gap_points, found.projected.code) == (None, None, "ordinary")
    assert found.kept_until is not None


def test_many_members_take_as_many_queries_as_one(django_assert_max_num_queries: Callable[..., object]) -> None:
    programme.tiers()
    crowd = [member(f"M{number}") for number in range(30)]
    for one in crowd:
        returns(buys(one, "1500"), "1")
    with CaptureQueriesContext(
        connection,
    ) as few:
        queries.standings([crowd[0].pk], people.today())
        tiers.evaluate_many([crowd[0].pk], by=BY)
    with django_assert_max_num_queries(len(few)):
        queries.standings([one.pk for one in crowd[1:]], people.today())
        tiers.evaluate_many([one.pk for one in crowd[1:]], by=BY)

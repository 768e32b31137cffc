"""Points and coupons for a complaint: once, in the ledger, and above the limit with a second person."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from conftest import People
from members.lib.actor import Actor
from members.models import Approval, AuditEntry, Member, Store
from members.queries import merchants
from members.queries.actors import actor_by_id
from members.services import approvals, erasure
from rewards.exports import statement as words
from rewards.models import Adjustment, Coupon, CouponOffer, Entry
from rewards.queries import statement
from surveys.exports import cases as tables
from surveys.models import Case, CaseEntry
from surveys.queries import cases as queries
from surveys.services import cases, compensation
from surveys.services.cases import Refused, Told
from surveys.services.compensation import Gift

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def manager(people: People) -> Actor:
    return actor_by_id(people.manager.pk)


@pytest.fixture
def case(merchant: object, stores: tuple[Store, Store], manager: Actor) -> Case:
    member = Member.objects.create(number="M1", name="Wang", home_store=stores[0])
    return cases.open_case(Told("phone", "Cold", member=member, store=stores[0]), by=manager)


def seen(case: Case) -> int:
    return case.log.latest("pk").pk


def give(case: Case, by: Actor, *, key: str = "key-0001", **gift: Any) -> bool:
    return compensation.compensate(case, Gift(**gift), "The tea was cold", key, seen=seen(case), by=by)


def history(member: Member | None) -> list[str]:
    assert member
    return [line.sentence for line in words.said(statement.told(statement.lines(member)), merchants.current())]


def test_points_are_in_the_ledger_the_log_and_the_history_with_the_number_of_the_case(
    case: Case, manager: Actor
) -> None:
    assert give(case, manager, points=200)
    case.refresh_from_db()
    assert case.outcome == "compensated"
    entry = Entry.objects.get()
    assert (entry.amount, entry.reason, entry.detail["case"]) == (200, "complaint", case.number)
    line = queries.log_of(case)[0]
    assert (line.entry.kind, tables.told(line), line.entry.text) == ("compensated", "200 points", "The tea was cold")
    assert history(case.member) == [f"200 points added by the shop for case {case.number}."]
    assert {"adjust_points", "compensate_case"} <= set(AuditEntry.objects.values_list("verb", flat=True))


def test_the_same_form_sent_twice_gives_once(case: Case, manager: Actor) -> None:
    looked_at = seen(case)
    for _each in range(2):
        assert compensation.compensate(case, Gift(200), "Sorry", "key-0001", seen=looked_at, by=manager)
    assert Entry.objects.count() == 1
    assert case.log.filter(kind="compensated").count() == 1


def test_of_two_who_give_the_second_is_told_first(case: Case, manager: Actor) -> None:
    looked_at = seen(case)
    compensation.compensate(case, Gift(200), "Sorry", "key-0001", seen=looked_at, by=manager)
    with pytest.raises(Refused, match="Somebody else"):
        compensation.compensate(case, Gift(200), "Sorry", "key-0002", seen=looked_at, by=manager)
    assert Entry.objects.count() == 1


def test_above_the_limit_a_second_person_decides_and_then_it_is_given_once(
    case: Case, manager: Actor, people: People
) -> None:
    give(case, manager, points=400, key="key-0001")
    assert not give(case, manager, points=101, key="key-0002")  # 500 a day
    asked = Approval.objects.get()
    assert approvals.of(asked).words(asked).what == f"Give Wang (M1) 101 points for case {case.number}"
    line = queries.log_of(case)[0]
    assert (tables.told(line), tables.became(line)) == ("101 points, asked for", ("Waiting", "warn"))
    with pytest.raises(approvals.Refused):
        approvals.approve(asked, note="", by=manager)
    assert Entry.objects.count() == 1
    approvals.approve(asked, note="", by=actor_by_id(people.marketer.pk))
    assert list(Entry.objects.order_by("pk").values_list("amount", flat=True)) == [400, 101]
    newest, before = queries.log_of(case)[:2]
    assert (tables.told(newest), tables.became(before)) == ("101 points", ("Approved", "good"))


def test_declined_nothing_is_given(case: Case, manager: Actor, people: People) -> None:
    give(case, manager, points=501)
    approvals.decline(Approval.objects.get(), note="", by=actor_by_id(people.marketer.pk))
    case.refresh_from_db()
    assert (Entry.objects.count(), case.outcome) == (0, "")


def test_a_coupon_goes_at_once_from_who_runs_the_programme_and_is_asked_for_by_others(
    case: Case, manager: Actor, people: People
) -> None:
    offer = CouponOffer.objects.create(name="Free cup", kind="percent", percent=100)
    assert not give(case, manager, offer=offer)
    assert not Coupon.objects.exists()
    approvals.approve(Approval.objects.get(), note="", by=actor_by_id(people.marketer.pk))
    coupon = Coupon.objects.get()
    assert (coupon.member, coupon.reason) == (case.member, "case")
    other = CouponOffer.objects.create(name="Ten off", kind="amount", amount=10)
    assert give(case, actor_by_id(people.marketer.pk), offer=other, key="key-0002")
    assert tables.told(queries.log_of(case)[0]) == "a coupon “Ten off”"


def test_an_offer_that_ran_out_is_refused_and_nothing_is_written(case: Case, people: People) -> None:
    offer = CouponOffer.objects.create(name="Last one", kind="amount", amount=10, stock=0)
    with pytest.raises(Refused):
        give(case, actor_by_id(people.marketer.pk), offer=offer)
    assert not case.log.filter(kind="compensated").exists()


def test_who_is_no_member_is_named_first(stores: tuple[Store, Store], merchant: object, manager: Actor) -> None:
    case = cases.open_case(Told("form", "Cold", store=stores[0]), by=manager)
    with pytest.raises(Refused, match="Say first which member"):
        give(case, manager, points=10)
    cases.identify(case, Member.objects.create(number="M2", home_store=stores[0]), seen=seen(case), by=manager)
    assert give(Case.objects.get(pk=case.pk), manager, points=10)


def test_an_erasure_takes_the_words_and_leaves_the_points(case: Case, manager: Actor, people: People) -> None:
    give(case, manager, points=200)
    assert case.member
    erasure.erase(member=case.member, reason="asked", by=actor_by_id(people.admin.pk))
    assert set(CaseEntry.objects.values_list("text", flat=True)) == {""}
    assert Adjustment.objects.get().note == ""
    assert Entry.objects.filter(detail__case=case.number).count() == 1

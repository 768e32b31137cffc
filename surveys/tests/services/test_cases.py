"""A case from its opening to its end, and what must not happen on the way."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import translation

from members.lib import clock
from members.lib.actor import system
from members.models import Member, Store, Touched
from surveys.models import BusinessHours, Case, CaseEntry, Cause, ResponseTarget
from surveys.services import cases
from surveys.services.cases import Refused, Told

pytestmark = pytest.mark.django_db
BY = system("desk")
FRIDAY = dt.datetime(2026, 11, 27, 9, 0, tzinfo=dt.UTC)  # 17:00 in Shanghai


class Time:
    """The clock, held still until the test lets it go on."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def tick(self, seconds: float | dt.timedelta) -> None:
        self.now += seconds if isinstance(seconds, dt.timedelta) else dt.timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    held = Time(FRIDAY)
    monkeypatch.setattr(clock, "now", lambda: held.now)
    return held


@pytest.fixture
def store(merchant: object, stores: tuple[Store, Store]) -> Store:
    for weekday in range(5):
        BusinessHours.objects.create(weekday=weekday, opens=dt.time(9), closes=dt.time(18))
    ResponseTarget.objects.update_or_create(priority=2, defaults={"first_minutes": 120, "resolve_minutes": 600})
    return stores[0]


def opened(store: Store) -> Case:
    member = Member.objects.create(number="M1", home_store=store)
    return cases.open_case(Told("counter", "Cold tea", member=member, store=store), by=BY)


def seen(case: Case) -> int:
    return case.log.latest("pk").pk


def cause() -> Cause:
    return Cause.objects.get_or_create(code="test_cause", defaults={"name_zh": "慢", "name_en": "Slow"})[0]


def test_due_times_are_counted_in_the_hours_of_the_store(store: Store, time: Time) -> None:
    case = opened(store)
    assert case.first_due_at == dt.datetime(2026, 11, 30, 2, 0, tzinfo=dt.UTC)  # Monday, 10:00
    assert case.business_date == dt.date(2026, 11, 27)
    assert Touched.objects.filter(kind="case", key=case.pk).exists()


def test_the_first_answer_stops_the_first_clock_and_the_second_one_does_not(store: Store, time: Time) -> None:
    case = opened(store)
    time.tick(1_800)
    cases.reply(case, "So sorry", way="phone", seen=seen(case), by=BY)
    time.tick(1_800)
    cases.reply(case, "And again", way="phone", seen=seen(case), by=BY)
    case.refresh_from_db()
    assert (case.first_minutes, case.state) == (30, "open")


def test_waiting_for_the_customer_does_not_count_and_puts_the_solution_off(store: Store, time: Time) -> None:
    case = opened(store)
    before = case.resolve_due_at
    cases.reply(case, "Which size?", way="phone", seen=seen(case), by=BY)
    cases.wait(case, seen=seen(case), by=BY)
    time.tick(dt.timedelta(days=3))  # Monday, 17:00: one open hour on Friday, eight on Monday
    cases.note(case, "Large", from_customer=True, by=BY)
    case.refresh_from_db()
    assert (case.state, case.waited_minutes) == ("open", 540)
    assert before is not None
    assert case.resolve_due_at == before + dt.timedelta(days=1)


def test_waiting_never_brings_the_solution_nearer(store: Store, time: Time) -> None:
    case = opened(store)
    before = case.resolve_due_at
    time.tick(dt.timedelta(days=3))  # the first answer is late by now: the case is urgent
    cases.escalate(case, by=BY)
    cases.wait(case, seen=seen(case), by=BY)
    assert not cases.escalate(case, by=BY)  # the second clock stands still
    cases.note(case, "Large", from_customer=True, by=BY)
    case.refresh_from_db()
    assert case.priority == Case.Priority.HIGH
    assert case.resolve_due_at == before


def test_a_complaint_is_settled_with_its_cause_and_after_an_answer(store: Store) -> None:
    case = opened(store)
    with pytest.raises(Refused, match="cause"):
        cases.resolve(case, outcome="solved", cause=None, seen=seen(case), by=BY)
    with pytest.raises(Refused, match="no answer yet"):
        cases.resolve(case, outcome="solved", cause=cause(), seen=seen(case), by=BY)
    cases.reply(case, "Sorry", way="counter", seen=seen(case), by=BY)
    cases.resolve(case, outcome="solved", cause=cause(), seen=seen(case), by=BY)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("resolved", "solved")


def test_a_case_that_is_opened_again_keeps_its_first_clock(store: Store, time: Time) -> None:
    case = opened(store)
    cases.reply(case, "Sorry", way="counter", seen=seen(case), by=BY)
    cases.resolve(case, outcome="solved", cause=cause(), seen=seen(case), by=BY)
    first = Case.objects.get(pk=case.pk)
    time.tick(dt.timedelta(days=4))
    cases.reopen(case, "Cold again", seen=seen(case), by=BY)
    cases.resolve(case, outcome="explained", cause=cause(), seen=seen(case), by=BY)
    case.refresh_from_db()
    assert (case.reopened, case.resolved_at, case.first_response_at) == (1, first.resolved_at, first.first_response_at)


def test_waiting_in_a_case_that_was_opened_again_moves_no_first_clock(store: Store, time: Time) -> None:
    case = opened(store)
    cases.reply(case, "Sorry", way="counter", seen=seen(case), by=BY)
    cases.resolve(case, outcome="solved", cause=cause(), seen=seen(case), by=BY)
    first = Case.objects.get(pk=case.pk)
    cases.reopen(case, "Cold again", seen=seen(case), by=BY)
    cases.wait(case, seen=seen(case), by=BY)
    time.tick(dt.timedelta(days=3))
    cases.note(case, "Today", from_customer=True, by=BY)
    case.refresh_from_db()
    assert (case.state, case.waited_minutes, case.waiting_since) == ("open", first.waited_minutes, None)
    assert case.resolve_due_at == first.resolve_due_at


def test_of_two_who_answer_the_second_is_told_and_changes_nothing(store: Store) -> None:
    case = opened(store)
    looked_at = seen(case)
    cases.reply(case, "I have it", way="phone", seen=looked_at, by=BY)
    with pytest.raises(Refused, match="Somebody else"):
        cases.reply(case, "Me too", way="phone", seen=looked_at, by=BY)
    assert case.log.filter(kind=CaseEntry.Kind.REPLY).count() == 1


def test_a_state_that_may_not_follow_is_refused(store: Store) -> None:
    case = opened(store)
    with pytest.raises(Refused, match="cannot go"):
        cases.close(case, seen=seen(case), by=BY)


def test_a_clock_that_ran_out_is_told_once(store: Store, time: Time) -> None:
    case = opened(store)
    assert not cases.escalate(case, by=BY)
    time.tick(dt.timedelta(days=4))
    assert cases.escalate(case, by=BY)
    assert not cases.escalate(case, by=BY)
    case.refresh_from_db()
    assert case.priority == Case.Priority.HIGH
    assert case.log.filter(kind=CaseEntry.Kind.ESCALATED).count() == 2

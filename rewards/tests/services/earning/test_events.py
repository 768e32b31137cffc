"""Points for what is no purchase: once for each, so many in a period, on the merchant's clock."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine

from members.models import Job, Member, Merchant
from members.services import jobs, merges
from rewards.models import Entry, PointsRules
from rewards.services.earning.events import event
from rewards.tests.earners import programme
from rewards.tests.shop import BY, assert_right, figures, member

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 20, 4, tzinfo=dt.UTC)


@pytest.fixture
def one(merchant: Merchant) -> Iterator[Member]:
    with time_machine.travel(NOW, tick=False):
        yield member("M1")


def rules(kind: str = "review", **more: object) -> PointsRules:
    version = programme()
    version.events.create(**{"event": kind, "points": 5} | more)
    return version


def give(one: Member, reference: str, at: dt.datetime = NOW, kind: str = "review") -> int:
    entry = event(one, kind, reference, by=BY, at=at)
    assert_right()
    return entry.amount if entry else 0


def test_the_same_event_gives_once(one: Member) -> None:
    rules(times=9)
    assert [give(one, "r1"), give(one, "r1"), give(one, "r2")] == [5, 5, 5]
    assert figures(one) == (10, 0, 0)
    assert {entry.reason for entry in Entry.objects.all()} == {"event_review"}


def test_what_the_rules_do_not_name_gives_nothing(one: Member) -> None:
    assert give(one, "r1") == 0
    rules("survey")
    assert give(one, "r1") == 0


@pytest.mark.parametrize(
    ("per", "again"),
    [
        ("ever", [0, 0, 0, 0]), ("year", [0, 0, 0, 5]), ("month", [0, 0, 5, 5]), ("day", [0, 5, 5, 5]),
    ],
)  # fmt: skip
def test_it_counts_in_periods_of_the_merchants_clock(one: Member, per: str, again: list[int]) -> None:
    rules(per=per)
    late = dt.datetime(2026, 3, 20, 15, 59, tzinfo=dt.UTC)  # a minute to midnight in Shanghai
    later = [late, late + dt.timedelta(minutes=1), NOW + dt.timedelta(days=12), NOW + dt.timedelta(days=290)]
    assert give(one, "first") == 5
    given = []
    for number, at in enumerate(later):
        Entry.objects.exclude(key="event-review-first").exists()
        given.append(give(one, f"r{number}", at))
    assert given == again


def test_merged_records_share_what_a_person_may_have(one: Member) -> None:
    rules()
    two = member("M2")
    give(two, "a")
    merges.merge(member=two, into=one, by=BY)
    assert give(Member.objects.get(pk=one.pk), "b") == 0


def night(day: str, work_off: Callable[[], int]) -> None:
    job = jobs.enqueue("event_points", {"day": day}, BY)
    work_off()
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    assert_right()


@pytest.mark.parametrize(
    ("born", "day", "points"),
    [
        ((3, 20), "2026-03-20", 5), ((3, 21), "2026-03-20", 0), ((2, 29), "2027-02-28", 5), ((2, 29), "2028-02-28", 0),
        ((2, 29), "2028-02-29", 5), ((2, 28), "2028-02-28", 5),
    ],
)  # fmt: skip
def test_a_birthday_gives_once_a_year_and_29_february_has_one_every_year(
    one: Member, work_off: Callable[[], int], born: tuple[int, int], day: str, points: int
) -> None:
    """mautic #9040, Rock #4105."""
    rules("birthday", per="year")
    one.birth_month, one.birth_day = born
    one.save()
    with time_machine.travel(dt.datetime.fromisoformat(f"{day}T04:00:00+00:00"), tick=False):
        night(day, work_off)
        night(day, work_off)
        assert figures(one) == (points, 0, 0)


def test_who_joins_under_the_rules_gets_the_points_of_the_sign_up_once(
    one: Member, work_off: Callable[[], int]
) -> None:
    rules("sign_up")
    old = member("M2")
    for who, day in ((one, "2026-03-19"), (old, "2025-12-31")):
        who.joined_on = dt.date.fromisoformat(day)
        who.save()
    night("2026-03-20", work_off)
    night("2026-03-20", work_off)
    assert (figures(one), figures(old)) == ((5, 0, 0), (0, 0, 0))

"""Rules of points: drafted, tried, decided by a second person, never changed behind anybody's back."""

import datetime as dt
from decimal import Decimal

import pytest

from members.lib.actor import Actor
from members.models import AuditEntry, Job, Merchant, User
from members.queries import people
from members.queries.actors import actor_for
from members.services import approvals
from rewards.models import PointsRules, Tier
from rewards.queries import points_preview
from rewards.queries import points_rules as queries
from rewards.services import points_rules, rules_in_words
from rewards.services.points_rules import Refused
from rewards.tests.earners import programme, sold
from rewards.tests.shop import BY, member

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def today(merchant: Merchant) -> dt.date:
    return people.today()


def draft(**more: object) -> PointsRules:
    return PointsRules.objects.create(**more)


def test_the_first_rules_may_begin_in_the_past_and_later_ones_may_not(today: dt.date) -> None:
    points_rules.publish(draft(), today - 100 * DAY, by=BY)
    with pytest.raises(Refused):
        points_rules.publish(draft(), today - DAY, by=BY)
    with pytest.raises(Refused):  # what was sold today has earned by the old ones
        points_rules.publish(draft(), today, by=BY)
    points_rules.publish(draft(points=2), points_rules.earliest(), by=BY)
    assert [version.points for version in queries.published()] == [2, 1]
    assert Job.objects.filter(kind="earn").exists()


def test_two_versions_do_not_begin_on_one_day(today: dt.date) -> None:
    points_rules.publish(draft(), today, by=BY)
    with pytest.raises(Refused):
        points_rules.publish(draft(), today, by=BY)


def test_published_rules_are_not_changed_or_deleted(today: dt.date) -> None:
    version = draft()
    points_rules.publish(version, today, by=BY)
    version.points = 9
    with pytest.raises(Refused):
        points_rules.save(version, points_rules.Parts({}), changes={}, by=BY)
    with pytest.raises(Refused):
        points_rules.discard(version, by=BY)
    with pytest.raises(Refused):
        points_rules.publish(version, today + DAY, by=BY)
    assert PointsRules.objects.get().points == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": 0}, {"points": 10_001}, {"minimum": Decimal(-1)}, {"expiry_length": 0},
        {"expiry": "year_end", "expiry_length": 8_000}, {"pending_days": 9_999}, {"cash_amount": Decimal(-1)},
        {"cash_points": 100}, {"cash_amount": Decimal(1)},
    ],
)  # fmt: skip
def test_rules_that_say_nothing_sensible_are_refused(today: dt.date, wrong: dict[str, object]) -> None:
    with pytest.raises(Refused):
        points_rules.publish(draft(**wrong), today, by=BY)
    assert not queries.published().exists()


def test_a_second_person_decides(today: dt.date, actors: dict[str, Actor]) -> None:
    programme("2020-01-01")
    wanted = draft(points=2)
    asked = points_rules.ask_publish(wanted, today + DAY, reason="double", by=actors["marketer"])
    with pytest.raises(approvals.Refused):
        points_rules.ask_publish(wanted, today + DAY, reason="again", by=actors["marketer"])
    changes = approvals.of(asked).words(asked).changes
    assert any(change.before != change.after for change in changes)
    approvals.approve(asked, note="", by=actors["admin"])
    wanted.refresh_from_db()
    assert wanted.first_day == today + DAY


def test_what_was_changed_after_the_request_is_not_what_is_decided(today: dt.date, actors: dict[str, Actor]) -> None:
    programme("2020-01-01")
    wanted = draft(points=1)
    asked = points_rules.ask_publish(wanted, today + DAY, reason="", by=actors["marketer"])
    wanted.multipliers.create(name="All", percent=7_700)
    with pytest.raises(approvals.Refused):
        approvals.approve(asked, note="", by=actors["admin"])
    assert queries.published().count() == 1


def test_a_request_that_came_too_late_is_refused_when_it_is_decided(today: dt.date, actors: dict[str, Actor]) -> None:
    programme("2020-01-01")
    wanted = draft()
    asked = points_rules.ask_publish(wanted, today + DAY, reason="", by=actors["marketer"])
    points_rules.discard(wanted, by=BY)
    with pytest.raises(approvals.Refused):
        approvals.approve(asked, note="", by=actors["admin"])


def test_who_alone_could_decide_may_publish_alone_and_the_audit_says_so(today: dt.date, people: object) -> None:
    only = actor_for(User.objects.get(username="admin"))
    points_rules.publish_alone(draft(), today, by=only)
    assert AuditEntry.objects.filter(verb="publish_rules", detail__decided="alone").exists()
    User.objects.filter(username="marketer").update(role="admin")
    with pytest.raises(Refused):
        points_rules.publish_alone(draft(), today + DAY, by=only)


def test_a_copy_says_what_its_version_says(today: dt.date) -> None:
    version = programme(points=3, per_day=50, all_but_stores=True)
    gold = Tier.objects.create(code="gold", name="Gold", rank=1)
    version.multipliers.create(name="Gold", percent=150, weekdays=[4]).tiers.add(gold)
    version.events.create(event="review", points=5)
    made = points_rules.copy(version, by=BY)
    assert made.published_at is None
    assert dict(rules_in_words.topics(made)) == dict(rules_in_words.topics(version))


def test_a_preview_tries_the_draft_on_past_orders(today: dt.date, actors: dict[str, Actor]) -> None:
    programme("2020-01-01")
    one, two = member("M1"), member("M2")
    yesterday = (today - DAY).isoformat()
    sold(one, "100", day=yesterday)
    sold(two, "10", day=yesterday)
    sold(two, "1000", day=(today - 40 * DAY).isoformat())
    found = points_preview.of(
        actors["marketer"], draft(points=2, minimum=Decimal(50), cash_points=100, cash_amount=Decimal(1)), 30
    )
    assert (found.orders, found.members, found.now, found.then) == (2, 2, 110, 200)
    assert [(each.member, each.change) for each in found.gains] == [(one.pk, 100)]
    assert [(each.member, each.change) for each in found.losses] == [(two.pk, -10)]
    assert (found.worth_now, found.worth_then) == (None, Decimal(2))

"""A benefit is used by who is in its tier, as often as allowed, and what it cost is counted."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from members.models import Member
from members.services import merges
from rewards.models import Benefit, BenefitUse, Tier
from rewards.queries import benefits as queries
from rewards.services import benefits, tiers
from rewards.services.benefits import Refused
from rewards.tests import programme
from rewards.tests.programme import BY, buys
from rewards.tests.shop import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("merchant")]
NOON = dt.datetime(2026, 12, 31, 4, tzinfo=dt.UTC)


@pytest.fixture
def silver() -> Member:
    programme.tiers()
    one = member("M1")
    buys(one, "1000")
    tiers.evaluate(one, by=BY)
    return one


def benefit(**more: object) -> Benefit:
    tier = Tier.objects.get(code="silver")
    return Benefit.objects.create(**{"tier": tier, "kind": "gift", "name": "Cup", "unit_cost": Decimal("3.50"), **more})


def test_a_use_is_counted_with_what_it_cost_once_for_its_key(silver: Member) -> None:
    cup = benefit()
    first = benefits.use(cup, silver, "k1", by=BY)
    assert benefits.use(cup, silver, "k1", by=BY) == first
    benefits.use(cup, silver, "k2", by=BY, cost=Decimal(2))
    cup.refresh_from_db()
    assert (cup.used, queries.used()[cup.pk]) == (2, queries.Used(2, 1, Decimal("5.50")))


def test_only_who_is_in_the_tier_today(silver: Member) -> None:
    cup = benefit()
    with pytest.raises(Refused, match="Silver"):
        benefits.use(cup, member("M2"), "k1", by=BY)
    assert [one.benefit for one in queries.of(silver, programme.ago(0))] == [cup]
    assert queries.of(silver, programme.ago(1)) == []


def test_the_lowest_tier_gives_to_everybody_who_is_in_no_other() -> None:
    programme.tiers()
    cup = benefit(tier=Tier.objects.get(code="ordinary"))
    benefits.use(cup, member("M2"), "k1", by=BY)


def test_as_often_as_allowed_in_its_period(silver: Member) -> None:
    with time_machine.travel(NOON, tick=False) as machine:
        buys(silver, "1000")
        tiers.evaluate(silver, by=BY)
        yearly, ever = benefit(times=1, per="year"), benefit(name="Card", times=1, per="ever")
        for one in (yearly, ever):
            benefits.use(one, silver, f"{one.pk}", by=BY)
            with pytest.raises(Refused):
                benefits.use(one, silver, f"{one.pk} again", by=BY)
        machine.shift(dt.timedelta(days=1))
        assert [one.left for one in queries.of(silver, dt.date(2027, 1, 1))] == [1, 0]
        benefits.use(yearly, silver, "next year", by=BY)
        with pytest.raises(Refused):
            benefits.use(ever, silver, "next year, card", by=BY)
    assert BenefitUse.objects.count() == 3


def test_the_stock_is_for_all(silver: Member) -> None:
    cup = benefit(stock=1)
    benefits.use(cup, silver, "k1", by=BY)
    with pytest.raises(Refused):
        benefits.use(cup, silver, "k2", by=BY)


def test_not_before_its_days_nor_after_nor_when_it_was_taken_off(silver: Member) -> None:
    for more in ({"first_day": programme.ago(-1)}, {"last_day": programme.ago(1)}, {"is_active": False}):
        with pytest.raises(Refused):
            benefits.use(benefit(**more), silver, str(more), by=BY)


def test_a_key_of_another_use_is_refused(silver: Member) -> None:
    benefits.use(benefit(), silver, "k1", by=BY)
    with pytest.raises(Refused, match="k1"):
        benefits.use(benefit(name="Other"), silver, "k1", by=BY)


def test_a_merged_record_does_not_double_what_a_person_may_use(silver: Member) -> None:
    other = member("M2")
    cup = benefit(times=1)
    merges.merge(member=other, into=silver, by=BY)
    other.refresh_from_db()
    benefits.use(cup, other, "k1", by=BY)
    with pytest.raises(Refused):
        benefits.use(cup, silver, "k2", by=BY)

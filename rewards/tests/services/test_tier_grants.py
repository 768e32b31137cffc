"""A special tier is asked for with a reason, decided by a second person, and never touched by the evaluation."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from members.lib.actor import Actor
from members.models import AuditEntry, Member, Store
from members.queries import people
from members.services import approvals
from rewards.models import Tier, TierStay
from rewards.queries import tiers as queries
from rewards.services import tiers
from rewards.services.tiers import grants
from rewards.tests import programme
from rewards.tests.programme import BY, ago, buys
from rewards.tests.shop import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("merchant")]
NOON = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)


@pytest.fixture
def special() -> Tier:
    programme.tiers()
    return Tier.objects.get(code="special")


@pytest.fixture
def one(stores: tuple[Store, Store]) -> Member:
    return Member.objects.create(number="M1", home_store=stores[0])


def tier(who: Member) -> str:
    return queries.on([who.pk], people.today()).get(who.pk, "lowest")


def test_a_manager_asks_and_an_administrator_decides(special: Tier, one: Member, actors: dict[str, Actor]) -> None:
    asked = grants.ask(one, special, last_day=ago(-30), reason="Our landlord", by=actors["manager"])
    assert tier(one) == "lowest"
    assert "Special" in approvals.of(asked).words(asked).what
    approvals.approve(asked, note="", by=actors["admin"])
    stay = TierStay.objects.get(member=one)
    assert (stay.tier, stay.reason, stay.kept_until, stay.note) == (special, "granted", ago(-30), "Our landlord")
    assert (stay.actor_name, stay.detail["asked_by"]) == ("admin", actors["manager"].user_id)
    assert AuditEntry.objects.filter(verb="grant_tier", subject_id=one.pk).exists()
    assert "landlord" not in str(AuditEntry.objects.values_list("detail", flat=True))


@pytest.mark.parametrize("who", ["clerk", "analyst", "stranger"])
def test_who_may_not_ask(who: str, special: Tier, one: Member, actors: dict[str, Actor]) -> None:
    with pytest.raises((PermissionDenied, approvals.Refused)):
        grants.ask(one, special, last_day=None, reason="", by=actors[who])


def test_an_ordinary_tier_is_not_given_by_hand_nor_for_a_time_that_is_over(one: Member, special: Tier) -> None:
    for chosen, last in ((Tier.objects.get(code="gold"), None), (special, ago(1))):
        with pytest.raises(grants.Refused):
            grants.grant(member=one, tier=chosen, last_day=last, note="", by=BY)
    assert not TierStay.objects.exists()


def test_while_it_lasts_nothing_is_evaluated_and_then_it_is(special: Tier, one: Member) -> None:
    with time_machine.travel(NOON, tick=False) as machine:
        buys(one, "1000")
        tiers.evaluate(one, by=BY)
        grants.grant(member=one, tier=special, last_day=dt.date(2026, 8, 31), note="", by=BY)
        buys(one, "9000")
        tiers.evaluate(one, by=BY)
        assert tier(one) == "special"
        machine.move_to(programme.noon(dt.date(2026, 8, 31)))
        tiers.evaluate(one, by=BY)
        assert tier(one) == "special"
        machine.move_to(programme.noon(dt.date(2026, 9, 20)))  # nights were missed
        tiers.evaluate(one, by=BY)
        stay = queries.open_stay(one)
        assert stay is not None
        assert (stay.tier.code, stay.reason, stay.starts_on) == ("gold", "grant_ended", dt.date(2026, 9, 1))


def test_it_can_be_ended_early(special: Tier, one: Member) -> None:
    grants.grant(member=one, tier=special, last_day=None, note="", by=BY)
    grants.end(one, by=BY)
    assert tier(one) == "ordinary"
    with pytest.raises(grants.Refused):
        grants.end(one, by=BY)


def test_nobody_else_loses_anything(special: Tier, one: Member) -> None:
    other = member("M2")
    buys(other, "1000")
    tiers.evaluate(other, by=BY)
    grants.grant(member=one, tier=special, last_day=None, note="", by=BY)
    assert tier(other) == "silver"

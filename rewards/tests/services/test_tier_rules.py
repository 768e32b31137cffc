"""Other rules are a new version, decided by a second person; who has a tier keeps it to the end of the period."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from members.lib.actor import Actor
from members.models import Member
from members.queries import people
from members.services import approvals
from rewards.models import Tier, TierRules
from rewards.queries import tier_counts
from rewards.queries import tiers as queries
from rewards.services import presets, tier_rules, tiers
from rewards.services.tier_rules import Refused
from rewards.tests import programme
from rewards.tests.programme import BY, ago, buys, returns
from rewards.tests.shop import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("merchant")]


def drafted(silver: int) -> TierRules:
    draft = tier_rules.copy(queries.published().get(), by=BY)
    draft.conditions.filter(tier__code="silver").update(spend=Decimal(silver))
    return draft


def test_a_draft_changes_nothing_until_a_second_person_says_yes(
    actors: dict[str, Actor], work_off: Callable[[], int]
) -> None:
    programme.tiers()
    one = member("M1")
    buys(one, "600")
    draft = drafted(500)
    asked = tier_rules.ask_publish(draft, people.today(), reason="More silver", by=actors["marketer"])
    assert queries.rules_on(people.today()) != draft
    assert {change.label for change in approvals.of(asked).words(asked).changes} == {"Silver", "Gold"}
    approvals.approve(asked, note="", by=actors["admin"])
    assert queries.rules_on(people.today()) == draft
    tiers.evaluate(one, by=BY)
    assert queries.on([one.pk], people.today()) == {one.pk: "silver"}


def test_who_has_a_tier_keeps_it_under_harder_rules() -> None:
    programme.tiers()
    one = member("M1")
    buys(one, "1000")
    tiers.evaluate(one, by=BY)
    tier_rules.publish(drafted(4000), people.today(), by=BY)
    tiers.evaluate(one, by=BY)
    assert queries.on([one.pk], people.today()) == {one.pk: "silver"}


def test_rules_do_not_begin_in_the_past_nor_twice_nor_two_on_a_day() -> None:
    programme.tiers()
    draft = drafted(500)
    with pytest.raises(Refused):
        tier_rules.publish(draft, ago(1), by=BY)
    tier_rules.publish(draft, people.today(), by=BY)
    with pytest.raises(Refused):
        tier_rules.publish(draft, ago(-9), by=BY)
    other = tier_rules.copy(draft, by=BY)
    with pytest.raises(Refused):
        tier_rules.publish(other, people.today(), by=BY)


def test_a_higher_tier_asks_for_no_less() -> None:
    programme.tiers()
    with pytest.raises(Refused, match="Gold"):
        tier_rules.publish(drafted(6000), people.today(), by=BY)


def test_the_first_rules_need_no_second_person_and_later_ones_do() -> None:
    draft = presets.load("classic", by=BY).tier_rules
    tier_rules.publish_first(draft, by=BY)
    with pytest.raises(Refused):
        tier_rules.publish_first(tier_rules.copy(draft, by=BY), by=BY)


def test_the_preview_says_who_rises_and_who_would_not_keep_the_tier() -> None:
    programme.tiers()
    for number, spend in enumerate(["600", "1000", "1200", "5000"]):
        buys(member(f"M{number}"), spend)
    tiers.evaluate_many(Member.objects.values_list("pk", flat=True), by=BY)
    softer = {row.tier.code: row for row in tier_counts.preview(drafted(500), people.today())}
    assert (softer["silver"].now, softer["silver"].then, softer["silver"].raised) == (2, 3, 1)
    harder = {row.tier.code: row for row in tier_counts.preview(drafted(1100), people.today())}
    assert (harder["silver"].then, harder["silver"].at_risk, harder["ordinary"].then) == (2, 1, 1)


def test_near_misses_are_within_a_tenth_of_the_next_tier(actors: dict[str, Actor]) -> None:
    programme.tiers()
    for number, spend in enumerate(["899", "900", "999", "4600"]):
        buys(member(f"M{number}"), spend)
    tiers.evaluate_many(Member.objects.values_list("pk", flat=True), by=BY)
    near = tier_counts.near_misses(actors["marketer"], people.today())
    assert {code: len(ids) for code, ids in near.items()} == {"silver": 2, "gold": 1}
    assert tier_counts.by_tier(actors["marketer"], people.today()) == {"ordinary": 3, "silver": 1}


def test_the_sums_of_all_are_the_facts_of_each() -> None:
    programme.tiers()
    crowd = [member(f"M{number}") for number in range(4)]
    for number, one in enumerate(crowd):
        buys(one, "50", on=ago(700))
        returns(buys(one, "100", on=ago(9)), str(100 - number % 2), on=ago(8))
        returns(buys(one, "70", on=ago(400)), "70", on=ago(3))
    ids = [one.pk for one in crowd]
    for first, last in ((ago(364), ago(0)), (dt.date.min, ago(0)), (ago(9), ago(8))):
        assert tier_counts.sums(first, last) == queries.measures(ids, first, last)


def test_tiers_stay_when_rules_are_copied() -> None:
    programme.tiers()
    assert Tier.objects.count() == 4
    assert drafted(500).first_day is None

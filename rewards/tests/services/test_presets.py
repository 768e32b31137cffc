"""A programme to begin with, in one call: the five classic tiers, or stars as Starbucks publishes them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from members.models import Merchant
from members.queries import people
from rewards.models import Benefit, Gift, PointsRules, Tier
from rewards.queries import tiers as queries
from rewards.rules import tiers as rules
from rewards.services import ledger, presets, tier_rules, tiers
from rewards.tests.programme import BY
from rewards.tests.shop import deed, lasting, member

pytestmark = [pytest.mark.django_db]


def test_the_classic_programme_has_the_five_tiers_in_the_language_of_the_shop(merchant: Merchant) -> None:
    with translation.override("en"):
        presets.load("classic", by=BY)
    assert list(Tier.objects.values_list("code", "is_special")) == [
        ("ordinary", False), ("silver", False), ("gold", False), ("diamond", False), ("special", True),
    ]  # fmt: skip
    assert set(Benefit.objects.values_list("kind", flat=True)) == set(Benefit.Kind.values)


@pytest.mark.parametrize("name", ["classic", "stars"])
def test_a_preset_is_a_draft_that_can_be_published_as_it_is(name: str, merchant: Merchant) -> None:
    made = presets.load(name, by=BY)
    assert queries.rules_on(people.today()) is None
    assert list(tier_rules.problems(made.tier_rules)) == []
    assert PointsRules.objects.get().published_at is None
    tier_rules.publish_first(made.tier_rules, by=BY)
    assert queries.rules_on(people.today()) == made.tier_rules


def test_there_is_one_programme(merchant: Merchant) -> None:
    presets.load("stars", by=BY)
    with pytest.raises(presets.Refused):
        presets.load("classic", by=BY)
    assert Tier.objects.count() == 3


def test_other_amounts_for_another_shop(merchant: Merchant) -> None:
    made = presets.load("classic", by=BY, spend={"silver": 10, "gold": 20, "diamond": 30})
    assert list(made.tier_rules.conditions.order_by("tier").values_list("spend", flat=True)) == [
        Decimal(10), Decimal(20), Decimal(30),
    ]  # fmt: skip


# RTTNews, 29 January 2026: "Once a member earns 500 stars in a 12-month period, they become a gold member … 2,500 Stars
# in a 12-month period, they become a reserve member … status is valid for 12 months. To maintain Gold, members must
# earn 500 Stars during the following year".
@pytest.mark.parametrize(("stars", "tier"), [(499, "green"), (500, "gold"), (2_499, "gold"), (2_500, "reserve")])
def test_stars_earned_in_twelve_months_make_the_tier(stars: int, tier: str, merchant: Merchant) -> None:
    tier_rules.publish_first(presets.load("stars", by=BY).tier_rules, by=BY)
    one = member("M1")
    ledger.earn(member=one, points=stars, deed=deed("e"), term=lasting(90))
    tiers.evaluate(one, by=BY)
    found = queries.standing(one, people.today())
    assert found is not None
    assert found.tier.code == tier


def test_the_status_is_valid_for_twelve_months_and_kept_by_as_many_stars_again(merchant: Merchant) -> None:
    version = queries.values(presets.load("stars", by=BY).tier_rules, first_day=dt.date(2026, 3, 10))
    began, again = dt.date(2026, 4, 1), dt.date(2027, 3, 31)
    gold = [rules.Fact(began, began, points=500)]
    after = dt.date(2027, 4, 1)
    assert [stay.rank for stay in rules.replay(gold, [version], after, base=0)] == [1, 0]
    kept = [*gold, rules.Fact(again, again, points=500)]
    assert [stay.reason.value for stay in rules.replay(kept, [version], after, base=0)] == ["raised", "kept"]


# KYGO, 9 March 2026: "1 star earned per $1 spent … 1.2 stars … 1.7 stars".
def test_rates_and_the_ladder_of_rewards_are_those_published(merchant: Merchant) -> None:
    points = presets.load("stars", by=BY).points_rules
    rates: dict[str, Any] = {one.tiers.get().code: one.percent for one in points.multipliers.all()}
    assert (points.points, points.per, rates) == (1, 1, {"gold": 120, "reserve": 170})
    assert (points.expiry, points.expiry_length) == ("activity", 6)
    assert list(Gift.objects.values_list("points", flat=True)) == [25, 60, 100, 200]
    off = Gift.objects.get(points=60).coupon
    assert off is not None
    assert off.amount == 2

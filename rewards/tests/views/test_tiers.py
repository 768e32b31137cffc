"""The pages of tiers: begin with a programme, look at it, draft other rules, ask for them, give a special tier."""

from collections.abc import Callable

import pytest
from django.test import Client

from conftest import People
from members.models import Approval, Member, Store, User
from rewards.models import Tier, TierRules
from rewards.queries import tiers as queries
from rewards.services import tiers
from rewards.services.tiers import grants
from rewards.tests import programme
from rewards.tests.programme import BY, buys

pytestmark = [pytest.mark.django_db]
SignIn = Callable[[User], Client]


@pytest.fixture
def silver(stores: tuple[Store, Store]) -> Member:
    programme.tiers()
    one = Member.objects.create(number="M1", home_store=stores[0])
    buys(one, "1000")
    near = Member.objects.create(number="M2", home_store=stores[0])
    buys(near, "950")
    tiers.evaluate_many([one.pk, near.pk], by=BY)
    return one


def text(client: Client, path: str) -> str:
    answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_before_there_is_a_programme_two_are_offered_and_the_first_is_published_alone(
    signed_in: SignIn, people: People
) -> None:
    admin = signed_in(people.admin)
    assert text(admin, "/rewards/tiers/").count('name="preset"') == 2
    answer = admin.post("/rewards/tiers/begin/", {"preset": "classic"})
    draft = TierRules.objects.get()
    assert answer.headers["Location"] == f"/rewards/tiers/rules/{draft.pk}/"
    page = text(admin, f"/rewards/tiers/rules/{draft.pk}/")
    assert f"/rewards/tiers/rules/{draft.pk}/publish/" in page
    admin.post(f"/rewards/tiers/rules/{draft.pk}/publish/")
    assert queries.published().get() == draft


def test_the_page_says_who_is_where_and_each_number_opens_its_members(
    signed_in: SignIn, people: People, silver: Member
) -> None:
    marketer = signed_in(people.marketer)
    page = text(marketer, "/rewards/tiers/")
    assert "1 of 2 members (50.0%)" in page
    assert "?from=tier&amp;tier=silver&amp;near=1" in page
    assert "M1" in text(marketer, "/members/?from=tier&tier=silver")
    close = text(marketer, "/members/?from=tier&tier=silver&near=1")
    assert "M2" in close
    assert "M1" not in close


def test_a_draft_is_kept_previewed_and_asked_for(signed_in: SignIn, people: People, silver: Member) -> None:
    marketer = signed_in(people.marketer)
    path = marketer.post("/rewards/tiers/rules/new/").headers["Location"]
    general = {"window": "rolling", "months": "12", "any_condition": "True", "down": "one", "grace_days": "0"}
    marketer.post(path, {**general, "silver-spend": "900", "gold-spend": "5000"})
    assert "With this draft 1 member rises at once." in text(marketer, path)
    assert marketer.post(path, {**general, "months": "0"}).status_code == 422
    assert marketer.post(f"{path}publish/", {"first_day": "2020-01-01", "reason": "shorter"}).status_code == 302
    assert not Approval.objects.exists()
    today = programme.ago(0).isoformat()
    marketer.post(f"{path}publish/", {"first_day": today, "reason": "More silver members"})
    assert Approval.objects.get().kind == "publish_tier_rules"
    assert "Rules of tiers from" in text(signed_in(people.admin), "/approvals/")


def test_a_manager_asks_for_a_special_tier_and_an_administrator_ends_it(
    signed_in: SignIn, people: People, silver: Member
) -> None:
    path, manager = f"/rewards/members/{silver.pk}/tier/", signed_in(people.manager)
    assert "Missing for Gold" in text(manager, path)
    special = Tier.objects.get(code="special")
    manager.post(path, {"tier": special.pk, "last_day": "", "reason": "Our landlord"})
    assert Approval.objects.get().member == silver
    grants.grant(member=silver, tier=special, last_day=None, note="x", by=BY)
    assert "Granted by hand" in text(manager, path)
    assert manager.post(f"{path}end/").status_code == 403
    signed_in(people.admin).post(f"{path}end/")
    stay = queries.open_stay(silver)
    assert stay is not None
    assert stay.reason == "grant_ended"


def test_members_of_other_stores_are_not_found(signed_in: SignIn, people: People, silver: Member) -> None:
    assert signed_in(people.stranger).get(f"/rewards/members/{silver.pk}/tier/").status_code == 404

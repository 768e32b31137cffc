"""The member's own page: for whoever has the link, and for nobody else; and the same answer for every wrong one."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from conftest import People
from members.lib import clock
from members.lib.actor import Actor
from members.models import AuditEntry, Identifier, Member, User
from members.services import erasure, merges
from rewards.models import Coupon, CouponOffer, Gift, OwnPageLink, Tier, TierCondition, TierRules
from rewards.queries import cards
from rewards.services import ledger, own_pages
from rewards.services.own_pages import VALID
from rewards.tests.shop import BY, deed, lasting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("merchant")]


@pytest.fixture
def one() -> Member:
    found = Member.objects.create(number="M1", name="王思琪")
    Identifier.objects.create(member=found, kind="phone", value="+8613812346721")
    ledger.earn(member=found, points=100, deed=deed("e", detail={"event": "birthday"}), term=lasting(30))
    return found


def opened(secret: str, **params: str) -> tuple[int, str]:
    answer = Client().get(f"/m/{secret}/", params)
    return answer.status_code, answer.content.decode()


def test_it_shows_balance_expiry_and_history_in_both_languages(one: Member) -> None:
    secret = own_pages.make(member=one, by=BY)
    status, english = opened(secret, lang="en")
    assert status == 200
    assert "<b>100</b> points to spend" in english
    assert "100 points expire after" in english
    assert "100 points: Birthday." in english
    assert '<html lang="en">' in english
    assert "zh-Hans" in opened(secret, lang="zh-hans")[1]


def test_it_names_as_little_as_it_can(one: Member) -> None:
    text = opened(own_pages.make(member=one, by=BY), lang="en")[1]
    assert "王**" in text
    assert "王思琪" not in text
    assert "6721" not in text


def test_it_is_kept_nowhere_and_light(one: Member) -> None:
    answer = Client().get(f"/m/{own_pages.make(member=one, by=BY)}/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    assert len(answer.content) < 60_000
    assert not answer.cookies


def test_wrong_ended_replaced_and_run_out_links_are_answered_alike(one: Member) -> None:
    with time_machine.travel(dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) as time:
        replaced = own_pages.make(member=one, by=BY)
        ended = own_pages.make(member=one, by=BY)
        own_pages.end(member=one, by=BY)
        late = own_pages.make(member=one, by=BY)
        time.shift(VALID)
        answers = {opened(secret) for secret in ("nonsense", replaced, ended, late)}
    assert len(answers) == 1
    assert answers.pop()[0] == 404


def test_who_guesses_is_told_to_stop_and_a_valid_link_of_the_same_address_opens(one: Member) -> None:
    secret = own_pages.make(member=one, by=BY)
    assert [opened(f"guess-{number}")[0] for number in range(22)] == [404] * 20 + [429] * 2
    assert opened(secret)[0] == 200
    assert opened("another guess")[0] == 429


def test_a_merged_record_leads_to_the_person_and_an_erased_one_nowhere(one: Member) -> None:
    other = Member.objects.create(number="M2", name="Emma")
    secret = own_pages.make(member=other, by=BY)
    merges.merge(member=other, into=one, by=BY)
    assert "王**" in opened(secret)[1]
    erasure.erase(member=one, reason="asked", by=BY)
    assert opened(secret)[0] == 404
    with pytest.raises(own_pages.Refused):
        own_pages.make(member=Member.objects.get(pk=one.pk), by=BY)


def test_staff_see_the_link_once_and_it_is_in_the_audit_without_the_secret(
    one: Member, people: People, signed_in: Callable[[User], Client]
) -> None:
    desk = signed_in(people.marketer)
    page = f"/rewards/members/{one.pk}/own-page/"
    made = desk.post(page).context["made"]
    assert Client().get(made).status_code == 200
    assert made not in desk.get(page).content.decode()
    row = AuditEntry.objects.get(verb="make_own_page")
    assert (row.subject_type, row.subject_id, row.detail) == ("member", str(one.pk), {})
    assert made.rstrip("/").rpartition("/")[2] not in str(OwnPageLink.objects.values())
    desk.post(f"{page}end/")
    assert Client().get(made).status_code == 404


def test_a_manager_makes_no_link_for_a_member_of_another_store(
    one: Member, people: People, signed_in: Callable[[User], Client], actors: dict[str, Actor]
) -> None:
    assert signed_in(people.manager).post(f"/rewards/members/{one.pk}/own-page/").status_code == 404


def test_a_lost_card_is_replaced_on_the_page_of_the_link(
    one: Member, people: People, signed_in: Callable[[User], Client], actors: dict[str, Actor]
) -> None:
    lost = cards.card_code(one)
    answer = signed_in(people.marketer).post(f"/rewards/members/{one.pk}/card/replace/")
    assert answer.url == f"/rewards/members/{one.pk}/own-page/"  # type: ignore[attr-defined]
    assert cards.member_of(actors["clerk"], lost) is None
    assert cards.card_code(one) in opened(own_pages.make(member=one, by=BY))[1]
    assert AuditEntry.objects.filter(verb="revoke_card", subject_id=str(one.pk)).exists()


def test_tier_coupons_gifts_and_card(one: Member) -> None:
    base, gold = (
        Tier.objects.create(code=code, name=code.title(), rank=rank) for rank, code in enumerate(["basic", "gold"])
    )
    rules = TierRules.objects.create(first_day=dt.date(2020, 1, 1), published_at=clock.now())
    TierCondition.objects.create(rules=rules, tier=gold, points=400)
    offer = CouponOffer.objects.create(name="Ten off", kind="percent", percent=10)
    Coupon.objects.create(offer=offer, code="C7K2M9PQ", member=one, issued_at=clock.now())
    Gift.objects.create(name="Mug", points=80)
    Gift.objects.create(name="Teapot", points=900)
    text = opened(own_pages.make(member=one, by=BY), lang="en")[1]
    assert "Your tier: Basic" in text
    assert "300 points more until Gold." in text
    assert 'class="on" width="25"' in text
    assert "Ten off" in text
    assert "C7K2M9PQ" in text
    assert "Mug" in text
    assert "The next one: Teapot, from 900 points." in text
    assert cards.card_code(one) in text
    assert "style=" not in text  # the policy of the page lets no style in
    assert base.name in text

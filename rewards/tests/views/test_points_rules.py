"""The pages of the rules of points: plain sentences, drafts, what they would change, publishing."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from conftest import People
from members.models import Approval, Merchant, Store, User
from members.queries import people as clock
from rewards.models import PointsRules, Tier
from rewards.tests.earners import programme, sold
from rewards.tests.shop import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketer(merchant: Merchant, people: People, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(people.marketer)


def form(draft: PointsRules, **more: object) -> dict[str, object]:
    said = {
        "points": 2, "per": "1", "minimum": "0", "rounding": "down", "pending_days": 0, "expiry": "months",
        "expiry_length": 12, "refund": "debt", "cash_points": 100, "cash_amount": "1", "cash_minimum": 0,
        "cash_percent": 100, "offline": "debt",
    }  # fmt: skip
    for number, event in enumerate(("sign_up", "review", "survey", "birthday", "event")):
        said |= {f"e{number}-event": event, f"e{number}-points": 0, f"e{number}-times": 1, f"e{number}-per": "ever"}
    return said | more


def test_without_rules_the_page_says_that_nothing_is_earned(marketer: Client) -> None:
    with translation.override("en"):
        answer = marketer.get(reverse("rewards:rules"), headers={"accept-language": "en"})
    assert answer.status_code == 200


def test_a_draft_is_made_changed_tried_and_asked_for(marketer: Client, stores: tuple[Store, Store]) -> None:
    gold = Tier.objects.create(code="gold", name="Gold", rank=1)
    programme("2020-01-01")
    one = member("M1")
    sold(one, "100", day=clock.today().isoformat(), store=stores[0])
    made = marketer.post(reverse("rewards:rules-new"))
    draft = PointsRules.objects.get(published_at=None)
    assert made.url == reverse("rewards:rules-edit", args=[draft.pk])
    assert marketer.get(made.url).status_code == 200
    sent = form(
        draft, stores=[stores[0].pk], **{
            "m0-name": "Gold Fridays", "m0-percent": 150, "m0-weekdays": [4], "m0-month_days": "8, 18",
            "m0-tiers": [gold.pk], "e1-points": 5, "e1-per": "month",
        },
    )  # fmt: skip
    assert marketer.post(made.url, sent).url == reverse("rewards:rules-version", args=[draft.pk])
    draft.refresh_from_db()
    [more] = draft.multipliers.all()
    assert (draft.points, list(draft.stores.all()), list(more.tiers.all())) == (2, [stores[0]], [gold])
    assert (more.weekdays, more.month_days) == ([4], [8, 18])
    assert [(event.event, event.points) for event in draft.events.all()] == [("review", 5)]
    page = marketer.get(reverse("rewards:rules-version", args=[draft.pk]), {"days": "90"})
    assert page.context["preview"]["tables"][0].rows[0].cells[3].text == "+100"
    day = (clock.today() + dt.timedelta(days=3)).isoformat()
    asked = marketer.post(reverse("rewards:rules-publish", args=[draft.pk]), {"first_day": day, "reason": "why"})
    assert asked.status_code == 302
    assert Approval.objects.get().kind == "publish_points_rules"


def test_rows_that_were_left_alone_stay(marketer: Client) -> None:
    draft = PointsRules.objects.create()
    gold = Tier.objects.create(code="gold", name="Gold", rank=1)
    for name in ("Silver", "Gold"):
        draft.multipliers.create(name=name, percent=150).tiers.set([gold])
    address = reverse("rewards:rules-edit", args=[draft.pk])
    shown = {each.prefix: each for each in marketer.get(address).context["multipliers"]}
    rows = {
        f"{prefix}-{name}": each[name].value()
        for prefix, each in shown.items()
        for name in ("name", "percent")
        if each.instance.pk
    }
    rows |= {f"{prefix}-tiers": [gold.pk] for prefix, each in shown.items() if each.instance.pk}
    assert marketer.post(address, form(draft, points=7, **rows)).status_code == 302
    assert sorted(draft.multipliers.values_list("name", "percent", "tiers")) == [
        ("Gold", 150, gold.pk), ("Silver", 150, gold.pk),
    ]  # fmt: skip


def test_a_wrong_form_says_what_is_wrong_and_saves_nothing(marketer: Client) -> None:
    draft = PointsRules.objects.create()
    address = reverse("rewards:rules-edit", args=[draft.pk])
    for wrong in (
        {"per": "0"},
        {"cash_percent": 150},
        {"product_skus": "NO-SUCH"},
        {"m0-name": "x"},
        {"m0-month_days": "99"},
    ):
        assert marketer.post(address, form(draft, **wrong)).status_code == 422, wrong
    draft.refresh_from_db()
    assert draft.points == 1


def test_a_day_before_today_is_refused(marketer: Client) -> None:
    programme("2020-01-01")
    draft = PointsRules.objects.create()
    address = reverse("rewards:rules-publish", args=[draft.pk])
    for day in ("2020-05-05", "no day", ""):
        assert marketer.post(address, {"first_day": day}).status_code == 422
    assert not Approval.objects.exists()


def test_published_rules_are_read_only(marketer: Client) -> None:
    version = programme("2020-01-01")
    assert marketer.get(reverse("rewards:rules-version", args=[version.pk])).status_code == 200
    assert marketer.get(reverse("rewards:rules-edit", args=[version.pk])).status_code == 302
    marketer.post(reverse("rewards:rules-delete", args=[version.pk]))
    assert PointsRules.objects.filter(pk=version.pk).exists()


def test_a_draft_is_deleted(marketer: Client) -> None:
    draft = PointsRules.objects.create()
    marketer.post(reverse("rewards:rules-delete", args=[draft.pk]))
    assert not PointsRules.objects.exists()

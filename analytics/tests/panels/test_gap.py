"""What Today says of newcomers is what the Retention page says of them."""

from collections.abc import Callable

import pytest
from django.test import Client

from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from conftest import People
from members.models import Merchant
from rewards.models import Tier

SignIn = Callable[..., Client]
MONTHS = [f"2025-{month:02}" for month in range(5, 13)] + [f"2026-{month:02}" for month in range(1, 5)]


def newcomers(shop: Shop, returning: Callable[[int, int], int]) -> None:
    """Ten a month in either channel, for a year; `returning(month, channel)` of them buy again a month later."""
    for number, month in enumerate(MONTHS[:-1]):
        for channel in (1, 2):
            for person in range(10):
                shop.sell(f"{month}-{channel}-{person}", f"{month}-03", channel=channel)
                if person < returning(number, channel):
                    shop.sell(f"{month}-{channel}-{person}", f"{MONTHS[number + 1]}-04", channel=channel)
    shop.sell("last", "2026-04-30")
    publish()


@pytest.fixture
def admin(merchant: Merchant, people: People, signed_in: SignIn) -> Client:
    return signed_in(people.admin)


def claims(client: Client, query: str = "") -> list[str]:
    return [insight.claim for insight in client.get(f"/{query}").context["insights"]]


def said_on_retention(client: Client, query: str = "") -> str:
    return str(client.get(f"/analytics/retention/{query}").context["callout"].claim)


def test_a_fall_in_all_channels_is_told_with_those_who_did_not_come_back(admin: Client) -> None:
    newcomers(Shop(), lambda month, channel: 8 if month < 5 else 2)
    assert claims(admin) == [said_on_retention(admin)] == ["最近的新客更难留住。"]
    people = admin.get("/").context["insights"][0].links[1].url
    assert admin.get(people).context["page_obj"].paginator.count > 50


def test_it_follows_the_filters_of_the_page(admin: Client) -> None:
    newcomers(Shop(), lambda month, channel: 8 if month < 5 or channel == 1 else 1)
    for query in ("", "?channel=counter", "?channel=app"):
        said = claims(admin, query)
        assert said == ([] if query == "?channel=counter" else [said_on_retention(admin, query)])


def test_by_tier_nothing_is_claimed(admin: Client) -> None:
    """Whoever rose to a tier came back; those who did not are in none."""
    newcomers(Shop(), lambda month, channel: 8 if month < 5 else 2)
    Tier.objects.create(code="ordinary", name="Ordinary", rank=0)
    assert claims(admin, "?tier=ordinary") == []
    assert said_on_retention(admin, "?tier=ordinary") == "按等级看不出新客是否更愿意回来。"


def test_without_a_clear_change_nothing_is_claimed(admin: Client) -> None:
    newcomers(Shop(), lambda month, channel: 5)
    assert claims(admin) == []
    assert "没有特别突出的变化" in admin.get("/").content.decode()


def test_who_still_buys_in_month_six_can_be_listed(admin: Client) -> None:
    shop = Shop()
    newcomers(shop, lambda month, channel: 5)
    for person in range(4):
        shop.sell(f"2025-06-1-{person}", "2025-12-10")
    publish()
    page = admin.get("/analytics/retention/")
    assert page.context["asked_of"] == "近 12 个月"
    _label, figure, of = page.context["often_asked"][-1]
    assert of.endswith(" 4 人")
    assert admin.get(figure.url).context["page_obj"].paginator.count == 4

"""Bars against targets: of the whole shop, of the days gone by."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from conftest import People
from members.lib.actor import system
from members.models import Merchant, Segment
from members.services.targets import set_target


@pytest.fixture
def admin(merchant: Merchant, people: People, signed_in: Callable[..., Client]) -> Client:
    shop = Shop()
    for person in range(10):
        shop.sell(f"m{person}", "2026-04-10", "30")
    shop.sell("last", "2026-04-15", "100")
    publish()
    for metric, value in (("sales", 8_000_000), ("active_members", 20), ("repeat_rate", 4000)):
        set_target(metric=metric, value=value, valid_from=dt.date(2026, 1, 1), by=system("test"))
    return signed_in(people.admin)


def bars(client: Client, query: str = "") -> dict[str, Any]:
    return {card.label: card.target for card in client.get(f"/{query}").context["kpis"] if card.target}


def test_half_the_month_is_held_against_half_its_target(admin: Client) -> None:
    bar = bars(admin)["会员销售额"]
    assert (bar.value, bar.goal) == (4_000_000, 4_000_000)
    assert bar.is_met
    assert "按 15 天折算 ¥400" in bar.text


def test_active_members_are_those_of_90_days(admin: Client) -> None:
    bar = bars(admin, "?range=7d")["活跃会员"]
    assert (bar.value, bar.goal) == (11, 20)


def test_a_part_of_the_shop_has_no_target_of_the_whole(admin: Client) -> None:
    assert bars(admin, "?store=S1") == {}
    regulars = Segment.objects.create(name="Regulars", kind="snapshot")
    assert bars(admin, f"?segment={regulars.pk}") == {}

"""The points page: its first line answers the question, each picture has its table and its people."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from conftest import People
from members.lib import clock
from members.models import Member, Merchant, User
from rewards.models import PointsRules, Tier, TierStay
from rewards.services import ledger
from rewards.tests.shop import deed, lasting

pytestmark = pytest.mark.usefixtures("merchant")


@pytest.fixture
def desk(people: People, signed_in: Callable[[User], Client]) -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = signed_in(user)
        client.cookies.load({"django_language": "en"})
        return client

    return sign_in


@pytest.fixture
def shop(merchant: Merchant, stores: object) -> Shop:
    shop = Shop()
    today = clock.local_date(clock.now(), merchant.zone)
    for number in range(6):
        shop.sell(f"m{number}", str(today - dt.timedelta(days=10)))
        one = Member.objects.get(number_key=f"m{number}")
        ledger.earn(member=one, points=100, deed=deed(f"e{number}"), term=lasting(5 if number else 300))
    return shop


def test_an_empty_shop_is_told_how_points_come(people: People, desk: Callable[[User], Client]) -> None:
    Shop().sell("a", "2026-01-05")
    publish()
    assert "There are no points yet" in desk(people.admin).get("/rewards/points/").content.decode()


def test_the_first_line_says_what_is_out_and_worth(shop: Shop, people: People, desk: Callable[[User], Client]) -> None:
    PointsRules.objects.create(
        first_day=dt.date(2020, 1, 1), published_at=clock.now(), cash_points=100, cash_amount=Decimal(1)
    )
    publish()
    page = desk(people.admin).get("/rewards/points/").content.decode()
    assert "600 points are out. If all were spent, they would cost ¥6." in page
    assert "6 people hold them." in page
    assert "5 people lose points within 7 days" in page
    assert "?from=points-expiring&amp;days=7" in page
    assert 'id="flow-d"' in page
    assert 'id="liability-d"' in page


def test_an_analyst_sees_sums_and_no_people(shop: Shop, people: People, desk: Callable[[User], Client]) -> None:
    publish()
    page = desk(people.analyst).get("/rewards/points/").content.decode()
    assert "600 points are out." in page
    assert "points-expiring" not in page
    assert "/members/?" not in page


def test_moves_between_tiers_are_links(shop: Shop, people: People, desk: Callable[[User], Client]) -> None:
    tiers = [
        Tier.objects.create(code=code, name=code.title(), rank=rank) for rank, code in enumerate(["basic", "gold"])
    ]
    TierStay.objects.create(
        member=Member.objects.get(number_key="m1"), tier=tiers[1], reason="raised", starts_on=dt.date(2020, 1, 1),
        recorded_at=clock.now(), actor_kind="system",
    )  # fmt: skip
    publish()
    page = desk(people.admin).get("/rewards/points/").content.decode()
    assert "From Gold to Gold: 1 person, 100.0%" in page
    assert "cell=gold%3Agold" in page


def test_today_tells_what_is_out(shop: Shop, people: People, desk: Callable[[User], Client]) -> None:
    publish()
    page = desk(people.admin).get("/").content.decode()
    assert "Points that are out" in page
    assert "5 members lose points within 7 days" in page

"""Points on the pages of the desk: the card on the member page, the statement and its file, the card of an order."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from conftest import People
from members.lib import clock
from members.models import Channel, Member, Order, Store, User
from rewards.models import Earning, PointsRules, Tier, TierCondition, TierRules
from rewards.services import ledger
from rewards.tests.shop import deed, lasting, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(people: People, signed_in: Callable[[User], Client]) -> Client:
    client = signed_in(people.marketer)
    client.cookies.load({"django_language": "en"})
    return client


def bought(one: Member, number: str) -> Order:
    day = dt.date(2026, 11, 3)
    return Order.objects.create(
        number=number, source="till", store=Store.objects.get(code="S1"), member=one, buyer=one, business_date=day,
        channel=Channel.objects.get_or_create(code="till", name="Till")[0], content_hash=b"1",
        ordered_at=dt.datetime(2026, 11, 3, 4, tzinfo=dt.UTC), total=Decimal("37.40"), gross=Decimal("37.40"),
    )  # fmt: skip


def test_the_member_page_says_what_there_is_and_why(desk: Client) -> None:
    one = member("M1")
    ledger.earn(member=one, points=37, deed=deed("e", order=bought(one, "O1")), term=lasting(365))
    page = desk.get("/members/M1/").content.decode()
    assert "37 points can be spent." in page
    assert "37 points: ¥37.40 on 3 Nov 2026 at First." in page
    assert f'href="/rewards/members/{one.pk}/points/"' in page


def test_the_statement_pages_and_narrows(desk: Client) -> None:
    one = member("M1")
    for number in range(51):
        ledger.earn(member=one, points=1, deed=deed(f"e{number}"), term=lasting(365))
    ledger.redeem(member=one, points=5, deed=deed("r"))
    page = f"/rewards/members/{one.pk}/points/"
    assert [line.points for line in desk.get(page, {"show": "out"}).context["lines"]] == ["−5"]
    second = desk.get(page, {"page": "2"}).context["lines"]
    assert [line.after for line in second] == ["2", "1"]
    assert "There is no filter" in desk.get(page, {"show": "nonsense"}).content.decode()


def test_the_file_has_every_line(desk: Client) -> None:
    one = member("M1")
    ledger.earn(member=one, points=10, deed=deed("e"), term=lasting(365))
    ledger.redeem(member=one, points=4, deed=deed("r"))
    answer = desk.get(f"/rewards/members/{one.pk}/points.csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert [line.split(",")[1:3] for line in lines[1:]] == [["-4", "6"], ["10", "10"]]


def test_an_order_says_what_it_earned_or_why_nothing(desk: Client) -> None:
    one = member("M1")
    gave, none = bought(one, "O1"), bought(one, "O2")
    assert desk.get(f"/members/orders/{none.pk}/").context["panels"] == []  # there is no programme yet
    PointsRules.objects.create(first_day=dt.date(2026, 1, 1), published_at=none.ordered_at)
    ledger.earn(member=one, points=37, deed=deed("e", order=gave), term=lasting(365))
    Earning.objects.create(order=none, why_none="minimum", considered_at=none.ordered_at)
    assert "+37: 37 points" in desk.get(f"/members/orders/{gave.pk}/").content.decode()
    said = desk.get(f"/members/orders/{none.pk}/").content.decode()
    assert "The purchase is below the amount from which points are given." in said


def test_the_card_tells_the_tier_and_what_is_missing(desk: Client) -> None:
    member("M1")
    assert "Tier:" not in desk.get("/members/M1/").content.decode()
    Tier.objects.create(code="basic", name="Basic", rank=0)
    gold = Tier.objects.create(code="gold", name="Gold", rank=1)
    rules = TierRules.objects.create(first_day=dt.date(2020, 1, 1), published_at=clock.now())
    TierCondition.objects.create(rules=rules, tier=gold, orders=4)
    assert "Tier: Basic. 4 purchases more until Gold." in desk.get("/members/M1/").content.decode()

"""The pages of gifts: the catalogue for head office, what waits for the clerk."""

from collections.abc import Callable

import pytest
from django.test import Client

from conftest import People
from members.models import Store, User
from rewards.models import Gift, GiftClaim
from rewards.panels import todos
from rewards.services import gifts
from rewards.tests import offers
from rewards.tests.shop import BY, DAY, figures, member
from rewards.tests.views.test_coupons import rows, text

pytestmark = pytest.mark.django_db
TERMS = {
    "name": "Mug",
    "kind": "goods",
    "points": "100",
    "unit_cost": "8",
    "worth": "20",
    "stock": "3",
    "is_active": "on",
}


@pytest.fixture
def desk(people: People, signed_in: Callable[[User], Client]) -> Client:
    client = signed_in(people.marketer)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def clerk(people: People, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(people.clerk)


def claimed(store: Store, number: str) -> GiftClaim:
    one = member(number)
    offers.give(one, 100, number)
    mug = Gift.objects.first() or offers.gift()
    return gifts.claim(mug, one, store, number, by=BY)


def test_a_gift_is_made_and_changed(desk: Client, merchant: object) -> None:
    assert desk.post("/rewards/gifts/new/", TERMS).status_code == 302
    mug = Gift.objects.get()
    assert desk.post(f"/rewards/gifts/{mug.pk}/", TERMS | {"stock": "0"}).status_code == 302
    assert "1 gift is on offer today. 1 of them is out of stock." in text(desk, "/rewards/gifts/")
    assert [row[4] for row in rows(desk, "/rewards/gifts/gifts.csv")] == ["0"]


@pytest.mark.parametrize("wrong", [{"points": "0"}, {"kind": "coupon"}, {"name": ""}, {"stock": "-1"}])
def test_a_wrong_gift_is_told_and_not_kept(wrong: dict[str, str], desk: Client, merchant: object) -> None:
    assert desk.post("/rewards/gifts/new/", TERMS | wrong).status_code == 422
    assert not Gift.objects.exists()


def test_a_clerk_hands_over_in_the_own_store_and_nowhere_else(
    clerk: Client, stores: tuple[Store, Store], merchant: object
) -> None:
    own, foreign = claimed(stores[0], "M1"), claimed(stores[1], "ELSEWHERE")
    page = clerk.get("/rewards/claims/").content.decode()
    assert "M1" in page
    assert "ELSEWHERE" not in page
    assert [row[2] for row in rows(clerk, "/rewards/claims/claims.csv")] == ["M1"]
    assert clerk.post(f"/rewards/claims/{foreign.pk}/hand-over/").status_code == 404
    assert clerk.post(f"/rewards/claims/{own.pk}/hand-over/").status_code == 302
    own.refresh_from_db()
    assert own.state == "done"
    assert rows(clerk, "/rewards/claims/claims.csv") == []
    assert len(rows(clerk, "/rewards/claims/claims.csv?show=all")) == 1


def test_a_cancelled_gift_gives_the_points_back(clerk: Client, stores: tuple[Store, Store], merchant: object) -> None:
    claim = claimed(stores[0], "M1")
    for _time in range(2):
        clerk.post(f"/rewards/claims/{claim.pk}/cancel/")
    assert figures(claim.member) == (100, 0, 0)


def test_today_asks_for_stock_and_for_what_has_waited(
    people: People, actors: dict[str, object], stores: tuple[Store, Store], merchant: object
) -> None:
    claim = claimed(stores[0], "M1")
    Gift.objects.update(stock=1)
    assert len(todos.of_gifts(actors["marketer"])) == 1  # type: ignore[arg-type]
    assert len(todos.of_gifts(actors["clerk"])) == 0  # type: ignore[arg-type]
    GiftClaim.objects.update(claimed_at=claim.claimed_at - 4 * DAY)
    assert len(todos.of_gifts(actors["clerk"])) == 1  # type: ignore[arg-type]
    assert len(todos.of_gifts(actors["stranger"])) == 0  # type: ignore[arg-type]

"""Members at the till: enrolled once, looked up by what they show, with points as they stand this moment."""

import json
from typing import Any

import pytest
import time_machine
from django.test import Client

from members.lib.actor import system
from members.lib.roles import Scope
from members.models import Consent, Member, Store
from members.services import merges
from members.tests import bearer
from members.tests.counter import member, order
from rewards.models import Benefit, BenefitUse, Tier, TierStay
from rewards.services import ledger
from rewards.tests.api.till import TILL, done, send, till
from rewards.tests.shop import DAY, deed, figures, lasting

pytestmark = pytest.mark.usefixtures("merchant")


@pytest.fixture
def one(stores: tuple[Store, Store]) -> Client:
    return till(stores[:1])


def look_up(client: Client, **by: str) -> Any:
    return client.post(f"{TILL}/members/look-up/", json.dumps(by), "application/json")


def test_a_new_member_and_the_same_again(one: Client) -> None:
    said = {"phone": "138 1234 1234", "email": "w@example.com", "name": "Wang"}
    made = done(send(one, "members/", said), 201)
    known = done(send(one, "members/", {"phone": "13812341234", "name": "Li"}))
    assert (made["existing"], known) == (False, {"member": made["member"], "existing": True})
    assert (Member.objects.get().name, Member.objects.get().home_store.code) == ("Wang", "S1")


def test_what_a_new_member_allows_is_written_down(one: Client) -> None:
    body = {"phone": "13812341234", "consents": ["marketing", "profiling"]}
    done(send(one, "members/", body), 201)
    done(send(one, "members/", body))  # known by now: nothing is changed
    assert list(Consent.objects.order_by("pk").values_list("purpose", "channel", "given", "source")) == [
        ("marketing", "", True, "counter"), ("profiling", "", True, "counter"),
    ]  # fmt: skip


def test_a_till_of_several_stores_says_where_it_stands(stores: tuple[Store, Store]) -> None:
    both = till(stores)
    assert "store" in done(send(both, "members/", {"phone": "13812341234"}), 422)["error"]
    done(send(both, "members/", {"phone": "13812341234", "store": "S2"}), 201)
    assert Member.objects.get().home_store == stores[1]


def test_a_closed_store_enrols_nobody(one: Client, stores: tuple[Store, Store]) -> None:
    Store.objects.filter(pk=stores[0].pk).update(is_active=False)
    done(send(one, "members/", {"phone": "13812341234"}), 422)


def test_without_the_scope(stores: tuple[Store, Store]) -> None:
    reader = bearer.client(Scope.READ_MEMBERS, Scope.WRITE_ORDERS)
    assert send(reader, "members/", {"phone": "13812341234"}).status_code == 403


@time_machine.travel("2026-05-04T10:00:00Z", tick=False)
def test_a_look_up_tells_points_debt_tier_and_what_expires_next(one: Client, stores: tuple[Store, Store]) -> None:
    wang = member("M1", stores[0], "Wang", phone="+8613812341234")
    tier = Tier.objects.create(code="gold", name="Gold", rank=3)
    TierStay.objects.create(
        member=wang, tier=tier, reason="raised", starts_on="2026-05-01", recorded_at="2026-05-01T00:00:00Z"
    )
    ledger.earn(member=wang, points=30, deed=deed("a"), term=lasting(10))
    ledger.earn(member=wang, points=50, deed=deed("b"), term=lasting(40))
    ledger.earn(member=wang, points=7, deed=deed("c"), term=lasting(40, pending=5))
    expected = {
        "number": "M1", "name": "W**", "tier": "gold", "available": 80, "pending": 7, "debt": 0,
        "expires_on": "2026-05-14", "expiring": 30, "benefits": [],
    }  # fmt: skip
    for by in ({"phone": "138 1234 1234"}, {"number": "m1"}):
        assert done(look_up(one, **by)) == expected | {"member": wang.pk}
    assert done(one.get(f"{TILL}/members/{wang.pk}/balance/")) == expected | {"member": wang.pk}
    assert look_up(one, phone="13812341235").status_code == 404


def test_what_time_has_brought_is_reckoned_in_before_anybody_settles_it(
    one: Client, stores: tuple[Store, Store]
) -> None:
    """The figures are those that the ledger comes to when it is asked to settle."""
    with time_machine.travel("2026-05-04T10:00:00Z", tick=False) as watch:
        wang, other = member("M1", stores[0]), member("M2")
        ledger.earn(member=wang, points=30, deed=deed("a"), term=lasting(1))
        ledger.earn(member=wang, points=9, deed=deed("p"), term=lasting(50, pending=2))
        given = ledger.earn(member=other, points=20, deed=deed("o"), term=lasting(9)).entry
        ledger.redeem(member=other, points=20, deed=deed("r"))
        ledger.take_back(given=given, points=12, deed=deed("t"))
        ledger.earn(member=wang, points=5, deed=deed("q"), term=lasting(60, pending=30))
        merges.merge(member=other, into=wang, by=system("test"))
        watch.shift(3 * DAY)
        said = done(one.get(f"{TILL}/members/{wang.pk}/balance/"))
        ledger.settle(member=wang)
        assert (said["available"], said["pending"], said["debt"]) == figures(wang)
        assert done(one.get(f"{TILL}/members/{other.pk}/balance/")) == said  # by the id of the merged record


def test_by_what_they_show_members_of_every_store_are_served_by_our_id_only_own_ones(
    one: Client, stores: tuple[Store, Store]
) -> None:
    visitor = member("M1", stores[1], phone="+8613812341234")
    assert done(look_up(one, phone="13812341234"))["member"] == visitor.pk
    for what in ("balance", "history"):
        assert one.get(f"{TILL}/members/{visitor.pk}/{what}/").status_code == 404
    order("A1", stores[0], visitor)  # a purchase here makes them a member of this store too
    for what in ("balance", "history"):
        assert one.get(f"{TILL}/members/{visitor.pk}/{what}/").status_code == 200


def test_the_history_newest_first_in_pages(one: Client, stores: tuple[Store, Store]) -> None:
    wang = member("M1", stores[0])
    bought = order("A1", stores[0], wang)
    ledger.earn(member=wang, points=30, deed=deed("a", order=bought, reason="purchase"), term=lasting(10))
    ledger.redeem(member=wang, points=4, deed=deed("b", reason="cash"))
    first = done(one.get(f"{TILL}/members/{wang.pk}/history/?limit=1"))
    assert [(row["kind"], row["points"], row["reason"]) for row in first["results"]] == [("redeem", -4, "cash")]
    (row,) = done(one.get(first["next"]))["results"]
    assert (row["kind"], row["points"], row["order_no"]) == ("earn", 30, "A1")
    assert row["expires_on"] is not None


def test_a_member_that_was_erased_or_never_was(one: Client) -> None:
    assert one.get(f"{TILL}/members/0/balance/").status_code == 404
    assert one.get(f"{TILL}/members/999999999999999999999/history/").status_code == 404


@pytest.mark.parametrize("kind", ["number", "phone", "email", "card"])
def test_a_character_that_no_column_can_hold_finds_nobody(one: Client, kind: str) -> None:
    assert look_up(one, **{kind: "1\0"}).status_code == 404


def test_nor_a_store(one: Client) -> None:
    assert done(send(one, "members/", {"phone": "13812341234", "store": "S\0"}), 422)["code"] == "refused"


class TestBenefits:
    """A benefit of the tier is told by the look-up and used once for a key, within its limit."""

    @pytest.fixture
    def gift(self, stores: tuple[Store, Store]) -> Benefit:
        member("M1", stores[0], "Wang", phone="+8613812341234")
        tier = Tier.objects.create(code="ordinary", name="Ordinary", rank=0)
        return Benefit.objects.create(tier=tier, kind="gift", name="Birthday gift", times=1, unit_cost=6)

    def test_it_is_told_used_and_used_up(self, one: Client, gift: Benefit, stores: tuple[Store, Store]) -> None:
        row = {"benefit": gift.pk, "kind": "gift", "name": "Birthday gift", "percent": None}
        assert done(look_up(one, number="M1"))["benefits"] == [row | {"used": 0, "left": 1}]
        asked = {"benefit": gift.pk, "phone": "138 1234 1234"}
        for _turn in range(2):
            assert done(send(one, "benefits/", asked, key="once")) == row | {"used": 1, "left": 0}
        used = BenefitUse.objects.get()
        assert (used.cost, used.store) == (6, stores[0])
        refused = send(one, "benefits/", asked, key="again")
        assert (refused.status_code, refused.json()["code"]) == (422, "refused")
        assert BenefitUse.objects.count() == 1

    def test_of_another_tier_it_is_refused(self, one: Client, gift: Benefit) -> None:
        gold = Tier.objects.create(code="gold", name="Gold", rank=1)
        theirs = Benefit.objects.create(tier=gold, kind="shipping", name="Free delivery")
        refused = send(one, "benefits/", {"benefit": theirs.pk, "number": "M1"})
        assert refused.status_code == 422
        assert "Free delivery" in refused.json()["error"]

    @pytest.mark.parametrize(
        ("change", "status"),
        [({"benefit": 0}, 400), ({"benefit": 2**63}, 400), ({"benefit": "x"}, 400), ({"benefit": 99999999}, 404),
         ({"number": "nobody"}, 404), ({"phone": "13812341234"}, 400), ({"store": "S9"}, 422)],
    )  # fmt: skip
    def test_what_cannot_be_is_refused(
        self, one: Client, gift: Benefit, change: dict[str, object], status: int
    ) -> None:
        assert send(one, "benefits/", {"benefit": gift.pk, "number": "M1"} | change).status_code == status
        assert not BenefitUse.objects.exists()

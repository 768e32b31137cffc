"""The rest of what a till asks and sends: refunds, members, products."""

import json
from typing import Any

import pytest
from django.test import Client

from conftest import People
from members.lib.actor import system
from members.lib.roles import Scope
from members.models import AuditEntry, Category, Product, Refund, Store
from members.services import merges
from members.tests import bearer
from members.tests.counter import member, order

LOOK_UP = "/api/v1/members/look-up/"
pytestmark = pytest.mark.usefixtures("merchant")


def post(client: Client, address: str, body: Any, status: int = 200) -> dict[str, Any]:
    response = client.post(address, json.dumps(body), content_type="application/json")
    assert response.status_code == status, response.content
    answered: dict[str, Any] = response.json()
    return answered


# --- refunds ----------------------------------------------------------------------------------------------------


def back(number: str = "R1", of: str = "A1", **said: Any) -> dict[str, Any]:
    return {"refund_no": number, "order_no": of, "refunded_at": "2026-05-06T10:00:00+08:00", "amount": "4"} | said


def give(client: Client, *refunds: Any, **more: Any) -> list[tuple[str, str]]:
    answered = post(client, "/api/v1/refunds/batch/", {"refunds": refunds, **more})
    return [
        (result["outcome"], "".join(found["code"] for found in result["problems"])) for result in answered["results"]
    ]


@pytest.fixture
def till(stores: tuple[Store, Store]) -> Client:
    return bearer.client(Scope.WRITE_ORDERS, Scope.READ_ORDERS, stores=stores[:1])


def test_a_refund_is_of_its_order(till: Client, stores: tuple[Store, Store]) -> None:
    sold = order("A1", stores[0], member("M1"), source="api")
    assert give(till, back()) == [("new", "")]
    stored = Refund.objects.get()
    assert (stored.order, stored.member, stored.store, str(stored.amount)) == (
        sold, sold.member, stores[0], "4.0000",
    )  # fmt: skip
    assert give(till, back(), back(amount="5")) == [("same", ""), ("refused", "item_conflict")]
    assert give(till, back(amount="5")) == [("changed", "")]
    (shown,) = till.get("/api/v1/refunds/?order_no=A1").json()["results"]
    assert (shown["refund_no"], shown["amount"], shown["member_no"]) == ("R1", "5.00", "M1")


def test_a_refund_before_its_order_is_refused_and_taken_when_it_comes_again(
    till: Client, stores: tuple[Store, Store]
) -> None:
    assert give(till, back()) == [("refused", "unknown_order")]
    order("A1", stores[0], source="api")
    assert give(till, back()) == [("new", "")]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"amount": "11"}, "refund_exceeds_order"),
        ({"amount": "0"}, "zero_refund"),
        ({"amount": "NaN"}, "not_a_number"),
        ({"amount": "9" * 40}, "implausibly_large"),
        ({"refunded_at": "2026-05-01"}, "refund_before_purchase"),
        ({"store": "S2"}, "store_unknown"),
        ({"order_no": ""}, "missing"),
    ],
)
def test_a_refund_that_cannot_be(till: Client, stores: tuple[Store, Store], said: dict[str, Any], code: str) -> None:
    order("A1", stores[0], source="api")
    assert give(till, back(**said)) == [("refused", code)]


def test_a_refund_with_a_minus_sign_says_so(till: Client, stores: tuple[Store, Store]) -> None:
    order("A1", stores[0], source="api")
    assert give(till, back(amount="-4")) == [("new", "refund_sign")]
    assert str(Refund.objects.get().amount) == "4.0000"


def test_orders_and_refunds_of_another_store_are_out_of_reach(till: Client, stores: tuple[Store, Store]) -> None:
    order("A1", stores[1], source="api")
    head_office = bearer.client(Scope.WRITE_ORDERS, name="head office")
    assert give(till, back()) == [("refused", "unknown_order")]
    assert give(head_office, back()) == [("new", "")]
    order("A2", stores[0], source="api")
    assert give(till, back(of="A2")) == [("refused", "number_of_other_store")]
    assert till.get("/api/v1/refunds/").json()["results"] == []


# --- members ----------------------------------------------------------------------------------------------------


def test_a_member_is_found_by_each_exact_identifier_and_masked(stores: tuple[Store, Store]) -> None:
    member("M1", stores[0], "Wang Fang", phone="+8613812341234", email="wang@x.cn", card="C-77777")
    client = bearer.client(Scope.READ_MEMBERS, stores=stores[:1])
    for asked in ({"number": "m1"}, {"phone": "138 1234 1234"}, {"email": "WANG@x.cn"}, {"card": "C-77777"}):
        found = post(client, LOOK_UP, asked)
        assert (found["number"], found["name"], found["masked"], found["home_store"]) == ("M1", "W**", True, "S1")
        assert [each["value"] for each in found["contacts"]] == ["****7777", "w***@x.cn", "138****1234"]
    for asked in (
        {"number": "M"},
        {"phone": "1234"},
        {"phone": "M1"},
        {"card": "M1"},
        {"email": "x.cn"},
        {"card": " "},
    ):
        assert post(client, LOOK_UP, asked, 404)["code"] == "not_found"
    assert not AuditEntry.objects.filter(verb="reveal").exists()


def test_whole_contacts_need_their_scope_and_are_written_down(stores: tuple[Store, Store]) -> None:
    found = member("M1", stores[0], "Wang Fang", phone="+8613812341234")
    client = bearer.client(Scope.READ_MEMBERS, Scope.WHOLE_CONTACTS)
    shown = post(client, LOOK_UP, {"number": "M1"})
    assert (shown["name"], shown["contacts"][0]["value"], shown["masked"]) == ("Wang Fang", "+8613812341234", False)
    entry = AuditEntry.objects.get(verb="reveal")
    assert (entry.actor_kind, entry.subject_id, entry.detail) == ("token", str(found.pk), {"kinds": ["phone"]})


def test_members_of_other_stores_are_not_there(stores: tuple[Store, Store]) -> None:
    member("M1", stores[1])
    bought_here = member("M2", stores[1])
    order("A1", stores[0], bought_here)
    client = bearer.client(Scope.READ_MEMBERS, stores=stores[:1])
    post(client, LOOK_UP, {"number": "M1"}, 404)
    assert post(client, LOOK_UP, {"number": "M2"})["number"] == "M2"


def test_a_merged_record_leads_to_whom_it_counts_for(stores: tuple[Store, Store]) -> None:
    one, other = member("M1", stores[0]), member("M2", stores[0], phone="+8613812341234")
    merges.merge(member=other, into=one, by=system("test"))
    client = bearer.client(Scope.READ_MEMBERS)
    assert post(client, LOOK_UP, {"phone": "13812341234"})["number"] == "M1"
    assert post(client, LOOK_UP, {"number": "M2"})["contacts"] == [{"kind": "phone", "value": "138****1234"}]


@pytest.mark.parametrize("asked", [{}, {"number": "1", "phone": "2"}, {"name": "Wang"}, {"number": 5}, []])
def test_a_look_up_asks_by_exactly_one(stores: tuple[Store, Store], asked: Any) -> None:
    assert post(bearer.client(Scope.READ_MEMBERS), LOOK_UP, asked, 400)["code"] == "invalid"


def test_staff_look_up_as_their_role_allows(people: People, signed_in: Any, stores: tuple[Store, Store]) -> None:
    member("M1", stores[0], "Wang")
    assert post(signed_in(people.clerk), LOOK_UP, {"number": "M1"})["name"] == "W**"
    assert post(signed_in(people.admin), LOOK_UP, {"number": "M1"})["masked"] is True
    assert post(signed_in(people.analyst), LOOK_UP, {"number": "M1"}, 403)["code"] == "permission_denied"


# --- products ---------------------------------------------------------------------------------------------------


def put(client: Client, *products: Any, status: int = 200, **more: Any) -> list[tuple[str, str]]:
    answered = post(client, "/api/v1/products/batch/", {"products": products, **more}, status)
    return [
        (result["outcome"], "".join(found["code"] for found in result["problems"])) for result in answered["results"]
    ]


def test_products_are_made_changed_and_left_alone(db: None) -> None:
    Category.objects.create(name="Teas")
    client = bearer.client(Scope.WRITE_CATALOGUE, Scope.READ_CATALOGUE)
    tea, cup = {"sku": "T1", "name": "Tea", "category": "Teas"}, {"sku": "C1"}
    assert put(client, tea, cup) == [("new", ""), ("new", "")]
    assert put(client, tea, {"sku": "C1", "name": "Cup"}) == [("same", ""), ("changed", "")]
    assert put(client, {"sku": "T1"}) == [("same", "")], "what is not said stays"
    shown = client.get("/api/v1/products/?sku=T1").json()["results"]
    assert shown == [{"sku": "T1", "name": "Tea", "category": "Teas"}]
    assert Category.objects.count() == 1
    assert AuditEntry.objects.filter(verb="upsert").count() == 2


def test_one_bad_product_is_told_and_the_others_are_in(db: None) -> None:
    client = bearer.client(Scope.WRITE_CATALOGUE)
    wrong = [{"sku": ""}, {"sku": "T2", "name": "x" * 201}, {"sku": "T1", "name": "other"}]
    assert put(client, {"sku": "T1"}, *wrong) == [
        ("new", ""), ("refused", "missing"), ("refused", "too_long"), ("refused", "item_conflict"),
    ]  # fmt: skip
    assert put(client, {"sku": "T9"}, {"sku": ""}, status=422, all_or_nothing=True) == [
        ("held_back", ""), ("refused", "missing"),
    ]  # fmt: skip
    assert [product.sku for product in Product.objects.all()] == ["T1"]


# --- lists ------------------------------------------------------------------------------------------------------


def test_pages_follow_the_cursor_to_the_end(till: Client, stores: tuple[Store, Store]) -> None:
    for number in range(5):
        order(f"A{number}", stores[0])
    address, seen = "/api/v1/orders/?limit=2", []
    while address:
        page = till.get(address).json()
        seen += [row["order_no"] for row in page["results"]]
        address = page["next"]
    assert seen == [f"A{number}" for number in range(5)]


def test_filters_narrow(till: Client, stores: tuple[Store, Store]) -> None:
    order("A1", stores[0], member("M1"), day="2026-05-01")
    order("A2", stores[0], day="2026-05-03", status="cancelled")
    for query, numbers in {
        "from_date=2026-05-02": ["A2"], "to_date=2026-05-01": ["A1"], "status=cancelled": ["A2"],
        "member_no=m1": ["A1"],
        "order_no=A1": ["A1"], "store=S1": ["A1", "A2"], "store=S2": [], "channel=till": ["A1", "A2"], "source=x": [],
        "recorded_after=2999-01-01T00:00:00Z": [],
    }.items():  # fmt: skip
        assert [row["order_no"] for row in till.get(f"/api/v1/orders/?{query}").json()["results"]] == numbers, query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from_date=04.05.2026", "from_date"), ("status=eaten", "status"), ("limit=0", "limit"), ("limit=x", "limit"),
        ("limit=201", "limit"), ("limit=", "limit"), ("to_date=", "to_date"),
        ("cursor=x", "cursor"), ("stroe=S1", "stroe"), ("order_no=%00", "order_no"),
        ("recorded_after=x", "recorded_after"),
        ("recorded_after=9999-12-31T23:59:59-12:00", "recorded_after"),
        ("recorded_after=0001-01-01T00:00:00%2B08:00", "recorded_after"),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_taken_is_named(till: Client, query: str, field: str) -> None:
    response = till.get(f"/api/v1/orders/?{query}")
    assert response.status_code == 400
    assert [each["field"] for each in response.json()["fields"]] == [field]


def test_an_address_that_is_none(till: Client) -> None:
    for address in (
        "/api/v1/order/",
        "/api/v2/orders/",
        "/api/v1/orders/99999999999999999999/",
    ):
        response = till.get(address)
        assert (response.status_code, response.json()["code"]) == (404, "not_found"), address

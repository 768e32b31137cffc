"""A till sends its orders: by the rules of a file, each judged alone, the same again changes nothing."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from conftest import People
from members.lib.actor import system
from members.lib.roles import Scope
from members.models import AuditEntry, IdentityConflict, ImportBatch, Job, Member, Merchant, Order, Product, Store
from members.services import imports
from members.services.imports import Options, undo
from members.tests import bearer
from members.tests.counter import member, order

SEND = "/api/v1/orders/batch/"


@pytest.fixture
def till(merchant: Merchant, stores: tuple[Store, Store]) -> Client:
    """A till of the first store."""
    return bearer.client(Scope.WRITE_ORDERS, Scope.READ_ORDERS, stores=stores[:1])


@pytest.fixture
def head_office(merchant: Merchant, stores: tuple[Store, Store]) -> Client:
    return bearer.client(Scope.WRITE_ORDERS, Scope.READ_ORDERS, name="head office")


def sale(number: str = "A1", **said: Any) -> dict[str, Any]:
    return {"order_no": number, "ordered_at": "2026-05-04T10:00:00+08:00", "total": "12.50"} | said


def send(client: Client, *orders: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    response = client.post(SEND, json.dumps({"orders": orders, **more}), content_type="application/json")
    assert response.status_code == status, response.content
    answered: dict[str, Any] = response.json()
    return answered


def outcomes(answered: dict[str, Any]) -> list[str]:
    return [result["outcome"] for result in answered["results"]]


def codes(answered: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["field"], each["code"]) for result in answered["results"] for each in result["problems"]]


# --- what is taken ----------------------------------------------------------------------------------------------


def test_an_order_with_lines_is_stored_whole(till: Client) -> None:
    lines = [
        {"sku": "T1", "product": "Tea", "category": "Teas", "quantity": 2, "unit_price": 3.10},
        {"sku": "C1", "product": "Cup", "unit_price": "5"},
    ]
    answered = send(till, sale("A1", total="11.20", lines=lines, phone="13812341234", channel="counter"))
    assert (answered["new"], answered["refused"]) == (1, 0)
    stored = Order.objects.get()
    assert (stored.source, stored.store.code, stored.channel.code, str(stored.total)) == (
        "api", "S1", "counter", "11.2000",
    )  # fmt: skip
    assert [(line.product and line.product.sku, str(line.amount)) for line in stored.lines.all()] == [
        ("T1", "6.2000"), ("C1", "5.0000"),
    ]  # fmt: skip
    assert stored.business_date.isoformat() == "2026-05-04"
    assert stored.member is not None
    assert stored.member.identifiers.get().value == "+8613812341234"
    assert Product.objects.get(sku="T1").category.name == "Teas"


def test_some_lines_say_what_they_cost_and_others_how_it_comes_about(till: Client) -> None:
    lines = [
        {"sku": "T1", "amount": "1"},
        {"sku": "T2", "quantity": 2, "unit_price": "3"},
        {"sku": "T3", "amount": "4"},
    ]
    assert outcomes(send(till, sale(total="11", lines=lines))) == ["new"]
    assert outcomes(send(till, sale(total="11", lines=lines[::-1]))) == ["same"], "their order is no difference"
    wrong = [lines[0], {"sku": "T2", "quantity": "x", "unit_price": "3"}]
    assert codes(send(till, sale("A2", total="7", lines=wrong))) == [("lines[1].quantity", "not_a_number")]


def test_an_order_with_its_total_only_has_no_lines_to_show(till: Client) -> None:
    send(till, sale())
    assert Order.objects.get().itemised is False
    assert till.get("/api/v1/orders/").json()["results"][0]["lines"] == []


def test_the_same_again_is_the_same_and_other_content_a_new_version(till: Client) -> None:
    assert outcomes(send(till, sale())) == ["new"]
    assert outcomes(send(till, sale())) == ["same"]
    assert outcomes(send(till, sale(total="13"))) == ["changed"]
    assert [str(each.total) for each in Order.objects.order_by("pk")] == ["12.5000", "13.0000"]
    assert Order.objects.get(voided_at=None).replaces.voided_at is not None


def test_an_order_that_came_in_a_file_is_recognised(
    till: Client, head_office: Client, work_off: Callable[[], int]
) -> None:
    content = b"order_no,ordered_at,total,store,channel\nA1,2026-05-04 10:00,12.50,S1,counter\n"
    batch = imports.receive(name="f.csv", content=[content], chosen=Options(source="api"), by=system("test"))
    imports.start(batch, by=system("test"))
    work_off()
    assert outcomes(send(till, sale(store="S1", channel="counter"))) == ["same"]


def test_days_late_and_out_of_order_come_to_the_same(till: Client) -> None:
    send(till, sale("A2", ordered_at="2026-05-06T10:00:00+08:00"), sale("A1", ordered_at="2026-05-01T23:59:59+08:00"))
    assert {each.number: each.business_date.day for each in Order.objects.all()} == {"A1": 1, "A2": 6}


def test_reports_are_made_anew_by_a_job(till: Client) -> None:
    send(till, sale())
    assert [job.kind for job in Job.objects.all()] == ["publish"]
    send(till, sale())
    assert Job.objects.count() == 1, "nothing new, nothing to do"


def test_a_day_of_one_token_is_one_import_that_can_be_undone(
    till: Client, people: People, signed_in: Callable[..., Client], work_off: Callable[[], int]
) -> None:
    send(till, sale("A1"))
    send(till, sale("A1"), sale("A2"))
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.preset, batch.counts["rows"], batch.counts["orders"]) == ("done", "api", 3, 2)
    office = signed_in(people.marketer)
    assert office.get(f"/members/imports/{batch.pk}/").status_code == 200
    undo.start(batch, by=system("test"))
    work_off()
    assert not Order.objects.filter(voided_at=None).exists()
    assert "/again/" not in office.get(f"/members/imports/{batch.pk}/").content.decode(), "there is no file"
    assert outcomes(send(till, sale("A1"))) == ["new"]
    assert ImportBatch.objects.count() == 2


def test_what_was_stored_is_written_down_without_contacts(till: Client) -> None:
    send(till, sale(phone="13812341234"))
    entry = AuditEntry.objects.get(verb="import")
    assert (entry.actor_kind, entry.actor_name, entry.detail["orders"]) == ("token", "till", 1)
    assert "1381234" not in json.dumps(entry.detail)


# --- what is refused --------------------------------------------------------------------------------------------


def test_one_bad_order_is_told_by_its_index_and_the_others_are_in(till: Client) -> None:
    answered = send(till, sale("A1"), sale("A2", total="-3"), sale("A3"))
    assert outcomes(answered) == ["new", "refused", "new"]
    assert answered["results"][1]["index"] == 1
    assert codes(answered) == [("total", "negative_order")]
    assert sorted(Order.objects.values_list("number", flat=True)) == ["A1", "A3"]


def test_all_or_nothing_keeps_the_good_ones_out_too(till: Client) -> None:
    answered = send(till, sale("A1"), sale("A2", total="-3"), status=422, all_or_nothing=True)
    assert (answered["code"], outcomes(answered)) == ("all_or_nothing", ["held_back", "refused"])
    assert not Order.objects.exists()
    assert not ImportBatch.objects.exists()
    assert not AuditEntry.objects.filter(verb="import").exists()


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"total": "NaN"}, ("total", "not_a_number")),
        ({"total": "1e5"}, ("total", "scientific")),
        ({"total": 10**30}, ("total", "implausibly_large")),
        ({"total": "12.505"}, ("total", "too_many_decimals")),
        ({"total": ""}, ("total", "missing")),
        ({"total": "$5"}, ("total", "other_currency")),
        ({"currency": "USD"}, ("currency", "other_currency")),
        ({"order_no": " "}, ("order_no", "missing")),
        ({"order_no": "合计"}, ("order_no", "total_row")),
        ({"order_no": "9" * 121}, ("order_no", "too_long")),
        ({"order_no": "a\x00b"}, ("order_no", "nul_byte")),
        ({"ordered_at": "yesterday"}, ("ordered_at", "not_a_date")),
        ({"ordered_at": "2999-01-01"}, ("ordered_at", "future")),
        ({"status": "eaten"}, ("status", "unknown_status")),
        ({"store": "S9"}, ("store", "store_unknown")),
        ({"store": "S2"}, ("store", "store_unknown")),
        ({"lines": [{"sku": "T1", "amount": "5"}]}, ("total", "lines_do_not_add_up")),
        ({"lines": [{"sku": "T1", "amount": "12.5"}, {"sku": "T2"}]}, ("lines[1].amount", "missing")),
        ({"lines": [{"sku": "T1", "amount": "x"}], "total": None}, ("lines[0].amount", "not_a_number")),
        ({"lines": [{"sku": "T1", "quantity": 2, "unit_price": "x"}]}, ("lines[0].unit_price", "not_a_number")),
        ({"lines": [{"sku": "T1", "amount": "-12.5"}], "total": "-12.5"}, ("total", "negative_order")),
    ],
)
def test_a_value_that_cannot_be_taken_is_named(till: Client, said: dict[str, Any], problem: tuple[str, str]) -> None:
    wrong = {name: value for name, value in sale("A1", **said).items() if value is not None}
    answered = send(till, wrong, sale("A2"))
    assert outcomes(answered) == ["refused", "new"]
    assert problem in codes(answered)
    assert all(each["error"].endswith(".") for each in answered["results"][0]["problems"])


def test_which_of_several_stores_must_be_said(head_office: Client) -> None:
    answered = send(head_office, sale("A1"), sale("A2", store="S2"))
    assert (outcomes(answered), codes(answered)) == (["refused", "new"], [("store", "store_missing")])


def test_two_of_one_number_in_a_request(till: Client) -> None:
    answered = send(till, sale("A1"), sale("A1"), sale("A1", total="9"))
    assert (outcomes(answered), codes(answered)) == (["new", "same", "refused"], [("order_no", "item_conflict")])
    assert "index 0" in answered["results"][2]["problems"][0]["error"]


def test_a_number_of_another_store_is_left_alone(till: Client, head_office: Client) -> None:
    send(head_office, sale("B1", store="S2"))
    answered = send(till, sale("B1", total="1"))
    assert codes(answered) == [("order_no", "number_of_other_store")]
    assert str(Order.objects.get().total) == "12.5000"


def test_tokens_of_another_source_number_on_their_own(till: Client, stores: tuple[Store, Store]) -> None:
    other = bearer.client(Scope.WRITE_ORDERS, stores=stores[1:], name="other", source="till-2")
    assert outcomes(send(till, sale("A1"))) == outcomes(send(other, sale("A1"))) == ["new"]
    assert set(Order.objects.values_list("source", flat=True)) == {"api", "till-2"}


def test_identifiers_of_two_people_wait_for_staff_and_tell_the_till_no_names(
    till: Client, stores: tuple[Store, Store]
) -> None:
    member("SECRET-1", stores[1], phone="+8613812341234")
    member("SECRET-2", stores[1], email="a@b.cn")
    for number in ("A1", "A2"):
        answered = send(till, sale(number, phone="13812341234", email="a@b.cn"))
        assert codes(answered) == [("member_no", "identifiers_conflict")]
        assert "SECRET" not in json.dumps(answered)
    assert IdentityConflict.objects.count() == 2


# --- what is no request -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("orders", "field", "code"),
    [
        ([], "orders", "min_length"),
        ([sale(str(n)) for n in range(501)], "orders", "max_length"),
        ([sale(), {"order_no": 5, "ordered_at": "2026-05-04"}], "orders[1].order_no", "invalid"),
        ([sale(totl="5")], "orders[0].totl", "unknown_field"),
        ([{"order_no": "A1"}], "orders[0].ordered_at", "required"),
        ([sale(total=True)], "orders[0].total", "invalid"),
        ([sale(total=None)], "orders[0].total", "null"),
        ([sale(lines=[{"amount": []}])], "orders[0].lines[0].amount", "invalid"),
        (["A1"], "orders[0]", "invalid"),
        ("A1", "orders", "not_a_list"),
    ],
)
def test_a_request_of_the_wrong_shape_is_refused_whole(till: Client, orders: Any, field: str, code: str) -> None:
    body = json.dumps({"orders": orders})
    response = till.post(SEND, body, content_type="application/json")
    answered = response.json()
    assert (response.status_code, answered["code"]) == (400, "invalid")
    assert (field, code) in [(each["field"], each["code"]) for each in answered["fields"]]
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b'{"orders": [', b"", b'{"orders": [{"order_no": "A1", "ordered_at": "2026-05-04", "total": NaN}]}',
        b'{"orders": [{"order_no": "\\ud800", "ordered_at": "2026-05-04"}]}', b"[" * 100_000, b"\xff\xfe",
        b'{"orders": 1, "orders": 2}', b'{"orders": [' + b"9" * 5000 + b"]}", b"[]", b"null", b'"x"',
    ],
)  # fmt: skip
def test_a_body_that_is_no_such_json_is_refused(till: Client, body: bytes) -> None:
    response = till.post(SEND, body, content_type="application/json")
    assert response.status_code == 400, response.content
    assert set(response.json()) == {"error", "code", "fields"}


@pytest.mark.parametrize(
    "body", [b"[" + b"9" * 5000 + b"]", b"[" + b"9" * 1001 + b"]", b'{"a": 1, "a": 2}', b"[NaN]", b"[1,", b"\xff"]
)
def test_why_a_body_is_no_json_is_said_in_the_language_asked(till: Client, body: bytes) -> None:
    said = [
        till.post(SEND, body, content_type="application/json", headers={"accept-language": language}).json()["error"]
        for language in ("en", "zh-hans")
    ]
    assert said[0].startswith("The body is not JSON: ")
    assert not re.search(r"sys\.|int_max|Expecting|Exceeds", "".join(said))
    assert not re.search("[a-z]{3}", said[1].replace("NaN", "").replace("JSON", "").replace("UTF", ""))


def test_other_kinds_of_body(till: Client, settings: Any) -> None:
    assert till.post(SEND, {"orders": "x"}).status_code == 415
    settings.API_MAX_BYTES = 100
    response = till.post(SEND, json.dumps({"orders": [sale()] * 5}), content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_five_hundred_are_taken_in_few_queries(till: Client, django_assert_max_num_queries: Any) -> None:
    lines = [{"sku": "T1", "amount": "1"}, {"sku": "T2", "amount": "2"}]
    orders = [sale(f"A{n}", total="3", lines=lines, phone=f"138{n:08}") for n in range(500)]
    with django_assert_max_num_queries(60):
        assert send(till, *orders)["new"] == 500


def test_reading_is_of_the_own_stores(till: Client, head_office: Client, stores: tuple[Store, Store]) -> None:
    foreign = order("ZSENTINEL", stores[1])
    send(till, sale("A1"))
    assert [row["order_no"] for row in till.get("/api/v1/orders/").json()["results"]] == ["A1"]
    assert till.get(f"/api/v1/orders/{foreign.pk}/").status_code == 404
    assert head_office.get(f"/api/v1/orders/{foreign.pk}/").json()["order_no"] == "ZSENTINEL"
    assert Member.objects.count() == 0

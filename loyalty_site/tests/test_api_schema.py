"""The OpenAPI document: valid, of every address of the API, and true of what is answered."""

import json
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from loyalty_site.tests.test_access_matrix import addresses
from members.lib.roles import Scope
from members.models import Merchant, Store
from members.tests import bearer
from members.tests.counter import member, order, refund

_SALE = {"ordered_at": "2026-05-04T10:00:00+08:00", "member_no": "M1", "total": "9"}
_BACK = {"refund_no": "R7", "order_no": "T1", "refunded_at": "2026-05-04T10:00:00+08:00", "amount": "4"}
TILL: list[tuple[str, Any]] = [
    ("/api/v1/till/members/", {"phone": "13812341235"}),
    ("/api/v1/till/members/", {"phone": "1"}),
    ("/api/v1/till/members/look-up/", {"number": "M1"}),
    ("/api/v1/till/quote/", _SALE),
    ("/api/v1/till/quote/", _SALE | {"points": 5, "coupons": ["X"]}),
    ("/api/v1/till/orders/", _SALE | {"order_no": "T1"}),
    ("/api/v1/till/orders/", _SALE | {"order_no": "T2", "points": 5, "offline": True}),
    ("/api/v1/till/orders/", _SALE | {"order_no": "T3", "points": 5}),
    ("/api/v1/till/orders/", {}),
    ("/api/v1/till/refunds/", _BACK),
    ("/api/v1/till/refunds/", _BACK | {"refund_no": "R8", "order_no": "T9"}),
    ("/api/v1/till/exchanges/", {"refund": _BACK | {"refund_no": "R9"}, "order": _SALE | {"order_no": "T4"}}),
    ("/api/v1/till/orders/T4/void/", {}),
    ("/api/v1/till/orders/T1/void/", {}),
]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    with GENERATOR_STATS.silence():
        found: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    return json.loads(json.dumps(found))


def test_it_is_a_valid_document(document: dict[str, Any]) -> None:
    validate_schema(document)


def test_every_address_of_the_api_is_in_it(document: dict[str, Any]) -> None:
    names = [name for name, _pattern in addresses() if name.startswith(("api:", "till:", "analytics:api-"))]
    assert len(document["paths"]) == len(names) >= 11


def test_what_is_answered_is_what_it_says(document: dict[str, Any], merchant: Merchant) -> None:
    store = Store.objects.create(code="S1", name="First")
    sold = order("A1", store, member("M1", store, "Wang", phone="+8613812341234"))
    refund("R1", sold, "1")
    till, stranger = bearer.client(*Scope), Client()
    told = {"order_no": "A2", "ordered_at": "2026-05-04", "total": "5"}
    sent = [
        ("/api/v1/orders/batch/", {"orders": [told, told | {"total": "x"}]}),
        ("/api/v1/orders/batch/", {"orders": [told | {"total": "x"}], "all_or_nothing": True}),
        (
            "/api/v1/refunds/batch/",
            {"refunds": [{"refund_no": "R", "order_no": "A9", "refunded_at": "x", "amount": 1}]},
        ),
        ("/api/v1/products/batch/", {"products": [{"sku": "T1"}, {"sku": ""}]}),
        ("/api/v1/members/look-up/", {"number": "M1"}),
        ("/api/v1/members/look-up/", {"number": "M9"}),
        ("/api/v1/members/look-up/", {}),
        *TILL,
    ]
    read = ["orders/", f"orders/{sold.pk}/", "orders/0/", "orders/?limit=x", "refunds/", "products/", "stores/",
            "reports/", "reports/kpi/", "reports/x/",
            f"till/members/{sold.member_id}/balance/", f"till/members/{sold.member_id}/history/",
            "till/members/0/balance/"]  # fmt: skip
    answers = [
        (path, "post", till.post(path, json.dumps(body), "application/json", headers={"Idempotency-Key": str(number)}))
        for number, (path, body) in enumerate(sent)
    ]
    answers.append((TILL[0][0], "post", till.post(TILL[0][0], "{}", "application/json")))  # without a key
    answers += [
        (f"/api/v1/{path}", "get", client.get(f"/api/v1/{path}")) for path in read for client in (till, stranger)
    ]
    wrong = [(path, answer.status_code, fault) for path, method, answer in answers
             if (fault := lie(document, path, method, answer))]  # fmt: skip
    assert wrong == []


def lie(document: dict[str, Any], path: str, method: str, answer: Any) -> str:
    """What the document says otherwise; "" when the answer is as it says."""
    described = next(each for known, each in document["paths"].items() if fits(known, path.partition("?")[0]))
    response = described[method]["responses"].get(str(answer.status_code))
    if response is None:
        return "a status that is not in it"
    schema = response["content"]["application/json"]["schema"] | {"components": document["components"]}
    return "; ".join(fault.message[:200] for fault in Draft202012Validator(schema).iter_errors(answer.json()))


def fits(known: str, path: str) -> bool:
    """Whether an address is one of those that a path with parameters stands for; a plain path goes first."""
    parts, given = known.split("/"), path.split("/")
    return len(parts) == len(given) and all(
        one == other or (one.startswith("{") and other != "batch") for one, other in zip(parts, given, strict=True)
    )

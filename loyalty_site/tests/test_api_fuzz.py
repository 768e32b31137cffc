"""The API against its own document: whatever is sent, no server error and no answer that it does not know."""

import json
from typing import Any

import pytest
import schemathesis
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from requests import PreparedRequest

from conftest import People
from members.lib.roles import Scope
from members.models import Store
from members.tests import bearer
from members.tests.counter import member, order
from rewards.api.once import HEADER

PRINCIPALS = {
    "till": {Scope.TILL, Scope.WRITE_ORDERS, Scope.READ_ORDERS, Scope.READ_MEMBERS},
    "office": set(Scope),
    "reader": {Scope.READ_REPORTS, Scope.READ_CATALOGUE},
}
SUITE, PROOF = 4, 60


@pytest.mark.usefixtures("merchant")
@pytest.mark.parametrize("who", PRINCIPALS)
@pytest.mark.parametrize("examples", [SUITE, pytest.param(PROOF, marks=pytest.mark.prove)])
def test_each_answer_is_a_documented_one(who: str, examples: int, people: People, stores: tuple[Store, Store]) -> None:
    order("A1", stores[0], member("M1", stores[0], phone="+8613812341234"))
    client = bearer.client(*PRINCIPALS[who], stores=None if who == "office" else stores[:1])
    client.raise_request_exception = False
    document = schemathesis.openapi.from_dict(json.loads(json.dumps(SchemaGenerator().get_schema(public=True))))
    wrong: list[str] = []
    for found in document.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=examples, database=None, derandomize=True, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            wrong.extend(faults_of(client, case))

        ask()
    assert wrong == []


def faults_of(client: Client, case: Any) -> list[str]:
    """What is wrong with the answer to one request."""
    request = case.as_transport_kwargs(base_url="http://testserver")
    prepared = PreparedRequest()
    prepared.prepare(
        method=request["method"], url=request["url"], params=request.get("params"), json=request.get("json"),
        data=request.get("data"),
    )  # fmt: skip
    path = prepared.url.removeprefix("http://testserver")
    sent: dict[str, Any] = {"data": prepared.body or b"", "content_type": "application/json"} if prepared.body else {}
    sent["headers"] = {name: text for name, text in request["headers"].items() if name == HEADER}
    answer = client.generic(prepared.method, path, **sent)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = {name.lower(): [value] for name, value in answer.headers.items()}
    answered = schemathesis.Response(answer.status_code, headers, content, prepared, 0.0, False)
    documented = case.operation.definition.raw["responses"]
    if answer.status_code >= 500 or str(answer.status_code) not in documented:
        return [f"{prepared.method} {path}: {answer.status_code} {content[:200]!r}"]
    try:
        case.operation.validate_response(answered)
    except Exception as error:  # noqa: BLE001 - each of its checks has an error of its own
        return [f"{prepared.method} {path}: {answer.status_code} {error}"]
    return []

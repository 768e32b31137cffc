"""Who gets in: a token that is valid, for what its scopes name, in its stores; or staff, with their session."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import People
from members.lib import clock
from members.lib.roles import Scope
from members.models import ApiToken, Store, User
from members.services import tokens
from members.tests import bearer
from members.tests.counter import order

STORES = "/api/v1/stores/"
pytestmark = pytest.mark.usefixtures("merchant")


def test_no_token_and_no_session(db: None) -> None:
    response = Client().get(STORES)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert response.json()["code"] == "not_authenticated"


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Bearer loy_00000000_00000000000000000000000000000000", "Basic YTpi", "loy_x", "é"]
)
def test_what_is_no_token(db: None, header: str) -> None:
    response = Client(headers={"authorization": header}).get(STORES)
    assert (response.status_code, response.json()["code"]) == (401, "authentication_failed")


def test_the_beginning_of_a_token_is_not_enough(stores: tuple[Store, Store]) -> None:
    _token, text = bearer.issue(Scope.READ_CATALOGUE)
    other = text[:-1] + ("a" if text[-1] != "a" else "b")
    assert bearer.bearing(text).get(STORES).status_code == 200
    assert bearer.bearing(other).get(STORES).status_code == 401


def test_none_is_made_that_would_open_nothing(db: None) -> None:
    with pytest.raises(tokens.OpensNothing):
        bearer.issue(Scope.WHOLE_CONTACTS, Scope.READ_ORDERS)
    assert not ApiToken.objects.exists()


def test_an_expired_one(stores: tuple[Store, Store]) -> None:
    token, text = bearer.issue(Scope.READ_CATALOGUE, days=1)
    with time_machine.travel(token.expires_at - dt.timedelta(seconds=1), tick=False):
        assert bearer.bearing(text).get(STORES).status_code == 200
    with time_machine.travel(token.expires_at, tick=False):
        assert bearer.bearing(text).get(STORES).status_code == 401


@pytest.mark.parametrize("days", [0, -1, 367])
def test_none_is_made_for_no_time_or_more_than_a_year(db: None, days: int) -> None:
    with pytest.raises(tokens.BadTerm):
        bearer.issue(days=days)


def test_each_scope_opens_its_addresses_and_no_other(stores: tuple[Store, Store]) -> None:
    opens = {
        Scope.READ_ORDERS: {"/api/v1/orders/", "/api/v1/refunds/"},
        Scope.READ_CATALOGUE: {"/api/v1/products/", STORES},
        Scope.READ_REPORTS: {"/api/v1/reports/"},
    }
    every = {address for addresses in opens.values() for address in addresses}
    for scope in Scope:
        with_it = {Scope.READ_MEMBERS} if scope == Scope.WHOLE_CONTACTS else set()
        client = bearer.client(scope, *with_it, name=scope.value)
        found = {address: client.get(address).status_code for address in every}
        assert found == {address: 200 if address in opens.get(scope, ()) else 403 for address in every}


def test_a_token_whose_stores_are_gone_reaches_none(stores: tuple[Store, Store]) -> None:
    order("A1", stores[0])
    token, text = bearer.issue(Scope.READ_ORDERS, Scope.READ_CATALOGUE, stores=stores[:1])
    client = bearer.bearing(text)
    assert len(client.get("/api/v1/orders/").json()["results"]) == 1
    token.stores.clear()
    assert client.get("/api/v1/orders/").json()["results"] == []
    assert client.get(STORES).json()["results"] == []


def test_a_scope_that_a_later_version_has_dropped_opens_nothing(stores: tuple[Store, Store]) -> None:
    token, text = bearer.issue(Scope.READ_CATALOGUE)
    ApiToken.objects.filter(pk=token.pk).update(scopes=["everything"])
    assert bearer.bearing(text).get(STORES).status_code == 403


def test_pages_take_no_token(stores: tuple[Store, Store]) -> None:
    client = bearer.client(*Scope)
    assert client.get("/members/")["Location"].startswith("/sign-in/")
    assert client.get("/admin/").status_code == 302


def test_a_wrong_token_is_not_made_good_by_a_session(people: People, signed_in: Callable[[User], Client]) -> None:
    assert signed_in(people.admin).get(STORES, headers={"authorization": "Bearer x"}).status_code == 401


def test_a_session_needs_the_proof_of_origin_and_a_token_does_not(people: People) -> None:
    staff, till = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    staff.force_login(people.admin, backend="django.contrib.auth.backends.ModelBackend")
    body = json.dumps({"products": [{"sku": "T1"}]})
    _token, text = bearer.issue(Scope.WRITE_CATALOGUE)
    sent: dict[str, Any] = {"data": body, "content_type": "application/json"}
    assert staff.post("/api/v1/products/batch/", **sent).status_code == 403
    assert till.post("/api/v1/products/batch/", headers={"authorization": f"Bearer {text}"}, **sent).status_code == 200


def test_the_last_use_is_noted_once_a_minute(stores: tuple[Store, Store]) -> None:
    token, text = bearer.issue(Scope.READ_CATALOGUE)
    start = clock.now()
    for seconds, noted in ((0, 0), (59, 0), (61, 61)):
        moment = start + dt.timedelta(seconds=seconds)
        with time_machine.travel(moment, tick=False):
            bearer.bearing(text).get(STORES)
        token.refresh_from_db()
        assert token.last_used_at == start + dt.timedelta(seconds=noted)


def test_a_request_of_a_token_costs_few_queries(stores: tuple[Store, Store]) -> None:
    client = bearer.client(Scope.READ_CATALOGUE, stores=stores)
    client.get(STORES)
    with CaptureQueriesContext(connection) as asked:
        client.get(STORES)
    assert len(asked) <= 4


def test_so_many_requests_a_minute(stores: tuple[Store, Store], settings: Any) -> None:
    cache.clear()
    settings.API_REQUESTS_PER_MINUTE = 2
    with time_machine.travel(dt.datetime(2026, 5, 4, 3, 2, 20, tzinfo=dt.UTC), tick=False):
        client, other = (bearer.client(Scope.READ_CATALOGUE, name=name) for name in ("a", "b"))
        assert [client.get(STORES).status_code for _ in range(3)] == [200, 200, 429]
        refused = client.get(STORES)
        assert (refused["Retry-After"], refused.json()["code"]) == ("40", "throttled")
        assert other.get(STORES).status_code == 200
    with time_machine.travel(dt.datetime(2026, 5, 4, 3, 3, tzinfo=dt.UTC), tick=False):
        assert client.get(STORES).status_code == 200

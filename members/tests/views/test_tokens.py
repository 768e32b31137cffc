"""Administrators make tokens, see each once, and end them."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client

from conftest import People
from members.lib import clock
from members.models import ApiToken, AuditEntry, Merchant
from members.queries import people as calendar
from members.tests import bearer

ADDRESS = "/members/tokens/"


@pytest.fixture
def admin(merchant: Merchant, people: People, signed_in: Callable[..., Client]) -> Client:
    return signed_in(people.admin)


def terms(**other: object) -> dict[str, object]:
    last = calendar.today() + dt.timedelta(days=30)
    return {"name": "Till 3", "scopes": ["orders:write"], "stores": ["S1"], "source": "api", "last_day": last} | other


def test_a_token_is_shown_once_and_works(admin: Client) -> None:
    shown = admin.post(ADDRESS, terms())
    text = re.search(r"loy_\w{8}_\w{32}", shown.content.decode())
    assert text is not None
    assert shown["Cache-Control"] == "no-store"
    assert text[0] not in admin.get(ADDRESS).content.decode()
    token = ApiToken.objects.get()
    assert text[0] not in repr(ApiToken.objects.values().get())
    assert [store.code for store in token.stores.all()] == ["S1"]
    assert bearer.bearing(text[0]).get("/api/v1/orders/").status_code == 403
    entry = AuditEntry.objects.get(subject_type="token")
    assert (entry.verb, entry.detail["stores"], entry.detail["scopes"]) == ("create", ["S1"], ["orders:write"])


def test_a_revoked_one_opens_nothing(admin: Client) -> None:
    token, text = bearer.issue("catalogue:read")
    assert bearer.bearing(text).get("/api/v1/stores/").status_code == 200
    assert admin.post(f"{ADDRESS}{token.pk}/revoke/").status_code == 302
    assert bearer.bearing(text).get("/api/v1/stores/").status_code == 401
    admin.post(f"{ADDRESS}{token.pk}/revoke/")
    assert AuditEntry.objects.filter(verb="revoke").count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "taken"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["members:pii"]}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"stores": []}, "stores"),
        ({"stores": ["S9"]}, "stores"),
        ({"last_day": "2020-01-01"}, "last_day"),
        ({"last_day": clock.now().date() + dt.timedelta(days=400)}, "last_day"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(admin: Client, wrong: dict[str, object], field: str) -> None:
    bearer.issue("orders:read", name="taken")
    response = admin.post(ADDRESS, terms(**wrong))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert ApiToken.objects.count() == 1

"""The page of shop connections: made with a secret that is pasted or shown once, given another, ended."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from conftest import People
from members.lib.actor import system
from members.models import AuditEntry, ShopConnection, Store
from members.services.shops import connections

FORM = {"kind": "woocommerce", "name": "Web shop", "source": "", "secret": ""}


@pytest.fixture
def client(people: People, signed_in: Callable[[Any], Client]) -> Client:
    return signed_in(people.admin)


def test_a_secret_that_we_make_is_shown_once_with_the_address_to_paste(
    client: Client, stores: tuple[Store, Store], settings: Any
) -> None:
    settings.DESK_URL = "https://desk.example.com"
    page = client.post("/members/connections/", FORM | {"store": stores[1].pk}).content.decode()
    made = ShopConnection.objects.get()
    assert (made.store, made.source) == (stores[1], "woocommerce")
    assert made.secret in page
    assert f"https://desk.example.com/hooks/woocommerce/{made.pk}/" in page
    assert made.secret not in client.get(f"/members/connections/{made.pk}/").content.decode()


def test_each_change_is_audited_without_the_secret(client: Client, stores: tuple[Store, Store]) -> None:
    client.post("/members/connections/", FORM | {"store": stores[0].pk, "secret": "pasted-secret"})
    path = f"/members/connections/{ShopConnection.objects.get().pk}/"
    assert "pasted-secret" not in client.post(f"{path}secret/", {"secret": "pasted-again"}).content.decode()
    assert ShopConnection.objects.get().secrets == ["pasted-again", "pasted-secret"]
    for deed in ("secret/end-old/", "deactivate/", "deactivate/"):
        assert client.post(path + deed).status_code == 302
    found = AuditEntry.objects.filter(subject_type="shop_connection").order_by("pk")
    assert [entry.verb for entry in found] == ["create", "renew_secret", "retire_secret", "deactivate"]
    assert "pasted" not in str([entry.detail for entry in found])
    assert ShopConnection.objects.get().secrets == []


def test_ending_one_is_asked_first_and_done_without_script(client: Client, stores: tuple[Store, Store]) -> None:
    client.post("/members/connections/", FORM | {"store": stores[0].pk})
    made = ShopConnection.objects.get()
    path = f"/members/connections/{made.pk}/deactivate/"
    assert f'href="{path}"' in client.get(f"/members/connections/{made.pk}/").content.decode()
    asked = client.get(path)
    assert b'method="post"' in asked.content
    made.refresh_from_db()
    assert made.is_active
    client.post(path)
    assert client.get(path).status_code == 302
    made.refresh_from_db()
    assert made.secrets == []


@pytest.mark.parametrize(
    "changes", [{"kind": "shopify"}, {"kind": "etsy"}, {"name": ""}, {"store": "99"}, {"secret": "short"}]
)
def test_what_cannot_be_connected_is_told(client: Client, stores: tuple[Store, Store], changes: dict[str, str]) -> None:
    assert client.post("/members/connections/", FORM | {"store": stores[0].pk} | changes).status_code == 422
    assert not ShopConnection.objects.exists()


def test_two_shops_do_not_share_a_source_while_both_are_connected(client: Client, stores: tuple[Store, Store]) -> None:
    client.cookies["django_language"] = "en"
    form = FORM | {"store": stores[0].pk}
    client.post("/members/connections/", form)
    again = client.post("/members/connections/", form | {"name": "Second shop"})
    assert again.status_code == 422
    assert "Orders of “Web shop” come under this source" in again.content.decode()
    assert client.post("/members/connections/", form | {"name": "C", "source": "woocommerce-2"}).status_code == 200
    assert "woocommerce-3" in client.post("/members/connections/", form | {"name": "D"}).content.decode()
    connections.deactivate(ShopConnection.objects.get(name="Web shop"), by=system("test"))
    assert client.post("/members/connections/", form | {"name": "Web shop, once more"}).status_code == 200
    assert ShopConnection.objects.filter(source="woocommerce").count() == 2

"""The page behind an invitation: who they are, how they sign in, and in they are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from conftest import People
from members.lib.actor import Actor
from members.lib.roles import Role
from members.models import StaffSession, Store, User
from members.services import invitations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("merchant")]
ME = {
    "display_name": "周晓雯", "username": "zhou@example.com", "language": "en", "password": "three-long-words",
    "password_again": "three-long-words",
}  # fmt: skip


@pytest.fixture
def link(actors: dict[str, Actor], stores: tuple[Store, Store]) -> str:
    _invitation, secret = invitations.invite(
        name="Zhou", email="zhou@example.com", role=Role.CLERK, stores=stores[:1], by=actors["manager"]
    )
    return f"/invitation/{secret}/"


def test_the_link_leads_to_an_address_without_the_secret_and_then_in(client: Client, link: str) -> None:
    assert client.get(link).headers["Location"] == "/invitation/"
    page = client.get("/invitation/")
    assert "no-store" in page.headers["Cache-Control"]
    assert 'value="zhou@example.com"' in page.text
    answer = client.post("/invitation/", ME)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert answer.cookies["django_language"].value == "en"
    user = User.objects.get(username="zhou@example.com")
    assert (user.role, user.display_name) == ("clerk", "周晓雯")
    assert StaffSession.objects.filter(user=user).count() == 1
    assert client.get("/members/look-up/").status_code == 200
    assert client.get("/invitation/").status_code == 404
    assert Client().get(link).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "two words"}, "username"),
        ({"username": "CLERK"}, "username"),
        ({"display_name": ""}, "display_name"),
        ({"password": "12345678", "password_again": "12345678"}, "password"),
        ({"password_again": "other"}, "password_again"),
        ({"language": "xx"}, "language"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_the_link_still_works(
    client: Client, link: str, wrong: dict[str, str], field: str
) -> None:
    client.get(link)
    answer = client.post("/invitation/", {**ME, **wrong})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.text
    assert client.post("/invitation/", ME).status_code == 302


def test_role_and_stores_are_those_of_the_invitation_whatever_is_sent(
    client: Client, link: str, stores: tuple[Store, Store]
) -> None:
    client.get(link)
    client.post("/invitation/", {**ME, "role": "admin", "stores": stores[1].pk, "is_superuser": "1"})
    user = User.objects.get(username="zhou@example.com")
    assert (user.role, user.is_superuser, list(user.stores.all())) == ("clerk", False, [stores[0]])


def test_withdrawn_between_reading_and_sending_nothing_is_made(
    client: Client, link: str, actors: dict[str, Actor]
) -> None:
    client.get(link)
    from members.models import Invitation  # noqa: PLC0415 - only here

    invitations.withdraw(Invitation.objects.get(), by=actors["admin"])
    assert client.post("/invitation/", ME).status_code == 404
    assert not User.objects.filter(username="zhou@example.com").exists()


def test_whoever_was_signed_in_in_that_browser_no_longer_is(
    link: str, people: People, signed_in: Callable[[User], Client]
) -> None:
    client: Any = signed_in(people.admin)
    client.get(link)
    assert "admin" in client.get("/invitation/").text
    client.post("/invitation/", ME)
    assert not StaffSession.objects.filter(user=people.admin).exists()
    assert client.get("/admin/").status_code == 403

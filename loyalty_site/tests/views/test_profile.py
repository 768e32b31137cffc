from collections.abc import Callable

import pytest
from django.test import Client

from conftest import People
from members.models import AuditEntry, User

pytestmark = pytest.mark.django_db
ADDRESS = "/profile/"
SAME = {"display_name": "clerk", "language": "zh-hans", "email": ""}


@pytest.fixture
def clerk(people: People, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(people.clerk)


def test_the_name_in_the_bar_leads_there(clerk: Client) -> None:
    assert f'href="{ADDRESS}"' in clerk.get("/members/look-up/").text


def test_name_and_language_are_kept_and_written_down(clerk: Client, people: People) -> None:
    answer = clerk.post(ADDRESS, {**SAME, "display_name": "周晓雯", "language": "en"})
    assert answer.cookies["django_language"].value == "en"
    again = User.objects.get(pk=people.clerk.pk)
    assert (again.display_name, again.language, again.role) == ("周晓雯", "en", "clerk")
    assert AuditEntry.objects.get(verb="change").detail["changes"]["name"]["after"] == "周晓雯"


def test_a_new_address_needs_the_password(clerk: Client, people: People) -> None:
    changed = {**SAME, "email": "clerk@example.com"}
    for password in ("", "wrong"):
        answer = clerk.post(ADDRESS, {**changed, "password": password})
        assert answer.status_code == 422
        assert 'id="id_password_error"' in answer.text
    assert clerk.post(ADDRESS, {**changed, "password": "pw-for-tests"}).status_code == 302
    assert User.objects.get(pk=people.clerk.pk).email == "clerk@example.com"
    assert "clerk@example.com" not in str(AuditEntry.objects.get(verb="change").detail)


def test_nobody_makes_themselves_more_than_they_are(clerk: Client, people: People) -> None:
    clerk.post(ADDRESS, {**SAME, "display_name": "x", "role": "admin", "is_superuser": "1", "stores": "2"})
    again = User.objects.get(pk=people.clerk.pk)
    assert (again.role, again.is_superuser) == ("clerk", False)
    assert [store.code for store in again.stores.all()] == ["S1"]

"""Before what gives away rights or people the password is asked for again, unless it was given of late."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from conftest import People
from members.lib.access import PROOF_LASTS
from members.models import ApiToken, Invitation, Store, User

pytestmark = pytest.mark.django_db
PASSWORD = "pw-for-tests"
INVITED = {"display_name": "Lin", "role": "admin", "email": "", "by": "link"}


@pytest.fixture
def late(people: People, signed_in: Callable[[User], Client]) -> Iterator[Client]:
    """An administrator whose password is older than it may be; the clock stands still."""
    with time_machine.travel(dt.datetime(2026, 5, 4, 8, tzinfo=dt.UTC), tick=False) as now:
        client = signed_in(people.admin)
        now.shift(PROOF_LASTS)
        yield client


def kept(page: str) -> list[tuple[str, str]]:
    """What the page sends on."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return [(name, value) for name, value in found if name != "csrfmiddlewaretoken"]


def test_the_form_goes_on_with_all_that_was_typed(late: Client, stores: tuple[Store, Store]) -> None:
    typed = {"name": "Till 1 <&>", "scopes": ["orders:read", "orders:write"], "every_store": "on", "source": "till",
             "last_day": "2026-12-31"}  # fmt: skip
    asked = late.post("/members/tokens/", typed, headers={"referer": "http://testserver/members/tokens/"})
    assert asked.status_code == 403
    assert asked["Cache-Control"] == "no-store"
    assert 'action="/members/tokens/"' in asked.text
    assert asked.text.count('value="orders:') == 2
    assert "Till 1 &lt;&amp;&gt;" in asked.text
    assert not ApiToken.objects.exists()
    wrong = late.post("/members/tokens/", {**typed, "proof_password": "wrong", "proof_back": "/members/tokens/"})
    assert wrong.status_code == 403
    assert "wrong" not in [value for _name, value in kept(wrong.text)]
    assert 'href="/members/tokens/"' in wrong.text
    answer = late.post("/members/tokens/", {**typed, "proof_password": PASSWORD})
    assert answer.status_code == 200
    assert ApiToken.objects.get().name == "Till 1 <&>"
    typed["name"] = "Till 2"
    assert late.post("/members/tokens/", typed).status_code == 200, "proven for a while"


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/members/staff/{clerk}/change/", {"display_name": "x", "role": "admin"}),
        ("/members/staff/{clerk}/password-link/", {}),
        ("/members/staff/{clerk}/activate/", {}),
        ("/members/staff/invite/", INVITED),
        ("/exports/new/?of=members&list=", {"whole": "on", "reason": "Recall of a product"}),
        ("/members/tokens/", {}),
        ("/members/connections/", {}),
        ("/members/connections/1/secret/", {}),
        ("/members/webhooks/", {}),
        ("/members/webhooks/1/secret/", {}),
    ],
)
def test_each_of_these_asks(late: Client, people: People, path: str, form: dict[str, str]) -> None:
    answer = late.post(path.format(clerk=people.clerk.pk), form)
    assert answer.status_code == 403
    assert "proof_password" in answer.text


def test_what_gives_little_away_does_not_ask(late: Client, people: People, stores: tuple[Store, Store]) -> None:
    invited = {**INVITED, "role": "clerk", "stores": [stores[0].pk]}
    assert late.post("/members/staff/invite/", invited).status_code == 200
    assert Invitation.objects.count() == 1
    assert late.post("/exports/new/?of=members&list=").status_code == 302
    assert late.get("/members/tokens/").status_code == 200


def test_who_may_not_is_told_so_and_not_asked(people: People, signed_in: Callable[[User], Client]) -> None:
    client = signed_in(people.manager)
    session = client.session
    session["_proved_at"] = 0
    session.save()
    answer = client.post("/members/tokens/")
    assert answer.status_code == 403
    assert "proof_password" not in answer.text


def test_wrong_passwords_count_as_those_of_the_sign_in(late: Client, people: People, settings: Any) -> None:
    form = {**INVITED, "proof_password": "wrong"}
    answers = [late.post("/members/staff/invite/", form) for _try in range(settings.AXES_FAILURE_LIMIT)]
    assert "proof_password" in answers[0].text
    locked = late.post("/members/staff/invite/", {**form, "proof_password": PASSWORD})
    assert locked.status_code == 429 or "proof_password" not in locked.text
    assert not Invitation.objects.exists()
    signing_in = Client().post("/sign-in/", {"username": "admin", "password": PASSWORD})
    assert signing_in.status_code != 302, "one counter for both"


def test_the_page_leads_nowhere_else(late: Client) -> None:
    answer = late.post("/members/tokens/", headers={"referer": "https://evil.example/x"})
    assert "evil.example" not in answer.text

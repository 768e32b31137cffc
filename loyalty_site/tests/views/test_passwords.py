"""A password changed, or set anew by a link: the link works once, and nothing tells whose address is known."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.test import Client

from conftest import People
from members.models import AuditEntry, Job, Merchant, User

pytestmark = pytest.mark.django_db
FORGOTTEN, ASKED = "/password/forgotten/", "/password/asked/"
NEW = "three-long-words"
TWICE = {"new_password1": NEW, "new_password2": NEW}


@pytest.fixture
def clerk(merchant: Merchant, people: People) -> User:
    people.clerk.email = "Clerk@example.com"
    people.clerk.save()
    return people.clerk


def signs_in(username: str, password: str) -> Client | None:
    client = Client()
    client.post("/sign-in/", {"username": username, "password": password})
    return client if client.get("/search/").status_code == 200 else None


def link_in(text: str) -> str:
    found = re.search(r"/password/new/[\w-]+/[\w-]+/", text)
    assert found
    return found[0]


def follow(client: Client, link: str) -> str:
    """Open a link; the address without the secret that it leads to."""
    answer = client.get(link)
    assert answer.status_code == 302
    return answer.headers["Location"]


class TestForgotten:
    def test_a_link_comes_by_mail_and_works_once(
        self, client: Client, clerk: User, work_off: Callable[[], int]
    ) -> None:
        open_elsewhere = signs_in("clerk", "pw-for-tests")
        client.post(FORGOTTEN, {"email": "clerk@EXAMPLE.com"})
        work_off()
        [letter] = outbox.outbox
        link = link_in(letter.body)
        at = follow(client, link)
        assert link not in client.get(at).text
        assert client.post(at, TWICE).headers["Location"] == "/sign-in/"
        assert signs_in("clerk", NEW)
        assert not signs_in("clerk", "pw-for-tests")
        assert open_elsewhere
        assert open_elsewhere.get("/search/").status_code == 302
        assert Client().get(link).status_code == 404
        assert client.post(at, TWICE).status_code == 404
        told = AuditEntry.objects.filter(subject_id=str(clerk.pk)).values_list("verb", flat=True)
        assert {"mail_password_link", "set_password", "end_sessions"} <= set(told)

    def test_the_answer_is_the_same_for_whoever_is_not_known(
        self, client: Client, clerk: User, work_off: Callable[[], int]
    ) -> None:
        answers = [client.post(FORGOTTEN, {"email": name}) for name in ("clerk@example.com", "nobody@example.com")]
        assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(302, ASKED)] * 2
        assert Job.objects.filter(kind="password_mail").count() == 2, "the same work, so that no clock tells them apart"
        assert "example.com" not in str(list(Job.objects.values()))
        work_off()
        assert len(outbox.outbox) == 1

    def test_who_is_deactivated_gets_none(self, client: Client, clerk: User, work_off: Callable[[], int]) -> None:
        User.objects.filter(pk=clerk.pk).update(is_active=False)
        client.post(FORGOTTEN, {"email": "clerk@example.com"})
        work_off()
        assert outbox.outbox == []

    def test_one_address_gets_three_an_hour(self, client: Client, clerk: User, work_off: Callable[[], int]) -> None:
        for _ in range(5):
            assert client.post(FORGOTTEN, {"email": "clerk@example.com"}).headers["Location"] == ASKED
        work_off()
        assert len(outbox.outbox) == 3

    def test_one_place_asks_ten_times_in_a_quarter_of_an_hour(self, client: Client, clerk: User) -> None:
        with time_machine.travel("2026-05-01T08:00:00Z"):
            for number in range(10):
                assert client.post(FORGOTTEN, {"email": f"x{number}@example.com"}).status_code == 302
            assert client.post(FORGOTTEN, {"email": "clerk@example.com"}).status_code == 429
        with time_machine.travel("2026-05-01T08:15:01Z"):
            assert client.post(FORGOTTEN, {"email": "clerk@example.com"}).status_code == 302

    def test_without_a_mail_server_the_page_says_who_helps(self, client: Client, clerk: User, settings: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        assert 'name="email"' not in client.get(FORGOTTEN).text
        assert "管理员" in client.post(FORGOTTEN, {"email": "clerk@example.com"}).text
        assert not Job.objects.exists()


class TestTheLinkOfAnAdministrator:
    def link(self, client: Client, user: User) -> str:
        page = client.post(f"/members/staff/{user.pk}/password-link/")
        assert page.headers["Cache-Control"].count("no-store") == 1
        return link_in(page.text)

    def test_lets_its_person_choose_a_password(
        self, people: People, signed_in: Callable[[User], Client], client: Client
    ) -> None:
        at = follow(client, self.link(signed_in(people.admin), people.clerk))
        assert client.post(at, {"new_password1": "12345678", "new_password2": "12345678"}).status_code == 200
        assert client.post(at, TWICE).status_code == 302
        assert signs_in("clerk", NEW)

    def test_ends_after_a_day_and_with_the_next_sign_in(
        self, people: People, signed_in: Callable[[User], Client], client: Client
    ) -> None:
        with time_machine.travel("2026-05-01T08:00:00Z"):
            link = self.link(signed_in(people.admin), people.clerk)
        with time_machine.travel("2026-05-02T08:00:01Z"):
            assert client.get(link).status_code == 404
            link = self.link(signed_in(people.admin), people.clerk)
        with time_machine.travel("2026-05-02T09:00:00Z"):
            assert signs_in("clerk", "pw-for-tests")
            assert client.get(link).status_code == 404

    def test_is_void_for_who_was_deactivated_since(
        self, people: People, signed_in: Callable[[User], Client], client: Client
    ) -> None:
        link = self.link(signed_in(people.admin), people.clerk)
        at = follow(client, link)
        User.objects.filter(pk=people.clerk.pk).update(is_active=False)
        assert client.get(link).status_code == 404
        assert client.post(at, TWICE).status_code == 404


class TestGuessing:
    def test_ten_links_that_are_none_shut_the_door_for_all_links(
        self, client: Client, people: People, signed_in: Callable[[User], Client]
    ) -> None:
        good = TestTheLinkOfAnAdministrator().link(signed_in(people.admin), people.clerk)
        for number in range(5):
            assert client.get(f"/invitation/guess{number}/").status_code == 404
            assert client.get(f"/password/new/Mg/guess-{number}/").status_code == 404
        assert client.get("/invitation/guess/").status_code == 429
        assert client.get(good).status_code == 429
        assert Client(REMOTE_ADDR="10.0.0.9").get(good).status_code == 302

    def test_and_leave_the_sign_in_open_as_a_locked_sign_in_leaves_the_links(
        self, client: Client, people: People, signed_in: Callable[[User], Client], settings: Any
    ) -> None:
        for number in range(10):
            client.get(f"/invitation/guess{number}/")
        assert signs_in("clerk", "pw-for-tests")
        good = TestTheLinkOfAnAdministrator().link(signed_in(people.admin), people.clerk)
        elsewhere = {"REMOTE_ADDR": "10.0.0.9"}
        for _ in range(settings.AXES_FAILURE_LIMIT):
            Client(**elsewhere).post("/sign-in/", {"username": "clerk", "password": "wrong"})
        assert Client(**elsewhere).get(good).status_code == 302


class TestTheOwn:
    def test_is_changed_with_the_old_one_and_signs_out_everywhere_else(
        self, merchant: Merchant, people: People
    ) -> None:
        here, there = (signs_in("clerk", "pw-for-tests") for _ in range(2))
        assert here
        assert there
        assert here.post("/profile/password/", {"old_password": "pw-for-tests", **TWICE}).status_code == 302
        assert here.get("/search/").status_code == 200
        assert there.get("/search/").status_code == 302
        assert signs_in("clerk", NEW)

    def test_a_wrong_old_one_is_refused_and_counted(self, people: People, signed_in: Callable[[User], Client]) -> None:
        client = signed_in(people.clerk)
        for _ in range(8):
            assert client.post("/profile/password/", {"old_password": "wrong", **TWICE}).status_code == 422
        answer = client.post("/profile/password/", {"old_password": "pw-for-tests", **TWICE})
        assert answer.status_code == 422
        assert "15" in answer.text
        assert signs_in("clerk", "pw-for-tests")

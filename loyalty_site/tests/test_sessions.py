"""A session lasts while it is used and no longer than any may; it is ended from elsewhere at once."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import People
from members.lib import clock
from members.models import AuditEntry, Merchant, StaffSession, User
from members.queries.actors import actor_for
from members.services import staff

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
PAGE = "/search/"
AGENT = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"


def sign_in(user: User) -> Client:
    client = Client(HTTP_USER_AGENT=AGENT)
    answer = client.post("/sign-in/", {"username": user.username, "password": "pw-for-tests"})
    assert answer.status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    ("who", "minutes"), [("marketer", settings.SESSION_IDLE_MINUTES), ("clerk", settings.SESSION_IDLE_MINUTES_CLERK)]
)
def test_it_ends_when_nothing_was_done_for_long_enough(
    who: str, minutes: int, merchant: Merchant, people: People
) -> None:
    with time_machine.travel(START, tick=False) as now:
        client = sign_in(getattr(people, who))
        now.shift(dt.timedelta(minutes=minutes - 1))
        assert is_in(client)
        now.shift(dt.timedelta(minutes=minutes - 1))
        assert is_in(client), "each use begins the minutes anew"
        now.shift(dt.timedelta(minutes=minutes))
        answer = client.get(PAGE, follow=True)
        assert answer.redirect_chain[0][0].startswith("/sign-in/")
        assert "没有操作" in answer.text
        assert not StaffSession.objects.exists()


def test_it_ends_after_its_full_time_however_much_it_is_used(merchant: Merchant, people: People) -> None:
    with time_machine.travel(START, tick=False) as now:
        client = sign_in(people.marketer)
        while clock.now() - START < dt.timedelta(hours=settings.SESSION_HOURS) - dt.timedelta(hours=1):
            now.shift(dt.timedelta(hours=1))
            assert is_in(client)
        now.shift(dt.timedelta(hours=1))
        assert not is_in(client)


def test_what_a_page_fetches_by_itself_does_not_keep_it_alive(merchant: Merchant, people: People) -> None:
    with time_machine.travel(START, tick=False) as now:
        client = sign_in(people.clerk)
        for _minute in range(settings.SESSION_IDLE_MINUTES_CLERK):
            now.shift(dt.timedelta(minutes=1))
            client.get(PAGE, headers={"HX-Request": "true"})
        assert not is_in(client)


def test_a_page_writes_at_most_once_a_minute(merchant: Merchant, people: People) -> None:
    with time_machine.travel(START, tick=False) as now:
        client = sign_in(people.marketer)
        written = []
        for _half_minute in range(4):
            now.shift(dt.timedelta(seconds=30))
            with CaptureQueriesContext(connection) as asked:
                client.get(PAGE)
            written.append(sum(not query["sql"].startswith("SELECT") for query in asked.captured_queries))
    assert written == [0, 1, 0, 1]


def test_signing_out_or_in_again_leaves_no_session_behind(merchant: Merchant, people: People) -> None:
    client = sign_in(people.marketer)
    client.post("/sign-in/", {"username": "marketer", "password": "pw-for-tests"})
    assert StaffSession.objects.count() == 1
    client.post("/sign-out/")
    assert not StaffSession.objects.exists()


def test_who_is_deactivated_is_out_at_once_everywhere(merchant: Merchant, people: People) -> None:
    clients = [sign_in(people.clerk), sign_in(people.clerk)]
    staff.deactivate(people.clerk, by=actor_for(people.admin))
    assert [is_in(client) for client in clients] == [False, False]
    staff.activate(people.clerk, by=actor_for(people.admin))
    assert [is_in(client) for client in clients] == [False, False], "taken back, they sign in anew"


def test_the_api_asks_for_an_open_session_too(merchant: Merchant, people: People) -> None:
    client = sign_in(people.marketer)
    assert client.get("/api/v1/reports/").status_code == 200
    StaffSession.objects.all().delete()
    assert client.get("/api/v1/reports/").status_code == 401


class TestTheOwnList:
    def test_says_where_and_with_what_and_which_is_this_one(self, merchant: Merchant, people: People) -> None:
        client = sign_in(people.marketer)
        sign_in(people.marketer)
        page = client.get("/profile/").text
        assert page.count("Chrome · Windows</b>") == 2
        assert page.count("127.0.0.1") == 2
        assert page.count("当前浏览器") == 1

    def test_one_is_ended_or_all_others(self, merchant: Merchant, people: People) -> None:
        here, *others = [sign_in(people.marketer) for _ in range(4)]
        one = StaffSession.objects.order_by("pk")[1]
        assert here.post(f"/profile/sessions/{one.pk}/end/").status_code == 302
        assert [is_in(other) for other in others] == [False, True, True]
        here.post("/profile/sessions/end-others/")
        assert [is_in(client) for client in (here, *others)] == [True, False, False, False]
        assert AuditEntry.objects.filter(verb="end_sessions").count() == 2

    def test_those_of_others_are_not_there(
        self, merchant: Merchant, people: People, signed_in: Callable[[User], Client]
    ) -> None:
        theirs = sign_in(people.admin)
        mine = signed_in(people.marketer)
        session = StaffSession.objects.get(user=people.admin)
        assert mine.post(f"/profile/sessions/{session.pk}/end/").status_code == 404
        assert is_in(theirs)

"""Idempotency-Key: whatever a till sends again, and whatever breaks in between, happens once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import OperationalError, connections
from django.test import Client
from django.urls import reverse

from members.lib import clock
from members.lib.actor import system
from members.lib.roles import Scope
from members.models import AuditEntry, Member, Store
from members.services import enrolment, jobs
from members.tests import bearer
from rewards.models import TillRequest
from rewards.services import till_requests
from rewards.tests.api.till import done, send, till
from rewards.urls import till_patterns

PHONE = {"phone": "13812341234"}
READS = {"look-up", "quote"}  # asked by POST, so that no phone lands in an address
pytestmark = pytest.mark.usefixtures("merchant")


@pytest.fixture
def one(stores: tuple[Store, Store]) -> Client:
    return till(stores[:1])


def posts() -> list[str]:
    return [
        pattern.name for pattern in till_patterns if "post" in pattern.callback.cls.http_method_names
        and hasattr(pattern.callback.cls, "post")
    ]  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(posts()) - READS))
def test_every_change_of_the_till_api_asks_for_a_key(one: Client, name: str) -> None:
    """Also one that is added tomorrow: the addresses are those of urls.py."""
    pattern = next(each for each in till_patterns if each.name == name)
    kwargs = dict.fromkeys(pattern.pattern.converters, "1")
    answer = one.post(reverse(f"till:{name}", kwargs=kwargs), "{}", "application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key")
    assert "Idempotency-Key" in answer.json()["error"]


def test_there_are_changes() -> None:
    assert {"enrol", "sell", "refund", "void", "exchange", "use-benefit"} == set(posts()) - READS


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "é"])
def test_what_can_be_no_key(one: Client, key: str) -> None:
    assert done(send(one, "members/", PHONE, key), 400)["code"] == "idempotency_key"
    assert not TillRequest.objects.exists()


def test_the_same_again_is_answered_the_same_and_done_once(one: Client) -> None:
    first = send(one, "members/", PHONE, "k")
    second = send(one, "members/", {"phone": "13812341234"}, "k")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert ("Idempotency-Replayed" in first.headers, second["Idempotency-Replayed"]) == (False, "true")
    assert AuditEntry.objects.filter(verb="enrol").count() == 1


def test_another_body_under_the_key_is_refused(one: Client) -> None:
    send(one, "members/", PHONE, "k")
    assert done(send(one, "members/", {"phone": "13812341235"}, "k"), 422)["code"] == "idempotency_key_reused"
    assert Member.objects.count() == 1


def test_each_token_has_keys_of_its_own(one: Client, stores: tuple[Store, Store]) -> None:
    send(one, "members/", PHONE, "k")
    assert done(send(till(stores[1:], name="other"), "members/", {"phone": "13812341235"}, "k"), 201)
    assert Member.objects.count() == 2


def test_a_refusal_is_kept_too_and_leaves_nothing(one: Client) -> None:
    """A till that told its customer no must not hear yes when its message comes a second time."""
    body = {"phone": "13812341234", "consents": ["marketing"], "store": "S2"}
    assert done(send(one, "members/", body, "k"), 422)["code"] == "refused"
    assert send(one, "members/", body, "k")["Idempotency-Replayed"] == "true"
    assert not Member.objects.exists()


def test_a_body_that_is_not_understood_leaves_the_key_free(one: Client) -> None:
    done(send(one, "members/", {"fone": "1"}, "k"), 400)
    done(send(one, "members/", PHONE, "k"), 201)


def test_what_is_being_done_elsewhere_is_not_done_again(one: Client) -> None:
    with _frozen():
        done(send(one, "members/", PHONE, "k"), 201)
        TillRequest.objects.update(status=None, answer="")  # as if it were still on its way
        answer = send(one, "members/", PHONE, "k")
        assert (answer.status_code, answer["Retry-After"]) == (409, str(settings.TILL_KEY_SECONDS + 1))
        assert done(send(one, "members/", {"phone": "1"}, "k"), 422)


def _frozen() -> Any:
    return time_machine.travel(clock.now(), tick=False)


def test_a_crash_before_the_commit_leaves_no_effect_and_frees_the_key(
    one: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(enrolment.audit, "record", _raises(RuntimeError))
        assert send(one, "members/", PHONE, "k").status_code == 500
    assert (Member.objects.count(), TillRequest.objects.count()) == (0, 0)
    done(send(one, "members/", PHONE, "k"), 201)


def test_a_database_that_goes_away_is_a_503_and_the_key_is_free(one: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    one.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(enrolment.audit, "record", _raises(OperationalError))
        assert send(one, "members/", PHONE, "k").status_code == 503
    done(send(one, "members/", PHONE, "k"), 201)


def _raises(error: type[Exception]) -> Any:
    def fail(**_said: Any) -> None:
        raise error

    return fail


def test_a_killed_server_leaves_a_key_that_frees_itself_with_its_lease(one: Client) -> None:
    """It had taken the request up and is gone: nobody could tidy up after it."""
    with time_machine.travel("2026-05-04T10:00:00Z", tick=False) as watch:
        done(send(one, "members/", {"number": "N1"}, "k"), 201)
        TillRequest.objects.update(status=None, answer="")
        assert send(one, "members/", {"number": "N1"}, "k").status_code == 409
        watch.shift(dt.timedelta(seconds=settings.TILL_KEY_SECONDS))
        assert done(send(one, "members/", {"number": "N1"}, "k"))["existing"] is True


def test_one_that_wakes_up_after_its_lease_was_taken_changes_nothing(db: None) -> None:
    by = system("till")
    with time_machine.travel("2026-05-04T10:00:00Z", tick=False) as watch:
        old = till_requests.claim(key="k", asked=b"1", by=by)
        watch.shift(dt.timedelta(seconds=settings.TILL_KEY_SECONDS))
        new = till_requests.claim(key="k", asked=b"1", by=by)
        assert isinstance(old, till_requests.Lease)
        assert isinstance(new, till_requests.Lease)
        done_by: list[str] = []
        with pytest.raises(till_requests.Running):
            till_requests.fulfil(old, lambda: _note(done_by, "old"))
        assert till_requests.fulfil(new, lambda: _note(done_by, "new")).body == '"new"'
        assert done_by == ["new"]
        assert till_requests.claim(key="k", asked=b"1", by=by) == till_requests.Answer(200, '"new"')


def _note(done_by: list[str], who: str) -> till_requests.Answer:
    done_by.append(who)
    return till_requests.Answer(200, f'"{who}"')


def test_answers_are_kept_for_ninety_days(one: Client, stores: tuple[Store, Store]) -> None:
    with time_machine.travel("2026-05-04T10:00:00Z", tick=False) as watch:
        send(one, "members/", PHONE, "k")
        watch.shift(till_requests.KEPT)
        assert till_requests.delete_old() == 0
        watch.shift(dt.timedelta(seconds=1))
        job = jobs.enqueue("housekeeping", {}, by=system("test"))
        jobs.run(job.pk)
    assert not TillRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_five_at_once_are_done_once(stores: tuple[Store, Store]) -> None:
    """Threads with connections of their own: whoever is too early hears 409, nobody does it twice."""
    _token, text = bearer.issue(Scope.TILL, stores=stores[:1])

    def ask(_number: int) -> Any:
        try:
            return send(bearer.bearing(text), "members/", PHONE, "k")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(ask, range(5)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers if answer.status_code == 201) == 1
    assert AuditEntry.objects.filter(verb="enrol").count() == Member.objects.count() == 1
    assert done(send(bearer.bearing(text), "members/", PHONE, "k"), 201)

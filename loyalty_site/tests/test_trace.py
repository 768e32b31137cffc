"""The id of a request, on its way through answer, log and jobs; and what a log line must not hold."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client, override_settings

from conftest import People
from loyalty_site.logs import InOneLine, JsonLines, Lines, WithRequest
from members.lib import request_id
from members.lib.actor import system
from members.models import AuditEntry, Job, User
from members.services import jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a server with LOG_FORMAT=json writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    handler.addFilter(WithRequest())
    named, root = logging.getLogger("loyalty.requests"), logging.getLogger()
    before = named.level
    named.setLevel(logging.INFO)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    named.setLevel(before)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


class TestTheId:
    def test_is_taken_from_the_proxy_when_it_is_one(self, client: Client) -> None:
        assert client.get("/healthz", headers={"X-Request-ID": "abc-123_DEF.9"})["X-Request-ID"] == "abc-123_DEF.9"

    @pytest.mark.parametrize(
        "given", ["", "short", "x" * 65, "王小明王小明王小明", 'abcdefgh","level":"x', "../../etc/passwd"]
    )
    def test_is_made_when_what_was_given_is_none(self, client: Client, given: str) -> None:
        made = client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]
        assert made != given
        assert len(made) == 16

    def test_goes_with_the_jobs_a_request_asks_for(self) -> None:
        seen: list[str] = []
        jobs.handler("test-id")(lambda run: seen.append(request_id.current()))
        try:
            with request_id.carried("from-a-request"):
                job = jobs.enqueue("test-id", {}, system("test"))
            jobs.run(job.pk)
        finally:
            jobs._kinds.pop("test-id")
        assert seen == ["from-a-request"]
        assert request_id.current() == ""


class TestALine:
    def test_tells_a_request_by_pattern_without_person_or_query(
        self, log: io.StringIO, people: People, signed_in: Callable[[User], Client]
    ) -> None:
        client = signed_in(people.marketer)
        client.get("/members/13800001111/?q=王小明", headers={"X-Request-ID": "request-0001"})
        told = next(line for line in lines(log) if line["logger"] == "loyalty.requests")
        assert (told["request_id"], told["route"], told["view"], told["status"]) == (
            "request-0001", "/members/<str:number>/", "members:page", 404,
        )  # fmt: skip
        assert "13800001111" not in log.getvalue()
        assert "王小明" not in log.getvalue()

    @pytest.mark.parametrize("formatter", [JsonLines(), Lines()])
    def test_tells_of_an_error_where_it_arose_and_not_what_it_quotes(self, formatter: logging.Formatter) -> None:
        phone = "+86138" + "00001111"  # the line of code that raises is shown, its values are not
        try:
            try:
                raise KeyError(phone)  # noqa: TRY301
            except KeyError as error:
                raise RuntimeError(f"Key (phone)=({phone}) exists") from error
        except RuntimeError:
            record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it broke", (), sys.exc_info())
        told = formatter.format(record)
        assert "RuntimeError" in told
        assert "KeyError" in told
        assert "test_trace.py" in told
        assert phone not in told

    def test_names_a_refused_request_by_pattern(self, rf: Any) -> None:
        record = logging.LogRecord(
            "django.request", logging.WARNING, "", 1, "%s: %s", ("Not Found", "/members/1380/"), None
        )
        record.request = rf.get("/members/1380/")
        record.request.resolver_match = None
        InOneLine().filter(record)
        assert record.getMessage() == "Not Found: ?"


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("<script>", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_behind_a_proxy_the_visitor_is_whom_the_proxy_names(people: People, header: str, address: str) -> None:
    with override_settings(BEHIND_PROXY=True, HTTPS=False):
        client = Client()  # builds its own chain of middleware
        client.force_login(people.admin, backend="django.contrib.auth.backends.ModelBackend")
        job = Job.objects.create(kind="test")
        client.post(f"/jobs/{job.pk}/cancel/", headers={"X-Forwarded-For": header})
    assert AuditEntry.objects.filter(verb="cancel").latest("pk").ip == address


def test_elsewhere_nobody_may_say_who_they_are(people: People, signed_in: Callable[[User], Client]) -> None:
    job = Job.objects.create(kind="test")
    signed_in(people.admin).post(f"/jobs/{job.pk}/cancel/", headers={"X-Forwarded-For": "203.0.113.9"})
    assert AuditEntry.objects.filter(verb="cancel").latest("pk").ip == "127.0.0.1"

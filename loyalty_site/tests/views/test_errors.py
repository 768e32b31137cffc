import json
import logging
from collections.abc import Iterator

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.translation import override

from loyalty_site.views import errors
from members.lib.actor import NOBODY
from members.lib.roles import Right

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    with override("zh-hans"):
        yield


@pytest.fixture
def request_of(rf: RequestFactory):
    def build(actor=NOBODY):
        request = rf.get("/x/")
        request.actor = actor
        return request

    return build


def test_a_page_that_is_not_there(client, merchant):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "这里没有内容" in answer.text
    client.cookies["django_language"] = "en"
    assert "There is nothing here" in client.get("/no/such/page/").text


def test_a_forbidden_page_names_the_right_and_who_can_give_it(request_of, actors):
    answer = errors.forbidden(request_of(actors["clerk"]), PermissionDenied(Right.SEE_REPORTS))
    assert answer.status_code == 403
    assert "查看报表" in answer.text
    assert "admin" in answer.text


def test_a_refusal_is_one_line_in_the_log(people, signed_in, caplog):
    assert signed_in(people.marketer).get("/admin/").status_code == 403
    assert [record.exc_info for record in caplog.records] == [None]


def test_every_right_has_words():
    assert set(errors.WORDS) == set(Right) - {Right.PUBLIC, Right.SIGNED_IN}


def test_a_refusal_without_a_right_is_still_a_page(request_of):
    assert errors.forbidden(request_of(), PermissionDenied()).status_code == 403


def test_our_own_sentence_is_shown_and_a_strangers_is_not(request_of):
    ours = errors.bad_request(request_of(), BadRequest("The month 2026-13 does not exist."))
    assert ours.status_code == 400
    assert "2026-13" in ours.text
    assert "evil" not in errors.bad_request(request_of(), SuspiciousOperation("evil")).text


def test_a_form_without_proof_of_origin_is_refused_with_a_way_out(merchant):
    answer = Client(enforce_csrf_checks=True).post(reverse("language"), {"language": "en"})
    assert answer.status_code == 403
    assert "表单没有提交" in answer.text


def test_an_address_that_only_takes_forms_is_a_page_to_go_on_from(signed_in, people):
    answer = signed_in(people.admin).get(reverse("members:tag"))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer.templates[0].name == "errors/error.html"


def test_a_fault_of_ours_gives_a_number_that_is_in_the_log(request_of, caplog, django_assert_num_queries):
    with django_assert_num_queries(0), caplog.at_level(logging.ERROR):
        try:
            raise RuntimeError("boom")  # noqa: TRY301 - the handler runs inside an except
        except RuntimeError:
            answer = errors.broken(request_of())
    number = caplog.records[0].getMessage().split()[1]
    assert answer.status_code == 500
    assert number in answer.text
    assert "boom" in caplog.text
    assert "boom" not in answer.text


@pytest.mark.parametrize(
    ("error", "status", "code"), [(RuntimeError, 500, "fault"), (OperationalError, 503, "unavailable")]
)
def test_a_machine_is_told_in_the_form_of_the_api(rf, error, status, code, caplog):
    try:
        raise error("boom")  # noqa: TRY301 - the handler runs inside an except
    except error:
        answer = errors.broken(rf.post("/api/v1/orders/batch/"))
    said = json.loads(answer.text)
    assert (answer.status_code, said["code"], said["fields"]) == (status, code, [])
    assert caplog.records[0].getMessage().split()[1] in said["error"]
    assert "boom" not in answer.text


@pytest.mark.parametrize("address", ["/no/such/page/", "/members/nobody-of-this-number/"])
def test_the_trial_start_shows_our_page_too(signed_in, people, settings, address):
    settings.DEBUG = True
    answer = signed_in(people.admin).get(address)
    assert answer.status_code == 404
    assert "这里没有内容" in answer.text


def test_a_missing_slash_is_still_mended_in_the_trial_start(signed_in, people, settings):
    settings.DEBUG = True
    assert signed_in(people.admin).get("/members/orders").headers["Location"] == "/members/orders/"


def test_browsers_find_the_icon_without_a_page_of_ours(merchant):
    assert Client().get("/favicon.ico").headers["Location"].endswith("favicon.svg")

"""Receipts of text messages, as both providers send them: more than once, late, in any order, or of nothing of ours."""

import datetime as dt
import json
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from members.lib import clock, counters
from members.models import Message, MessageTemplate
from members.tests.rules.test_sms_receipts import ALIYUN, TENCENT
from members.tests.written import NOON, member, queued, template

SECRET = "twenty-signs-or-more-of-it"
State = Message.State


@pytest.fixture(autouse=True)
def _secret(settings: LazySettings, monkeypatch: pytest.MonkeyPatch, merchant: object) -> None:
    settings.SMS_RECEIPT_SECRET = SECRET
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def message(db: None) -> Message:
    """A text message that the provider took as its number 12345."""
    made = queued(member(), of=template())
    return put(made, state=State.SENT, gateway_id="12345", sent_at=NOON, next_at=None)


def put(message: Message, **values: Any) -> Message:
    Message.objects.filter(pk=message.pk).update(**values)
    message.refresh_from_db()
    return message


def report(*told: Any, provider: str = "aliyun", secret: str = SECRET) -> Any:
    return Client().post(f"/hooks/sms/{provider}/{secret}/", json.dumps(told), content_type="application/json")


def aliyun(**other: Any) -> dict[str, Any]:
    return {**ALIYUN, "out_id": "", **other}


def of_aliyun(message: Message, *, arrived: bool, **other: Any) -> dict[str, Any]:
    return aliyun(success=arrived, err_code="DELIVERED" if arrived else "MK:0001", **other)


def ignored() -> float:
    return counters.REGISTRY.get_sample_value("huitou_ignored_total", {"what": "receipt"}) or 0


def test_what_arrived_is_delivered_at_its_moment(message: Message) -> None:
    answer = report(aliyun())
    assert (answer.status_code, answer.json()) == (200, {"code": 0, "msg": "成功"})
    message.refresh_from_db()
    assert (message.state, message.delivered_at) == (State.DELIVERED, dt.datetime(2017, 1, 1, tzinfo=dt.UTC))


def test_tencent_hears_what_it_wants_to_hear(message: Message) -> None:
    answer = report({**TENCENT, "sid": "12345"}, provider="tencent")
    assert answer.json() == {"result": 0, "errmsg": "OK"}
    message.refresh_from_db()
    assert message.state == State.DELIVERED


def test_what_did_not_arrive_says_why(message: Message) -> None:
    report({**TENCENT, "sid": "12345", "report_status": "FAIL", "errmsg": "MK:0001"}, provider="tencent")
    message.refresh_from_db()
    assert (message.state, message.reason, message.provider_said) == (State.UNREACHED, "not_delivered", "MK:0001")


@pytest.mark.parametrize("order", [(True, False), (False, True), (True, True, False, False), (False, False, True)])
def test_one_that_it_arrived_stands_against_all_others_in_any_order(message: Message, order: tuple[bool, ...]) -> None:
    for arrived in order:
        report(of_aliyun(message, arrived=arrived))
    message.refresh_from_db()
    assert (message.state, message.reason, message.provider_said) == (State.DELIVERED, "", "")


def test_the_same_again_changes_nothing(message: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    report(aliyun(report_time=""))
    monkeypatch.setattr(clock, "now", lambda: NOON + dt.timedelta(hours=1))
    report(aliyun(report_time=""), aliyun(report_time=""))
    message.refresh_from_db()
    assert message.delivered_at == NOON


def test_a_moment_to_come_is_now(message: Message) -> None:
    report(aliyun(report_time="2030-01-01 00:00:00"))
    message.refresh_from_db()
    assert message.delivered_at == NOON


@pytest.mark.parametrize("arrived", [True, False])
def test_a_message_that_nobody_answered_for_is_settled_by_its_own_key(message: Message, arrived: bool) -> None:
    put(message, state=State.UNCLEAR, gateway_id="", sent_at=None, reason="no_answer")
    report(of_aliyun(message, arrived=arrived, out_id=f"message-{message.pk}"))
    message.refresh_from_db()
    assert message.state == (State.DELIVERED if arrived else State.UNREACHED)
    assert message.sent_at is not None


def test_one_that_is_to_be_sent_again_is_not_when_the_first_arrived_after_all(message: Message) -> None:
    put(message, state=State.WAITING, next_at=NOON)
    report(aliyun())
    message.refresh_from_db()
    assert (message.state, message.next_at) == (State.DELIVERED, None)


def test_the_fate_of_an_earlier_sending_says_nothing_of_a_later_one(message: Message) -> None:
    put(message, gateway_id="of-the-second")
    report(of_aliyun(message, arrived=False, out_id=f"message-{message.pk}"))
    message.refresh_from_db()
    assert message.state == State.SENT


def test_numbers_that_are_not_ours_are_counted_and_left(message: Message) -> None:
    mail = MessageTemplate.objects.create(name="mail", channel="email")
    other = put(queued(member("M2"), "b", mail), gateway_id="of-a-mail", state=State.SENT, next_at=None)
    before = ignored()
    assert report(aliyun(biz_id="of-a-mail"), aliyun(biz_id="9"), "?", aliyun()).status_code == 200
    assert ignored() - before == 3
    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.state, other.state) == (State.DELIVERED, State.SENT)


@pytest.mark.parametrize("secret", ["wrong", SECRET + "x", "é"])
def test_without_the_secret_there_is_nothing(message: Message, secret: str) -> None:
    assert report(aliyun(), secret=secret).status_code == 404
    message.refresh_from_db()
    assert message.state == State.SENT


def test_where_no_secret_is_set_none_is_right(message: Message, settings: LazySettings) -> None:
    settings.SMS_RECEIPT_SECRET = ""
    assert report(aliyun()).status_code == 404
    assert report(aliyun(), provider="pigeons").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{}", 400), (b"\xff", 400), (b"[" * 100_000, 400), (b"[" + b" " * 1_048_576 + b"]", 400),
        (b"[" + b"0," * 1000 + b"0]", 413), (b"[]", 200),
    ],
)  # fmt: skip
def test_what_is_no_list_or_too_long_is_refused(db: None, body: bytes, status: int) -> None:
    answer = Client().post(f"/hooks/sms/aliyun/{SECRET}/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (status, int(status != 200))

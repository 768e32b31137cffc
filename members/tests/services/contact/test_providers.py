"""Text messages by Alibaba Cloud and Tencent Cloud: what they are asked, and what their answers mean."""

import datetime as dt
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings

from members.lib import clock
from members.models import Member, Message, MessageTemplate
from members.services.contact import provider, sending
from members.tests import sms_provider
from members.tests.sms_provider import HANG_UP, SECRET, Provider
from members.tests.written import NOON, member, queued

State = Message.State
ALIYUN_OK = {"Message": "OK", "RequestId": "F655A8D5", "BizId": "9006197469364984400", "Code": "OK"}
TENCENT_OK = {
    "Response": {
        "SendStatusSet": [
            {
                "SerialNo": "5000:1045710669157053657849499619", "PhoneNumber": "+8613800000001", "Fee": 1,
                "SessionContext": "test", "Code": "Ok", "Message": "send success", "IsoCode": "CN",
            }
        ],
        "RequestId": "a0aabda6",
    }
}  # fmt: skip


def tencent(code: str) -> dict[str, Any]:
    """What Tencent Cloud says of the one number; of the whole request it says so in another place."""
    return {"Response": {"SendStatusSet": [{"SerialNo": "", "Code": code, "Message": "…"}], "RequestId": "r"}}


def tencent_error(code: str) -> dict[str, Any]:
    return {"Response": {"Error": {"Code": code, "Message": "…"}, "RequestId": "r"}}


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch, merchant: object) -> list[dt.datetime]:
    now = [NOON]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    return now


@pytest.fixture
def cloud(noon: object, settings: LazySettings) -> Iterator[Provider]:
    with sms_provider.running() as found:
        settings.SMS_ENDPOINT, settings.SMS_KEY_ID, settings.SMS_KEY_SECRET = found.url, "AKID", SECRET
        settings.SMS_SIGN_NAME, settings.SMS_APP_ID, settings.DESK_URL = "回头", "1400006666", "https://desk.example"
        yield found


@pytest.fixture
def sent(cloud: Provider, settings: LazySettings) -> Callable[..., Message]:
    """A message to somebody new, after one sweep, by the provider named and with its answer."""

    def send(gateway: str, status: int, said: Any, code: str = "SMS_1") -> Message:
        settings.SMS_GATEWAY = gateway
        cloud.says = [(status, said)]
        number = Member.objects.count() + 1
        of = MessageTemplate.objects.get_or_create(
            name=f"T{code}",
            defaults={
                "channel": "sms",
                "body_zh": "{name}{shop}{name}：{out}",
                "body_en": "{out}",
                "gateway_code": code,
            },
        )[0]
        message = queued(member(f"M{number}"), f"k{number}", of)
        sending.sweep()
        message.refresh_from_db()
        return message

    return send


@pytest.mark.django_db
def test_alibaba_cloud_is_given_the_code_of_its_text_and_what_to_fill_in_and_no_links(
    cloud: Provider, sent: Callable[..., Message]
) -> None:
    message = sent("aliyun", 200, ALIYUN_OK)
    assert (message.state, message.gateway_id) == (State.SENT, "9006197469364984400")
    [asked] = cloud.taken
    filled = json.loads(asked.pop("TemplateParam"))
    assert asked == {
        "action": "SendSms", "PhoneNumbers": "8613800000001", "SignName": "回头", "TemplateCode": "SMS_1",
        "OutId": f"message-{message.pk}",
    }  # fmt: skip
    assert list(filled) == ["name", "shop", "out"]
    assert (filled["name"], filled["out"][:6]) == ("王", "s/out/")


@pytest.mark.django_db
def test_tencent_cloud_is_given_what_to_fill_in_by_its_place(cloud: Provider, sent: Callable[..., Message]) -> None:
    message = sent("tencent", 200, TENCENT_OK, "1110")
    assert (message.state, message.gateway_id) == (State.SENT, "5000:1045710669157053657849499619")
    [asked] = cloud.taken
    name, shop, out = asked.pop("TemplateParamSet")
    assert (name, shop, out[:6]) == ("王", "Test", "s/out/")
    assert asked == {
        "action": "SendSms", "PhoneNumberSet": ["+8613800000001"], "SmsSdkAppId": "1400006666", "SignName": "回头",
        "TemplateId": "1110", "SessionContext": f"message-{message.pk}",
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("gateway", "status", "said", "state", "reason", "code"),
    [
        ("aliyun", 200, {"Code": "isv.BUSINESS_LIMIT_CONTROL"}, State.WAITING, "no_sms_provider",
         "isv.BUSINESS_LIMIT_CONTROL"),
        ("aliyun", 400, {"Code": "Throttling.User"}, State.WAITING, "no_sms_provider", "Throttling.User"),
        ("aliyun", 200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL"}, State.FAILED, "address_refused",
         "isv.MOBILE_NUMBER_ILLEGAL"),
        ("aliyun", 200, {"Code": "isv.AMOUNT_NOT_ENOUGH"}, State.FAILED, "sms_refused", "isv.AMOUNT_NOT_ENOUGH"),
        ("aliyun", 200, {"Code": "x<script>" * 50}, State.FAILED, "sms_refused", ("xscript" * 50)[:80]),
        ("aliyun", 503, b"<html>", State.WAITING, "no_sms_provider", "HTTP 503"),
        ("aliyun", 504, b"<html>", State.UNCLEAR, "no_answer", "HTTP 504"),
        ("aliyun", 200, b"<html>", State.UNCLEAR, "no_answer", "HTTP 200"),
        ("aliyun", 404, b"[]", State.FAILED, "sms_refused", "HTTP 404"),
        ("aliyun", *HANG_UP, State.UNCLEAR, "no_answer", ""),
        ("tencent", 200, tencent("LimitExceeded.PhoneNumberOneHourLimit"), State.WAITING, "no_sms_provider",
         "LimitExceeded.PhoneNumberOneHourLimit"),
        ("tencent", 200, tencent("FailedOperation.PhoneNumberInBlacklist"), State.FAILED, "address_refused",
         "FailedOperation.PhoneNumberInBlacklist"),
        ("tencent", 200, tencent("InternalError.Timeout"), State.UNCLEAR, "no_answer", "InternalError.Timeout"),
        ("tencent", 200, tencent_error("InternalError.OtherError"), State.WAITING, "no_sms_provider",
         "InternalError.OtherError"),
        ("tencent", 200, tencent_error("AuthFailure.SignatureFailure"), State.FAILED, "sms_refused",
         "AuthFailure.SignatureFailure"),
        ("tencent", 200, {"Response": {"SendStatusSet": []}}, State.UNCLEAR, "no_answer", "HTTP 200"),
        ("tencent", *HANG_UP, State.UNCLEAR, "no_answer", ""),
    ],
)  # fmt: skip
def test_what_a_provider_answers_decides_what_becomes_of_the_message(
    sent: Callable[..., Message], gateway: str, status: int, said: Any, state: str, reason: str, code: str
) -> None:
    message = sent(gateway, status, said)
    assert (message.state, message.reason, message.provider_said) == (state, reason, code)


@pytest.mark.django_db
@pytest.mark.parametrize("gateway", ["aliyun", "tencent"])
def test_a_wrong_key_is_a_final_refusal_that_says_so(
    sent: Callable[..., Message], settings: LazySettings, gateway: str
) -> None:
    settings.SMS_KEY_SECRET = "another"
    message = sent(gateway, 200, ALIYUN_OK)
    assert message.state == State.FAILED


@pytest.mark.django_db
@pytest.mark.parametrize("gateway", ["aliyun", "tencent"])
def test_a_template_without_a_code_is_refused_before_anything_is_sent(
    cloud: Provider, sent: Callable[..., Message], gateway: str
) -> None:
    message = sent(gateway, 200, ALIYUN_OK, code="")
    assert (message.state, message.reason) == (State.FAILED, "no_template_code")
    assert cloud.taken == []


@pytest.mark.django_db
def test_a_busy_provider_is_asked_again_and_takes_it(cloud: Provider, sent: Callable[..., Message], noon: Any) -> None:
    message = sent("aliyun", 200, {"Code": "Throttling"})
    cloud.says = [(200, ALIYUN_OK)]
    noon[0] += dt.timedelta(minutes=5)
    assert sending.sweep() == 1
    message.refresh_from_db()
    assert (message.state, message.reason, message.provider_said) == (State.SENT, "", "")


@pytest.mark.django_db
@pytest.mark.parametrize("gateway", ["aliyun", "tencent"])
def test_what_nobody_answered_is_not_sent_again_by_itself(
    cloud: Provider, sent: Callable[..., Message], noon: Any, gateway: str
) -> None:
    sent(gateway, *HANG_UP)
    noon[0] += dt.timedelta(hours=3)
    assert sending.sweep() == 0
    assert len(cloud.taken) == 1


@pytest.mark.django_db
def test_a_provider_that_says_nothing_for_too_long_has_perhaps_taken_it(
    noon: object, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A door that is open and behind which nobody answers."""
    monkeypatch.setattr(provider, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as door:
        settings.SMS_GATEWAY, settings.SMS_ENDPOINT = "aliyun", f"http://127.0.0.1:{door.getsockname()[1]}"
        message = _one_by("SMS_1")
    assert (message.state, message.reason) == (State.UNCLEAR, "no_answer")


@pytest.mark.django_db
def test_a_provider_that_is_not_there_is_tried_again(noon: object, settings: LazySettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        settings.SMS_GATEWAY, settings.SMS_ENDPOINT = "tencent", f"http://127.0.0.1:{door.getsockname()[1]}"
    message = _one_by("1110")
    assert (message.state, message.reason) == (State.WAITING, "no_sms_provider")


def _one_by(code: str) -> Message:
    of = MessageTemplate.objects.create(name="T", channel="sms", body_zh="{out}", body_en="{out}", gateway_code=code)
    message = queued(member(), of=of)
    sending.sweep()
    message.refresh_from_db()
    return message

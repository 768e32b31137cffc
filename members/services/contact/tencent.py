"""Text messages by Tencent Cloud (腾讯云短信): SendSms of 2021-01-11, signed with TC3-HMAC-SHA256."""

import json
from typing import Any

from django.conf import settings

from members.lib import clock, cloud_signatures
from members.rules.sms_receipts import word
from members.services.contact import provider
from members.services.contact.letters import Letter, NotSent, Unknown

AGAIN = ("RequestLimitExceeded", "LimitExceeded", "InternalError")
NUMBERS = {"InvalidParameterValue.IncorrectPhoneNumber", "FailedOperation.PhoneNumberInBlacklist"}
TIMED_OUT = "InternalError.Timeout"  # within the provider: it may be on its way


class Tencent:
    needs_code = True

    def send(self, letter: Letter) -> str:
        if not letter.template_code:
            raise NotSent("no_template_code", is_final=True)
        body = json.dumps(_content(letter), ensure_ascii=False).encode()
        answer = provider.post("", _headers(body), body)
        said = (answer.content or {}).get("Response")
        status = _status(said if isinstance(said, dict) else {})
        code = str(status.get("Code") or "")
        if not code:
            raise provider.unreadable(answer)
        if code == TIMED_OUT:
            raise Unknown("no_answer", said=word(code))
        if code != "Ok":
            raise provider.refused(code, again=AGAIN, numbers=NUMBERS)
        return str(status.get("SerialNo") or "")

    def was_sent(self, key: str) -> bool | None:
        return None  # a message is asked for by the number that the lost answer held


def _status(said: dict[str, Any]) -> dict[str, Any]:
    """What became of the one number asked for, or of the request as a whole."""
    if isinstance(error := said.get("Error"), dict):
        return error
    found = said.get("SendStatusSet")
    return found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}


def _content(letter: Letter) -> dict[str, Any]:
    return {
        "PhoneNumberSet": [letter.to], "SmsSdkAppId": settings.SMS_APP_ID, "SignName": settings.SMS_SIGN_NAME,
        "TemplateId": letter.template_code, "TemplateParamSet": list(letter.values.values()),
        "SessionContext": letter.key,
    }  # fmt: skip


def _headers(body: bytes) -> dict[str, str]:
    now = int(clock.now().timestamp())
    signed = {"content-type": "application/json; charset=utf-8", "host": provider.host()}
    return signed | {
        "X-TC-Action": "SendSms", "X-TC-Version": "2021-01-11", "X-TC-Region": settings.SMS_REGION,
        "X-TC-Timestamp": str(now),
        "Authorization": cloud_signatures.tc3(settings.SMS_KEY_ID, settings.SMS_KEY_SECRET, "sms", now, signed, body),
    }  # fmt: skip

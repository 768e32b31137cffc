"""Text messages by Alibaba Cloud (阿里云短信服务): SendSms of 2017-05-25, signed with ACS3-HMAC-SHA256."""

import json
import secrets

from django.conf import settings

from members.lib import clock, cloud_signatures
from members.services.contact import provider
from members.services.contact.letters import Letter, NotSent

AGAIN = ("Throttling", "ServiceUnavailable", "InternalError", "isp.SYSTEM_ERROR", "isv.BUSINESS_LIMIT_CONTROL")
NUMBERS = {"isv.MOBILE_NUMBER_ILLEGAL"}


class Aliyun:
    needs_code = True

    def send(self, letter: Letter) -> str:
        if not letter.template_code:
            raise NotSent("no_template_code", is_final=True)
        query = cloud_signatures.query_string(_params(letter))
        answer = provider.post(query, _headers(query), b"")
        code = str((answer.content or {}).get("Code") or "")
        if not answer.content or not code:
            raise provider.unreadable(answer)
        if code != "OK":
            raise provider.refused(code, again=AGAIN, numbers=NUMBERS)
        return str(answer.content.get("BizId") or "")

    def was_sent(self, key: str) -> bool | None:
        return None  # QuerySendDetails asks by number and day, not by our key; the receipt carries it


def _params(letter: Letter) -> dict[str, str]:
    params = {
        "PhoneNumbers": letter.to.removeprefix("+"), "SignName": settings.SMS_SIGN_NAME,
        "TemplateCode": letter.template_code, "OutId": letter.key,
    }  # fmt: skip
    if letter.values:
        params["TemplateParam"] = json.dumps(dict(letter.values), ensure_ascii=False)
    return params


def _headers(query: str) -> dict[str, str]:
    signed = {
        "host": provider.host(), "x-acs-action": "SendSms", "x-acs-version": "2017-05-25",
        "x-acs-content-sha256": cloud_signatures.hashed(b""), "x-acs-signature-nonce": secrets.token_hex(16),
        "x-acs-date": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip
    return signed | {
        "Authorization": cloud_signatures.acs3(settings.SMS_KEY_ID, settings.SMS_KEY_SECRET, query, signed)
    }

"""A request to a provider of text messages, and what its answer means for a message.

What did not reach the provider was not sent and is tried again. What was cut off on the way may have been taken: it is
Unknown, and never sent again by itself, for none of the providers knows a second request by any key.
"""

import http.client
import json
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from members.rules.sms_receipts import word
from members.services.contact.letters import NotSent, Unknown

SECONDS = 10
MAX_BYTES = 65_536
BUSY, TIMED_OUT, BROKEN = 429, 504, 500


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: Mapping[str, Any] | None  # None: no JSON object


def host() -> str:
    return str(urlsplit(settings.SMS_ENDPOINT).netloc)


def post(query: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Ask the provider. NotSent when it is not reached, Unknown when it does not answer."""
    connection = _connection()
    try:
        connection.connect()
    except OSError as error:  # ssl.SSLError is one
        raise NotSent("no_sms_provider") from error
    try:
        connection.request("POST", f"/?{query}" if query else "/", body, dict(headers))
        answer = connection.getresponse()
        content = answer.read(MAX_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise Unknown("no_answer") from error
    finally:
        connection.close()
    return Answer(answer.status, _object(content))


def _connection() -> http.client.HTTPConnection:
    at = urlsplit(settings.SMS_ENDPOINT)
    if at.scheme == "https":
        return http.client.HTTPSConnection(at.netloc, timeout=SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(at.netloc, timeout=SECONDS)


def _object(content: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(content)
    except ValueError:  # UnicodeDecodeError is one
        return None
    return found if isinstance(found, dict) else None


def unreadable(answer: Answer) -> NotSent | Unknown:
    """What an answer means that names no code: it comes from something before the provider, or is none."""
    said = f"HTTP {answer.status}"
    if answer.status == BUSY or (answer.status >= BROKEN and answer.status != TIMED_OUT):
        return NotSent("no_sms_provider", said=said)
    if answer.status < BROKEN and answer.status >= http.client.BAD_REQUEST:
        return NotSent("sms_refused", is_final=True, said=said)
    return Unknown("no_answer", said=said)


def refused(code: str, *, again: Collection[str], numbers: Collection[str]) -> NotSent:
    """A refusal by its code: to be tried again when it begins with one of `again`; of the number, or of all else."""
    if any(code.startswith(one) for one in again):
        return NotSent("no_sms_provider", said=word(code))
    reason = "address_refused" if code in numbers else "sms_refused"
    return NotSent(reason, is_final=True, said=word(code))

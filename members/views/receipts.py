"""Where providers of text messages report what arrived. Neither signs: a secret in the address stands for it."""

import hmac
import json

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from members.lib import counters
from members.lib.access import needs
from members.lib.roles import Right
from members.rules.sms_receipts import READERS
from members.services.contact import receipts

MAX_BYTES, MOST = 1_048_576, 1000
# What each wants to hear: anything else, and it reports the same again.
ANSWERS = {"aliyun": ("code", "msg", "成功"), "tencent": ("result", "errmsg", "OK")}


@needs(Right.PUBLIC)
@csrf_exempt
@require_POST
def receive(request: HttpRequest, provider: str, secret: str) -> JsonResponse:
    """A list of reports, in the provider's own form. What is of no message of ours is counted and left."""
    if provider not in READERS or not _is_right(secret):
        raise Http404
    told = _told(request)
    if told is None:
        return _answer(provider, "unreadable", status=400)
    if len(told) > MOST:
        return _answer(provider, "too many", status=413)
    read = [READERS[provider](one) for one in told if isinstance(one, dict)]
    counters.ignored(counters.RECEIPT, len(told) - len(read))
    receipts.take(read)
    return _answer(provider, "")


def _is_right(secret: str) -> bool:
    """Compared in constant time; without a secret of ours none is right."""
    ours = settings.SMS_RECEIPT_SECRET
    return bool(ours) and hmac.compare_digest(secret.encode(), ours.encode())


def _told(request: HttpRequest) -> list[object] | None:
    """The list that was sent; None when it is none, too large, or did not come whole."""
    try:
        body: bytes = request.read(MAX_BYTES + 1)
        told = json.loads(body) if len(body) <= MAX_BYTES else None
    except (UnreadablePostError, ValueError, RecursionError):
        return None
    return told if isinstance(told, list) else None


def _answer(provider: str, wrong: str, status: int = 200) -> JsonResponse:
    code, words, fine = ANSWERS[provider]
    return JsonResponse({code: 1 if wrong else 0, words: wrong or fine}, status=status)

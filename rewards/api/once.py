"""Changes that a till may send as often as it likes: the header Idempotency-Key makes each of them happen once."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from members.api import errors
from members.lib.access import actor_of
from rewards.services import till_requests
from rewards.services.till_requests import Answer

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
KEPT = frozenset({404, 422})  # refusals that are answered again as they were; after any other the key is free
_FORM = re.compile(r"[!-~]{1,255}", re.ASCII)
View = Callable[..., Response]


class KeyMissing(APIException):
    """There is no key, or none that can be one."""

    status_code = 400
    default_code = "idempotency_key"


class KeyReused(APIException):
    """The key was used for something else."""

    status_code = 422
    default_code = "idempotency_key_reused"


class InFlight(APIException):
    """The same request is being worked at; `wait` becomes Retry-After."""

    status_code = 409
    default_code = "in_flight"

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(_("The same request is being worked at. Send it again in %(wait)s seconds.") % {"wait": wait})


def once(view: View) -> View:
    """Below @api_view of a POST: the view runs once for each key, and its answer is kept with what it did."""

    @wraps(view)
    def answered(request: Request, **kwargs: Any) -> Response:
        try:
            claimed = till_requests.claim(key=_key(request), asked=_asked(request), by=actor_of(request))
            if isinstance(claimed, Answer):
                return Response(json.loads(claimed.body), claimed.status, headers={REPLAYED: "true"})
            said = till_requests.fulfil(claimed, lambda: _said(view, request, kwargs))
        except till_requests.OtherRequest as error:
            raise KeyReused(_("This key was used for another request. Take a new key for each change.")) from error
        except till_requests.Running as error:
            raise InFlight(error.wait) from error
        return Response(json.loads(said.body), said.status)

    answered.does_once = True  # type: ignore[attr-defined]
    return answered


def _key(request: Request) -> str:
    key: str = request.headers.get(HEADER, "").strip()
    if not _FORM.fullmatch(key):
        sentence = _(
            "Send a header Idempotency-Key with a key of your own for this change (1 to 255 letters, digits and signs, "
            "as a UUID), and the same key when you send it again."
        )
        raise KeyMissing(sentence)
    return key


def _asked(request: Request) -> bytes:
    """What tells this request from another: the order of names and the spaces in the JSON do not."""
    body = json.dumps(request.data, sort_keys=True, default=str)
    return hashlib.sha256(f"{request.method} {request.path}\n{body}".encode()).digest()


def _said(view: View, request: Request, kwargs: dict[str, Any]) -> Answer:
    """The answer of the view; a refusal that is kept has undone what was begun before it."""
    try:
        with transaction.atomic():
            response = view(request, **kwargs)
    except (APIException, Http404, PermissionDenied) as error:
        refusal = errors.handler(error, {})
        if refusal is None or refusal.status_code not in KEPT:
            raise
        response = refusal
    return Answer(response.status_code, JSONRenderer().render(response.data).decode())

"""Whatever goes wrong under /api/ is said in the one form of members.lib.api_error."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from members.api.principals import HasRight
from members.lib import api_error

FIELDS = 50  # of a request that is wrong throughout, the first ones


def handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an exception of a view; None for what is a fault of ours."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(HasRight.message)
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    return Response(_body(error), status=error.status_code, headers=_headers(error))


def _body(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        fields = list(_flat(error.get_full_details(), ""))
        sentence = _("The request cannot be understood; “fields” says where. Nothing was stored.")
        return api_error.body(sentence, "invalid", fields[:FIELDS])
    return api_error.body(str(error.detail), str(error.get_codes()))


def _flat(details: Any, place: str) -> Iterator[dict[str, str]]:
    """Nested details as fields: `orders[3].lines[0].sku`."""
    if isinstance(details, Mapping) and isinstance(details.get("code"), str):
        yield {"field": place, "code": details["code"], "error": str(details["message"])}
    elif isinstance(details, Mapping):
        for key, inner in details.items():
            yield from _flat(inner, _step(place, key))
    elif isinstance(details, Sequence):
        for index, inner in enumerate(details):
            leaf = isinstance(inner, Mapping) and isinstance(inner.get("code"), str)
            yield from _flat(inner, place if leaf else _step(place, index))


def _step(place: str, key: str | int) -> str:
    if isinstance(key, int):
        return f"{place}[{key}]"
    if key == "non_field_errors":
        return place
    return f"{place}.{key}" if place else key


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait))
    return headers

"""What the addresses of the till API share: the checked body, the store, and what the document says of them."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from members.api import schema
from members.api.shapes import Strict
from members.lib.actor import Actor
from members.models import Store
from members.queries import scope
from rewards.api.once import HEADER

KEY = OpenApiParameter(
    HEADER, {"type": "string", "pattern": "^[!-~]{1,255}$"}, OpenApiParameter.HEADER, required=True,
    description="Your own key for this change, as a UUID. The same key with the same body gets the same answer.",
)  # fmt: skip


AFTER = 60  # seconds after which what waits for something else may be sent again


class Refusal(APIException):
    """It was understood and cannot be done; nothing was."""

    status_code = 422
    default_code = "refused"


class Waits(APIException):
    """What it belongs to has not come yet; nothing was done, and the key is free for the next try."""

    status_code = 409
    default_code = "unknown_order"
    wait = AFTER


def asked(shape: type[Strict], request: Request) -> dict[str, Any]:
    """The body as the shape wants it; 400 otherwise."""
    sent = shape(data=request.data)
    sent.is_valid(raise_exception=True)
    found: dict[str, Any] = sent.validated_data
    return found


def store(actor: Actor, code: str) -> Store:
    """The store at which the till stands: the one it names, or the only one there is for it."""
    own = scope.stores(actor).filter(is_active=True)
    if code:
        found = own.filter(code=code.replace("\0", " ")).first()  # which no column can hold
        if found is None:
            raise Refusal(_("There is no store “%(store)s” for you. Write the code of one of yours.") % {"store": code})
        return found
    places = list(own[:2])
    if len(places) != 1:
        raise Refusal(_("Say in “store” at which store the till stands: there is more than one, or none, for you."))
    return places[0]


def changes(good: Any, *, made: bool = False) -> dict[int, Any]:
    """The answers of an address that changes something; `made`: 201 when something new came of it."""
    return schema.answers(good, 404, 409, 413, 415, 422) | ({201: good} if made else {})

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from members.lib.actor import NOBODY, Actor
from members.models import User
from members.queries.actors import actor_for


def actor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request its actor, built on first use."""

    def build(request: HttpRequest) -> Actor:
        user = request.user
        return actor_for(user, request.META.get("REMOTE_ADDR", "")) if isinstance(user, User) else NOBODY

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: build(request))  # type: ignore[attr-defined]
        return get_response(request)

    return middleware

"""Who asks the API: a token (`Authorization: Bearer loy_…`) or a member of staff by their session."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from members.lib import clock
from members.lib.access import actor_of
from members.lib.actor import NOBODY, Actor
from members.lib.roles import Right
from members.services import tokens

SCHEME = "bearer"
UNKNOWN = _("Send a token that is valid (Authorization: Bearer …), or sign in first.")


class Bearer(BaseAuthentication):
    """Makes the token's actor that of the request. A wrong token is refused, even beside a session."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Actor] | None:
        scheme, _sep, text = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if not scheme:
            return None
        actor = tokens.actor_of(text.strip(), request.META.get("REMOTE_ADDR", "")) if scheme.lower() == SCHEME else None
        request._request.actor = actor or NOBODY  # type: ignore[attr-defined]  # noqa: SLF001
        if actor is None:
            raise AuthenticationFailed(UNKNOWN)
        return AnonymousUser(), actor

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasRight(BasePermission):
    """Lets in who has the right that the view declares by `@needs`; nobody where it declares none."""

    message = _("This needs a right (of a token: a scope) that you do not have.")

    def has_permission(self, request: Request, view: object) -> bool:
        right = getattr(view, "right", None)
        actor = actor_of(request)
        if right == Right.PUBLIC:
            return True
        if actor.is_nobody:
            raise NotAuthenticated(UNKNOWN)
        return isinstance(right, Right) and actor.may(right)


class PerToken(BaseThrottle):
    """So many requests of one token in each minute of the clock; staff in a browser are not counted."""

    def allow_request(self, request: Request, view: object) -> bool:
        token_id = actor_of(request).token_id
        if token_id is None:
            return True
        key = f"api:{token_id}:{clock.now():%Y%m%d%H%M}"
        cache.add(key, 0, timeout=120)
        try:
            count: int = cache.incr(key)
        except ValueError:  # the cache has thrown it out meanwhile
            return True
        allowed: int = settings.API_REQUESTS_PER_MINUTE
        return count <= allowed

    def wait(self) -> float:
        """Until the next minute begins."""
        return 60 - clock.now().second

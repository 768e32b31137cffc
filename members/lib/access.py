"""Views declare the right they need; a system check refuses to start when one does not."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control

from members.lib.actor import Actor
from members.lib.roles import Right

View = Callable[..., HttpResponseBase]
OF_PAGES = ("GET", "HEAD", "POST", "OPTIONS")


def needs(right: Right, *, api: bool = False) -> Callable[[View], View]:
    """Let only actors with `right` in: strangers are sent to sign in, others get 403 with the reason.

    Pages answer no PUT, PATCH or DELETE. `api`: a view of the REST framework, which asks its class for the right once
    it knows who is there (members.api.principals.HasRight), and answers 401 or 403 itself. Nobody keeps its answers.
    """

    def declare(view: View) -> View:
        if api:
            view.cls.right = right  # type: ignore[attr-defined]
            unkept: View = cache_control(no_store=True)(view)
            unkept.right = right  # type: ignore[attr-defined]
            return unkept

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            if right != Right.PUBLIC and actor.role is None:
                return redirect_to_login(request.get_full_path())
            if not actor.may(right):
                raise PermissionDenied(right)
            if request.method not in OF_PAGES:
                return HttpResponseNotAllowed(OF_PAGES)
            return view(request, *args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return declare


def actor_of(request: HttpRequest) -> Actor:
    """The actor that the middleware built for this request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor

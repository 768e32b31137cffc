"""Views declare the right they need; a system check refuses to start when one does not."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Right

View = Callable[..., HttpResponseBase]
OF_PAGES = ("GET", "HEAD", "POST", "OPTIONS")
PROVED_AT: Final = "_proved_at"  # in Django's session: when the password was last given, in seconds
PROOF_LASTS: Final = dt.timedelta(minutes=15)


class ProofNeeded(Exception):
    """The password was last given too long ago for this deed. The roof asks for it and sends the same form again."""


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


def proven(when: Callable[[HttpRequest], bool] = lambda _request: True) -> Callable[[View], View]:
    """Let a form through (those that `when` picks) only with a password given in this session of late.

    Stands below `needs`, so that nobody is asked for a password to be told that they may not.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST" and when(request) and not _is_proven(request):
                raise ProofNeeded
            return view(request, *args, **kwargs)

        guarded.asks_for_proof = True  # type: ignore[attr-defined]
        return guarded

    return declare


def prove(request: HttpRequest) -> None:
    """The password was given just now."""
    request.session[PROVED_AT] = clock.now().timestamp()


def _is_proven(request: HttpRequest) -> bool:
    proved_at: float = request.session.get(PROVED_AT, 0)
    return clock.now().timestamp() - proved_at < PROOF_LASTS.total_seconds()


def actor_of(request: HttpRequest) -> Actor:
    """The actor that the middleware built for this request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def request_of(actor: Actor) -> HttpRequest:
    """What django-filter is told who asks by; a job has no request of its own."""
    request = HttpRequest()
    request.actor = actor  # type: ignore[attr-defined]
    return request

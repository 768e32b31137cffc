"""A sign-in begins a session of ours beside Django's, and a sign-out ends it."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from members.lib.access import prove
from members.models import User
from members.services import sessions


@receiver(user_logged_in)
def begin(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Also when the same browser signs in again: the session before is over."""
    sessions.forget(request.session.get(sessions.KEY))
    session = sessions.begin(
        user=user, ip=request.META.get("REMOTE_ADDR", ""), agent=request.META.get("HTTP_USER_AGENT", "")
    )
    request.session[sessions.KEY] = session.pk
    prove(request)


@receiver(user_logged_out)
def end(request: HttpRequest, **_kwargs: Any) -> None:
    sessions.forget(request.session.get(sessions.KEY))

"""The password once more, before a deed for which being signed in is not enough."""

from axes.utils import reset as reset_lock_out
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from members.lib.access import PROOF_LASTS, prove
from members.models import User

FIELD = "proof_password"
BACK = "proof_back"  # where the form stood that was sent
_OURS = {FIELD, BACK, "csrfmiddlewaretoken"}


def take(request: HttpRequest) -> None:
    """The password that came with a form, if one did. Wrong ones count as those of the sign-in do (django-axes)."""
    user, password = request.user, request.POST.get(FIELD, "")
    if not isinstance(user, User) or not password:
        return
    if authenticate(request, username=user.username, password=password) == user:
        reset_lock_out(ip=request.META.get("REMOTE_ADDR"), username=user.username)
        prove(request)


def ask(request: HttpRequest) -> HttpResponse:
    """The page that asks for it; it sends the same form again, with all that was typed into it."""
    context = {
        "kept": [(name, value) for name, values in request.POST.lists() if name not in _OURS for value in values],
        "action": request.get_full_path(),
        "back": _back(request),
        "minutes": int(PROOF_LASTS.total_seconds()) // 60,
        "error": _error(request),
    }
    response = render(request, "proof.html", context, status=403)
    response["Cache-Control"] = "no-store"
    return response


def _error(request: HttpRequest) -> str:
    if FIELD not in request.POST:
        return ""
    return _("This is not your password.") if request.POST[FIELD] else _("Enter your password.")


def _back(request: HttpRequest) -> str:
    asked = request.POST.get(BACK) or request.META.get("HTTP_REFERER", "")
    return asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}) else reverse("today")

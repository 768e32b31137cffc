from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import BadRequest, MiddlewareNotUsed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from loyalty_site.views import errors
from members.lib.actor import NOBODY, Actor
from members.models import User
from members.queries import merchants, staff
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


def without_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse an address with a NUL, which names nothing: PostgreSQL takes none in a text, so a query would fail.

    The API names the parameter itself.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        of_page = not request.path.startswith("/api/")
        if "\x00" in request.path or (of_page and "%00" in request.META.get("QUERY_STRING", "")):
            return errors.bad_request(request, BadRequest())
        return get_response(request)

    return middleware


def set_up_first(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """While the shop has no name, the two doors (Today, sign-in) lead to the setup page; other pages pay nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        at_today = request.path == reverse("today")
        at_sign_in = request.path == reverse("sign-in")
        if (at_today or (at_sign_in and not staff.anybody())) and not merchants.is_set_up():
            return redirect("setup")
        return get_response(request)

    return middleware


def zone(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Show instants on the wall clock of the merchant's reporting zone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":  # which must answer without the database
            return get_response(request)
        with timezone.override(ZoneInfo(merchants.current().zone)):
            return get_response(request)

    return middleware


class OwnErrorPages:
    """With DEBUG on, Django shows its technical page for 404 and 400; readers of the trial start get ours instead."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.DEBUG:  # then Django calls our handlers itself
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        no_such_address = response.status_code == 404 and request.resolver_match is None
        return errors.not_found(request, Http404()) if no_such_address else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Http404):
            return errors.not_found(request, exception)
        return errors.bad_request(request, exception) if isinstance(exception, BadRequest) else None

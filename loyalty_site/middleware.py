import contextlib
import ipaddress
import logging
import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import BadRequest, MiddlewareNotUsed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from loyalty_site.logs import route_of
from loyalty_site.services import metrics
from loyalty_site.views import errors, proof
from members.lib import request_id
from members.lib.access import ProofNeeded
from members.lib.actor import NOBODY, Actor
from members.models import User
from members.queries import merchants, staff
from members.queries import sessions as session_queries
from members.queries.actors import actor_for
from members.queries.sessions import Standing
from members.services import sessions

logger = logging.getLogger("loyalty.requests")
PROBES = {"/healthz", "/readyz", "/metrics"}  # which must answer without the database


def trace(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request an id, which its log lines, its jobs and its answer carry; count and time it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        known_as = request_id.taken_or_made(request.headers.get("X-Request-ID", ""))
        with request_id.carried(known_as):
            began = time.perf_counter()
            response = get_response(request)
            _tell(request, response, time.perf_counter() - began)
        response["X-Request-ID"] = known_as
        return response

    return middleware


def _tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    match, method = request.resolver_match, request.method or ""
    view = match.view_name or match.route if match else "none"
    metrics.count_request(view, method, response.status_code, seconds)
    said = {"method": method, "route": route_of(request), "view": view, "status": response.status_code}
    logger.info(
        "%s %s %s", method, route_of(request), response.status_code, extra={**said, "ms": round(seconds * 1000)}
    )


def client_address(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Behind a proxy the visitor's address is the last one it names; audit and lock-outs go by it."""
    if not settings.BEHIND_PROXY:
        raise MiddlewareNotUsed

    def middleware(request: HttpRequest) -> HttpResponse:
        named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        with contextlib.suppress(ValueError):  # none, or not an address: the proxy's own stands
            request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(named))
        return get_response(request)

    return middleware


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
    """Refuse a path with a NUL, which names nothing: PostgreSQL takes none in a text, so a query would fail."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:
            return errors.bad_request(request, BadRequest())
        return get_response(request)

    return middleware


def open_session(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Whoever is signed in stays so only while the session is open: not ended, not idle for too long, not too old."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]
        return get_response(request)

    return middleware


def _user_of(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Asked for the user, look after the session. What a page fetches by itself does not keep it alive."""
    user = auth.get_user(request)
    if not isinstance(user, User):
        return user
    session = session_queries.numbered(request.session.get(sessions.KEY), user)
    standing = session_queries.standing(session, user.acts_as)
    if session and standing == Standing.OPEN:
        if "HX-Request" not in request.headers:
            sessions.touch(session)
        return user
    sessions.forget(session and session.pk)
    request.session.flush()
    messages.info(request, _why_signed_out(standing), fail_silently=True)
    return AnonymousUser()


def _why_signed_out(standing: Standing) -> str:
    return {
        Standing.IDLE: _("You were signed out because nothing was done for a while. Sign in to go on."),
        Standing.OLD: _("You were signed out because the session had lasted its full time. Sign in to go on."),
    }.get(standing, _("This session was ended. Sign in to go on."))


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
        if request.path in PROBES:
            return get_response(request)
        with timezone.override(ZoneInfo(merchants.current().zone)):
            return get_response(request)

    return middleware


class ProofOfPassword:
    """Take the password that comes with a form, and ask for it where a view wants a newer one (access.proven)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *_arguments: object) -> None:
        # Only of these views: the body of an API request or a webhook is not ours to read.
        if request.method == "POST" and getattr(view, "asks_for_proof", False) and proof.FIELD in request.POST:
            proof.take(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return proof.ask(request) if isinstance(exception, ProofNeeded) else None


def pages_instead_of_blanks(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Django answers a method that an address does not take with an empty body; readers get a page to go on from."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or response.streaming or response.content or request.method != "GET":
            return response
        page = errors.not_allowed(request)
        page["Allow"] = response.get("Allow", "")
        return page

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
        if errors.is_out_of_storage(exception):
            return errors.unavailable(request)
        return errors.bad_request(request, exception) if isinstance(exception, BadRequest) else None

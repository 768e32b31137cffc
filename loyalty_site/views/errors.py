"""What a reader sees instead of a page: what happened, what to do, who can help."""

import errno
import logging
import secrets
import sys

from django.core.exceptions import BadRequest
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site.logs import route_of
from members.lib import api_error
from members.lib.roles import Right
from members.queries import staff

logger = logging.getLogger(__name__)
RETRY_SECONDS = 30
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}
WORDS = {
    Right.SEE_MEMBERS: gettext_lazy("see members and orders"),
    Right.READ_ORDERS: gettext_lazy("read orders"),
    Right.WRITE_ORDERS: gettext_lazy("send orders"),
    Right.READ_CATALOGUE: gettext_lazy("read products and stores"),
    Right.WRITE_CATALOGUE: gettext_lazy("send products"),
    Right.LOOK_UP: gettext_lazy("look up a member"),
    Right.COUNTER: gettext_lazy("serve members at the counter"),
    Right.PROGRAMME: gettext_lazy("run the programme of points, coupons and gifts"),
    Right.SEE_REPORTS: gettext_lazy("see reports"),
    Right.IMPORT: gettext_lazy("import data"),
    Right.EXCLUDE: gettext_lazy("leave members out of the figures"),
    Right.ERASE: gettext_lazy("hand over or erase what is kept about a member"),
    Right.ASK_ERASE: gettext_lazy("ask for what is kept about a member to be handed over or erased"),
    Right.PROGRAMME: gettext_lazy("look after coupons, gifts, rules and tiers"),
    Right.ASK_TIER: gettext_lazy("ask for a special tier for a member"),
    Right.APPROVALS: gettext_lazy("ask for what a second person decides"),
    Right.REVEAL: gettext_lazy("see whole contacts of a member"),
    Right.WHOLE_CONTACTS: gettext_lazy("download whole contacts"),
    Right.JOBS: gettext_lazy("look after background jobs"),
    Right.INVITE_CLERKS: gettext_lazy("invite staff"),
    Right.ADJUST_POINTS: gettext_lazy("give or take points by hand"),
    Right.MESSAGES: gettext_lazy("look after messages to members"),
    Right.SURVEYS: gettext_lazy("build surveys"),
    Right.SEE_ANSWERS: gettext_lazy("see results and answers of surveys"),
    Right.CASES: gettext_lazy("work complaints, calls and improvements"),
    Right.SETTINGS: gettext_lazy("change the settings"),
    Right.RESET_DEMO: gettext_lazy("end the demo"),
}

MACHINES = {  # code and sentence for who asked the API
    500: (
        "fault",
        gettext_lazy(
            "The fault is ours. Send the same again; if it fails again, give this number to whoever runs the desk: "
            "%(number)s"
        ),
    ),
    503: (
        "unavailable",
        gettext_lazy(
            "The desk cannot reach or write its data at the moment. Nothing of this request was kept. Send the same "
            "again in a minute; if it lasts, give this number to whoever runs the desk: %(number)s"
        ),
    ),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: our own sentence when a view raised BadRequest with one; nothing of what the request smuggled in."""
    said = str(exception) if isinstance(exception, BadRequest) else ""
    if request.path.startswith("/api/"):
        sentence = said or _("This address cannot be understood. Write it as GET /api/schema/ says.")
        return JsonResponse(api_error.body(sentence, "bad_request"), status=400)
    return _page(
        request,
        400,
        _("This address cannot be understood"),
        said or _("Something in it is damaged or out of date. Open the page from the menu instead."),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: which right is missing, and who can give it. Views raise PermissionDenied(Right.X)."""
    right = next((word for word in exception.args if word in WORDS), None)
    text = (
        _("This page needs the right to %(right)s, which your role does not have.") % {"right": WORDS[Right(right)]}
        if right
        else _("Your role does not include this page.")
    )
    return _page(request, 403, _("You may not open this page"), text, helpers=staff.administrators())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page, or something outside the reader's stores: the two look alike on purpose."""
    return _page(
        request,
        404,
        _("There is nothing here"),
        _("The address is wrong, the thing was removed, or it belongs to a store that is not yours."),
    )


def not_allowed(request: HttpRequest) -> HttpResponse:
    """405: an address that only takes forms was opened, by a reload, a sign-in on the way or a change of language."""
    return _page(
        request,
        405,
        _("There is no page here, only a form is sent here"),
        _("Nothing was done. Go back to the page with the form, and send it again if it is still needed."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose proof of origin is missing: mostly a page left open too long, or blocked cookies."""
    return _page(
        request,
        403,
        _("The form was not sent"),
        _("The page was open for too long, or the browser blocks cookies. Go back, reload the page and send again."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: a short number that is in the log beside the error. Asks nothing of the database."""
    if is_out_of_storage(sys.exc_info()[1]):
        return unavailable(request)
    return _told(request, 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: database or disk cannot take or give anything just now; what was begun is undone."""
    response = _told(request, 503)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def is_out_of_storage(error: BaseException | None) -> bool:
    """Whether the database is away or read-only, or a disk is full: no fault of this page, and it passes."""
    if isinstance(error, InternalError):  # PostgreSQL's word for a database that can only be read
        return "read-only" in str(error)
    is_full = isinstance(error, OSError) and error.errno in _NO_ROOM
    return is_full or isinstance(error, OperationalError | InterfaceError)


def _told(request: HttpRequest, status: int) -> HttpResponse:
    number = secrets.token_hex(2).upper()
    logger.error("error %s at %s", number, route_of(request), exc_info=sys.exc_info())
    if request.path.startswith("/api/"):
        code, sentence = MACHINES[status]
        return JsonResponse(api_error.body(str(sentence) % {"number": number}, code), status=status)
    page = loader.get_template(f"errors/{status}.html").render({"number": number})
    return HttpResponse(page, status=status)


def _page(request: HttpRequest, status: int, heading: str, text: str, helpers: list[str] | None = None) -> HttpResponse:
    context = {"status": status, "heading": heading, "text": text, "helpers": helpers}
    return render(request, "errors/error.html", context, status=status)

"""Today's insights: which were seen, one put away, and that taken back."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.queries import insights as queries
from members.queries import people
from members.queries.insights import MOST
from members.services import insights

_LONGEST = 200  # characters of a key
_DIGITS = 18  # of a size: more do not fit its column


@needs(Right.SEE_REPORTS)
@require_POST
def shown(request: HttpRequest) -> HttpResponse:
    """Today sends this once a reader has it before them: a page that is fetched, and not read, marks nothing.

    Without JavaScript it is not sent; then an insight is told every day until it is put away.
    """
    seen = [_mark(*each) for each in zip(request.POST.getlist("key"), request.POST.getlist("size"), strict=False)]
    insights.shown([mark for mark in seen[:MOST] if mark], today=people.today(), by=actor_of(request))
    return HttpResponse(status=204)


@needs(Right.SEE_REPORTS)
@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """Not again for a month, unless it grows."""
    mark = _mark(request.POST.get("key", ""), request.POST.get("size", ""))
    if mark is None:
        return HttpResponseBadRequest()
    key, size = mark
    insights.dismiss(key=key, size=size, today=people.today(), by=actor_of(request))
    return _back(request)


@needs(Right.SEE_REPORTS)
@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Show what was put away last today again."""
    actor = actor_of(request)
    mark = queries.put_away(actor, people.today())
    if mark is not None:
        insights.restore(mark=mark, by=actor)
    return _back(request)


def _mark(key: str, size: str) -> tuple[str, int] | None:
    """Key and size as the page sends them; None when they are not."""
    if not 0 < len(key) <= _LONGEST or "\x00" in key:
        return None
    if not (size.isascii() and size.isdigit() and len(size) <= _DIGITS):
        return None
    return key, int(size)


def _back(request: HttpRequest) -> HttpResponse:
    address = request.POST.get("next", "")
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return redirect(address if safe else "today")

"""Put one of Today's insights away, and take that back."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.queries import insights as queries
from members.queries import people
from members.services import insights

_LARGEST = 2**62


@needs(Right.SEE_REPORTS)
@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """Not again for a month, unless it grows."""
    key, size = request.POST.get("key", ""), request.POST.get("size", "")
    if not 0 < len(key) <= 200 or not (size.isascii() and size.isdigit()) or int(size[:20]) > _LARGEST:
        return HttpResponseBadRequest()
    insights.dismiss(key=key, size=int(size), today=people.today(), by=actor_of(request))
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


def _back(request: HttpRequest) -> HttpResponse:
    address = request.POST.get("next", "")
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return redirect(address if safe else "today")

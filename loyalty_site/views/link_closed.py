"""What a link answers that lets nobody in, and when it answers no more: for invitations and passwords alike."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from members.queries import tries as queries
from members.queries.tries import Purpose
from members.services import tries


def is_shut(request: HttpRequest) -> bool:
    """Whether too many links that were none came from this address."""
    return queries.is_shut(Purpose.LINK, _address(request))


def closed(request: HttpRequest, *, counted: bool = False) -> HttpResponse:
    """This link does not work; `counted`: it may have been a guess."""
    if counted:
        tries.count(Purpose.LINK, _address(request))
    return render(request, "link_closed.html", status=404)


def shut(request: HttpRequest) -> HttpResponse:
    """Too many tries: wait."""
    return render(request, "link_closed.html", {"minutes": queries.LIMITS[Purpose.LINK][1]}, status=429)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))

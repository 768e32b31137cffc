"""The member's own page, by a secret link and without a sign-in: what there is, what ends when, and why."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members.lib import masking
from members.lib.access import needs
from members.lib.roles import Right
from members.models import Member
from members.queries import merchants
from members.queries import tries as tries_queries
from members.queries.tries import LIMITS, Purpose
from members.services import tries
from rewards.exports import statement as words
from rewards.queries import holdings, own_pages, statement

PER_PAGE = 20
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}


@needs(Right.PUBLIC)
@require_safe
@never_cache
def page(request: HttpRequest, secret: str) -> HttpResponse:
    """The page of the member that the link is for. Every other link gets one and the same answer."""
    wanted = request.GET.get("lang", "")
    with translation.override(wanted if wanted in dict(settings.LANGUAGES) else translation.get_language()):
        answer = _answer(request, secret)
    for name, value in HEADERS.items():
        answer[name] = value
    return answer


def _answer(request: HttpRequest, secret: str) -> HttpResponse:
    address = str(request.META.get("REMOTE_ADDR", ""))
    if tries_queries.is_shut(Purpose.OWN_PAGE, address):
        return render(request, "rewards/own_page_closed.html", {"minutes": LIMITS[Purpose.OWN_PAGE][1]}, status=429)
    member = own_pages.whose(secret)
    if member is None:
        tries.count(Purpose.OWN_PAGE, address)
        return render(request, "rewards/own_page_closed.html", status=404)
    return render(request, "rewards/own_page.html", _context(request, member))


def _context(request: HttpRequest, member: Member) -> dict[str, Any]:
    merchant = merchants.current()
    shown = Paginator(statement.lines(member), PER_PAGE).get_page(request.GET.get("page"))
    return {
        "name": masking.name(member.name),
        "number": member.number,
        "holding": holdings.of(member),
        "lines": words.said(statement.told(list(shown)), merchant),
        "page_obj": shown,
    }

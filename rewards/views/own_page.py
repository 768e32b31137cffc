"""The member's own page, by a secret link and without a sign-in: what there is, what ends when, and why."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members.lib import clock, masking
from members.lib.access import needs
from members.lib.roles import Right
from members.models import Member
from members.queries import merchants
from members.queries import tries as tries_queries
from members.queries.tries import LIMITS, Purpose
from members.services import tries
from rewards.exports import statement as words
from rewards.exports import tier_sentences
from rewards.queries import cards, coupons, holdings, own_pages, statement, tiers
from rewards.queries import gifts as gift_queries

PER_PAGE = 20
COUPONS = 10  # each with its picture: the page stays small
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
    member = own_pages.whose(secret)
    if member is not None:  # many share an address, and whoever holds one of 2^256 secrets has not guessed it
        return render(request, "rewards/own_page.html", _context(request, member))
    address = str(request.META.get("REMOTE_ADDR", ""))
    if tries_queries.is_shut(Purpose.OWN_PAGE, address):
        return render(request, "rewards/own_page_closed.html", {"minutes": LIMITS[Purpose.OWN_PAGE][1]}, status=429)
    tries.count(Purpose.OWN_PAGE, address)
    return render(request, "rewards/own_page_closed.html", status=404)


def _context(request: HttpRequest, member: Member) -> dict[str, Any]:
    merchant = merchants.current()
    today = clock.local_date(clock.now(), merchant.zone)
    shown = Paginator(statement.lines(member), PER_PAGE).get_page(request.GET.get("page"))
    holding, standing = holdings.of(member), tiers.standing(member, today)
    gifts = list(gift_queries.on_offer(today).filter(gift_queries.LEFT))
    return {
        "name": masking.name(member.name),
        "number": member.number,
        "holding": holding,
        "card": cards.card_code(member),
        "tier": tier_sentences.told(standing, merchant.currency) if standing else None,
        "coupons": list(coupons.open_of(member, today)[:COUPONS]),
        "gifts": [gift for gift in gifts if gift.points <= holding.available],
        "next_gift": next((gift for gift in gifts if gift.points > holding.available), None),
        "lines": words.said(statement.told(list(shown)), merchant),
        "page_obj": shown,
    }

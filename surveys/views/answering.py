"""The page on which people answer: no sign-in, small, without JavaScript, kept page by page.

A page that was kept leads to the address of the next one, so that the browser's own Back and Reload show pages and ask
nobody whether to send a form again.
"""

import datetime as dt
import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.lib import clock
from members.lib.access import needs
from members.lib.actor import Actor
from members.lib.display import in_language
from members.lib.roles import Right
from members.queries import merchants
from members.queries import tries as tries_queries
from members.queries.tries import Purpose
from members.services import tries
from surveys.forms import answering as forms
from surveys.models import PublicLink, Response
from surveys.queries import answering as queries
from surveys.queries import surveys
from surveys.queries.answering import Door
from surveys.rules.questions import shown
from surveys.services import answering
from surveys.views import public

BY = Actor(kind="member", name="survey", role=None, store_ids=frozenset())


@dataclass(frozen=True, slots=True)
class Key:
    """What a public link knows its person by, signed. `address`: the same, only for a browser that keeps no cookie."""

    form: str = ""
    address: str = ""


NO_KEY = Key()  # a member's own link says itself whose it is


@needs(Right.PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: HttpRequest, token: str) -> HttpResponseBase:
    """A survey by a member's own link, or by the code in a shop. Every other link gets one and the same answer."""
    return public.answered(request, lambda: _answer(request, token))


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    if link := queries.public(token):
        return _by_public(request, link)
    if door := queries.invited(token):
        return _at(request, door)
    address = str(request.META.get("REMOTE_ADDR", ""))
    if tries_queries.is_shut(Purpose.SURVEY, address):  # shuts nobody out who has a good link
        return render(request, "surveys/public/busy.html", {"merchant": merchants.current()}, status=429)
    tries.count(Purpose.SURVEY, address)
    return _closed(request)


def _by_public(request: HttpRequest, link: PublicLink) -> HttpResponse:
    """Who has no key yet is given one, in a cookie and in the form: either finds the answer again."""
    name = f"survey-{link.pk}"
    cookie = request.COOKIES.get(name, "")
    given = request.POST.get("key", "") or cookie or request.GET.get("key", "")
    known = queries.person_in(given)
    person = known or secrets.token_urlsafe(16)
    signed = queries.signed(person)
    is_begun = bool(known) or request.method == "POST"  # who only opened the page had no cookie to send back yet
    key = Key(signed, signed if is_begun and not cookie else "")
    answer = _at(request, queries.by_public(link, person), key)
    answer.set_cookie(
        name, signed, max_age=queries.KEY_DAYS * 86_400, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return answer


def _at(request: HttpRequest, door: Door, key: Key = NO_KEY) -> HttpResponse:
    found = queries.response(door)
    is_thanked = request.method != "POST" and request.GET.get("done") == "1"
    if is_thanked and found and found.completed_at:  # also when it is too late to change anything
        return render(request, "surveys/public/thanks.html", _thanks(door, found, key))
    if not queries.may_change(found):
        return _closed(request)
    if request.method == "POST":
        return _sent(request, door, key)
    answering.opened(door)
    return _drawn(request, door, found, _page_in(request.GET), key)


def _sent(request: HttpRequest, door: Door, key: Key) -> HttpResponse:
    number, values = _page_in(request.POST), dict(request.POST.lists())
    language = translation.get_language() or "zh-hans"
    try:
        saved = answering.save_page(door, number, values, language=language, by=BY)
    except answering.Closed:
        return _closed(request)
    except answering.Flood:
        answer = render(request, "surveys/public/busy.html", {"merchant": merchants.current()}, status=429)
        answer["Retry-After"] = "60"
        return answer
    if saved.faults:
        return _drawn(request, door, saved.response, number, key, saved.faults, values)
    return _onward(request, saved.next_page, key)


def _onward(request: HttpRequest, following: int | None, key: Key) -> HttpResponse:
    """To the next page, or to the thanks after the last."""
    asked = {"done": "1"} if following is None else {"page": str(following)}
    if (language := request.POST.get("lang", "")) in public.LANGUAGES:
        asked["lang"] = language
    if key.address:
        asked["key"] = key.address
    return redirect(f"{request.path}?{urlencode(asked)}")


def _drawn(
    request: HttpRequest, door: Door, found: Response | None, number: int, key: Key,
    faults: Mapping[str, str] | None = None, sent: Mapping[str, list[str]] | None = None,
) -> HttpResponse:  # fmt: skip
    version = queries.version(door, found)
    if version is None:
        return _closed(request)
    asked, said = queries.questions(version), queries.answers(found)
    pages = sorted({question.page for question in asked if shown(surveys.asked(question), said)})
    number = number if number in pages else next((page for page in pages if page > number), pages[-1])
    faults = faults or {}
    context = {
        "title": in_language(door.survey.title_zh, door.survey.title_en),
        "intro": in_language(door.survey.intro_zh, door.survey.intro_en) if number == pages[0] else "",
        "promise": _promise(door) if number == pages[0] else "",
        "questions": [
            forms.drawn(question, said.get(question.code, []), faults.get(question.code, ""), sent if faults else None)
            for question in asked
            if question.page == number and shown(surveys.asked(question), said)
        ],
        "page": number,
        "at": pages.index(number) + 1,
        "of": len(pages),
        "before": max((page for page in pages if page < number), default=None),
        "key": key.form,
        "carried": key.address,
        "is_test": door.is_test,
        "faults": len(faults),
        "language": translation.get_language(),
        "merchant": merchants.current(),
    }
    return render(request, "surveys/public/page.html", context, status=422 if faults else 200)


def _promise(door: Door) -> str:
    if door.member is None:
        return ""
    coupon = door.survey.thanks_coupon
    return forms.promised(door.survey.thanks_points, coupon.name if coupon else "")


def _thanks(door: Door, found: Response, key: Key) -> dict[str, object]:
    survey = door.survey
    coupon = survey.thanks_coupon.name if survey.thanks_coupon else ""
    return {
        "text": in_language(survey.thanks_zh, survey.thanks_en),
        "gift": forms.promised(survey.thanks_points, coupon) if found.thanked_at else "",
        "minutes": _minutes_left(found),
        "carried": key.address,
        "is_done": True,
        "merchant": merchants.current(),
        "is_test": door.is_test,
    }


def _minutes_left(found: Response) -> int:
    """For how long answers can still be changed: the page may be looked at again long after they were sent."""
    if found.completed_at is None:
        return 0
    left = found.completed_at + dt.timedelta(minutes=found.survey.edit_minutes) - clock.now()
    return max(0, math.ceil(left / dt.timedelta(minutes=1)))


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "surveys/public/closed.html", {"merchant": merchants.current()}, status=404)


def _page_in(values: Mapping[str, str]) -> int:
    text = values.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0

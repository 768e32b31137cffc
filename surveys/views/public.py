"""What the pages have in common that people open without a sign-in."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

HEADERS = {"Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex, nofollow, noarchive"}
LANGUAGES = dict(settings.LANGUAGES)


def spoken(request: HttpRequest) -> translation.override:
    """The language that a form or an address asks for, within the block; else that of the browser."""
    wanted = request.POST.get("lang") or request.GET.get("lang", "")
    return translation.override(wanted if wanted in LANGUAGES else translation.get_language())


def answered(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """An answer in that language, which no search engine keeps and no other site is told of."""
    with spoken(request):
        made = answer()
    for name, value in HEADERS.items():
        made[name] = value
    return made

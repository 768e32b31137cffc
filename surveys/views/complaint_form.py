"""The page on which customers complain: no sign-in, small, without JavaScript."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.lib.access import needs
from members.lib.actor import Actor
from members.lib.roles import Right
from members.queries import merchants
from members.queries import tries as tries_queries
from members.queries.tries import LIMITS, Purpose
from members.services import tries
from surveys.forms.complaints import ComplaintForm
from surveys.models import Case, ComplaintLink
from surveys.queries import complaints as queries
from surveys.services import complaints
from surveys.views import public

BY = Actor(kind="member", name="complaint form", role=None, store_ids=frozenset())


@needs(Right.PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: HttpRequest, token: str) -> HttpResponseBase:
    """The form of a store. Every link that is none gets one and the same answer."""

    def answer() -> HttpResponse:
        link = queries.link(token.replace("\0", ""))
        return _at(request, link) if link else _nowhere(request)

    return public.answered(request, answer)


def _nowhere(request: HttpRequest) -> HttpResponse:
    if tries_queries.is_shut(Purpose.COMPLAINT, _address(request)):  # shuts nobody out who has a good link
        busy = render(request, "surveys/public/busy.html", {"merchant": merchants.current()}, status=429)
        return _later(busy, Purpose.COMPLAINT)
    tries.count(Purpose.COMPLAINT, _address(request))
    return render(request, "surveys/public/no_complaint.html", {"merchant": merchants.current()}, status=404)


def _at(request: HttpRequest, link: ComplaintLink) -> HttpResponse:
    if request.method != "POST":
        return _drawn(request, link, ComplaintForm(), queries.fresh_key())
    key = request.POST.get("key", "")
    number = queries.number_in(key)
    if before := queries.sent(number):
        return _thanks(request, before)
    form = ComplaintForm({name: request.POST.get(name, "").replace("\0", "") for name in ("text", "contact")})
    if not form.is_valid():
        return _drawn(request, link, form, key, status=422)
    if tries_queries.is_shut(Purpose.COMPLAINT_SENT, _address(request)):
        return _later(_drawn(request, link, form, key, status=429), Purpose.COMPLAINT_SENT)
    try:
        case = complaints.take(link, **form.cleaned_data, number=number, by=BY)
    except complaints.Flood:
        answer = _drawn(request, link, form, key, status=429)
        answer["Retry-After"] = "60"
        return answer
    tries.count(Purpose.COMPLAINT_SENT, _address(request))
    return _thanks(request, case)


def _drawn(request: HttpRequest, link: ComplaintLink, form: ComplaintForm, key: str, status: int = 200) -> HttpResponse:
    context = {
        "form": form, "store": link.store, "key": key or queries.fresh_key(), "language": translation.get_language(),
        "is_busy": status == 429, "merchant": merchants.current(),
    }  # fmt: skip
    return render(request, "surveys/public/complaint.html", context, status=status)


def _thanks(request: HttpRequest, case: Case) -> HttpResponse:
    context = {"number": case.number, "has_contact": bool(case.contact), "merchant": merchants.current()}
    return render(request, "surveys/public/complaint_thanks.html", context)


def _later(answer: HttpResponse, purpose: Purpose) -> HttpResponse:
    answer["Retry-After"] = str(LIMITS[purpose][1] * 60)
    return answer


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))

"""The page behind the link to opt out: no sign-in, one button, one answer whatever the link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from members.lib.access import needs
from members.lib.roles import Right
from members.queries import merchants
from members.services.contact import sending


@csrf_exempt  # mail programs press the button themselves (RFC 8058); the signed token is what counts
@needs(Right.PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: HttpRequest, token: str) -> HttpResponse:
    """A GET changes nothing: programs that look at links must not opt anybody out."""
    done = request.method == "POST"
    if done:
        sending.opt_out(token)
    answer = render(request, "members/messages/opt_out.html", {"done": done, "merchant": merchants.current()})
    answer["Referrer-Policy"], answer["X-Robots-Tag"] = "no-referrer", "noindex, nofollow"
    return answer

import ipaddress
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from loyalty_site.services import health
from loyalty_site.services import metrics as figures
from members.lib.access import needs
from members.lib.roles import Right


@needs(Right.PUBLIC)
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; it asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


@needs(Right.PUBLIC)
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Whether each part the desk stands on is there; 503 when one is not."""
    parts = health.check()
    is_ready = not any(parts.values())
    said = {part: wrong or "ok" for part, wrong in parts.items()}
    return JsonResponse({"ready": is_ready, **said}, status=200 if is_ready else 503)


@needs(Right.PUBLIC)
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus: with METRICS_TOKEN who has it, without one only this machine itself."""
    if not _may_read(request):
        return HttpResponse("Metrics need the token, or a request from this machine.\n", "text/plain", status=403)
    return HttpResponse(figures.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    # What a proxy on this machine hands on comes from elsewhere.
    handed_on = any(name in request.headers for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"))
    try:
        return not handed_on and ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False

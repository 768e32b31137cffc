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
    """For Prometheus, who has METRICS_TOKEN; without one this machine itself, where that is allowed."""
    if not _may_read(request):
        said = "Metrics need the token (METRICS_TOKEN, sent as Authorization: Bearer …).\n"
        return HttpResponse(said, "text/plain; charset=utf-8", status=403)
    return HttpResponse(figures.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    # A proxy on this machine may hand on what comes from elsewhere, and not say so: only where somebody vouches for it.
    if not (settings.DEBUG or settings.METRICS_WITHOUT_TOKEN):
        return False
    handed_on = any(name in request.headers for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"))
    try:
        return not handed_on and ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False

"""The site, and two addresses that go wrong on purpose."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from loyalty_site.urls import handler400, handler403, handler404, handler500
from loyalty_site.urls import urlpatterns as site
from members.lib.access import needs
from members.lib.roles import Right

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@needs(Right.PUBLIC)
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


@needs(Right.PUBLIC)
def damaged(request: HttpRequest) -> HttpResponse:
    raise BadRequest


urlpatterns = [path("broken/", broken), path("damaged/", damaged), *site]

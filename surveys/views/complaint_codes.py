"""The codes by which customers complain: one of each store, to print and to take down."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.queries import scope as member_scope
from surveys.exports import codes
from surveys.models import ComplaintLink
from surveys.queries import links as queries
from surveys.services import links


@needs(Right.SURVEYS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The codes there are, and the stores without one."""
    actor = actor_of(request)
    hung = list(queries.complaint_links_of(actor).order_by("store__name"))
    without = member_scope.stores(actor).filter(is_active=True).exclude(pk__in=[one.store_id for one in hung])
    return render(request, "surveys/complaint_codes.html", {"hung": hung, "stores": without})


@needs(Right.SURVEYS)
@require_POST
def hang_out(request: HttpRequest) -> HttpResponse:
    """A code for a store."""
    actor = actor_of(request)
    store = get_object_or_404(member_scope.stores(actor), code=request.POST.get("store", ""))
    return redirect("surveys:complaint-code", links.hang_out_for_complaints(store, by=actor).pk)


@needs(Right.SURVEYS)
@require_safe
def one(request: HttpRequest, link_id: int) -> HttpResponse:
    """A code to print, with what it is for in both languages."""
    link = _link(request, link_id)
    return render(request, "surveys/complaint_code.html", {"link": link, "address": _address(link)})


@needs(Right.SURVEYS)
@require_safe
def picture(request: HttpRequest, link_id: int) -> HttpResponse:
    """The code as a picture."""
    return HttpResponse(codes.svg(_address(_link(request, link_id))), content_type="image/svg+xml")


@needs(Right.SURVEYS)
@require_POST
def take_down(request: HttpRequest, link_id: int) -> HttpResponse:
    """It leads nowhere any more."""
    links.take_down(_link(request, link_id), by=actor_of(request))
    messages.success(request, _("The code leads nowhere any more. Take it off the wall."))
    return redirect("surveys:complaint-codes")


def _link(request: HttpRequest, link_id: int) -> ComplaintLink:
    return get_object_or_404(queries.complaint_links_of(actor_of(request)), pk=link_id)


def _address(link: ComplaintLink) -> str:
    return str(settings.DESK_URL).rstrip("/") + reverse("complaint-form", args=[link.token])

"""Segments: which there are and how many are in them now; saved from a list of members or orders, renamed, deleted."""

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from members.filters import MemberFilter, OrderFilter, behind, orders_behind, to_keep
from members.lib import display, listing
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.registry import UnknownAudience
from members.lib.roles import Right
from members.lib.widgets import Action
from members.models import Segment
from members.queries import orders
from members.queries import segments as queries
from members.services import segments
from members.services.names import BadName
from members.views import naming


@needs(Right.SEE_MEMBERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every segment with its size for this reader."""
    actor = actor_of(request)
    pages = Paginator(queries.visible(actor), listing.PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    sizes, own = queries.sizes(actor, shown), set(queries.own(actor).values_list("pk", flat=True))
    rows = [
        {
            "segment": segment,
            "size": sizes[segment.pk],
            "url": _list_url(segment),
            "filters_url": _filters_url(segment),
            "is_own": segment.pk in own,
        }
        for segment in shown
    ]
    to_list = Action(_("To the member list"), reverse("members:list"), primary=True)
    context = {"rows": rows, "page_obj": shown, "answer": _answer(pages.count), "action": to_list}
    return render(request, "members/segments/page.html", context)


@needs(Right.SEE_MEMBERS)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the list whose address was sent along: its people (of orders: the buyers), or its filters."""
    actor, name, asked = actor_of(request), request.POST.get("name", ""), listing.sent(request.POST.get("list", ""))
    of_orders = request.POST.get("of") == "orders"
    try:
        filters = _orders(request, actor, asked) if of_orders else _members(request, actor, asked)
    except UnknownAudience as unknown:
        return render(request, "members/unknown_list.html", {"reason": unknown}, status=400)
    kept = to_keep(filters)
    back = reverse("members:orders" if of_orders else "members:list")
    try:
        if of_orders:
            segment = segments.save_snapshot(name, orders.buyers(actor, filters.qs), kept, by=actor)
        elif request.POST.get("kind") == Segment.Kind.FILTER:
            segment = segments.save_filter(name, kept, by=actor)
        else:
            segment = segments.save_snapshot(name, filters.qs, kept, by=actor)
    except BadName as bad:
        return _refused(request, f"{back}?{asked.urlencode()}", naming.why(bad, name))
    except segments.Refused as refused:
        return _refused(request, f"{back}?{asked.urlencode()}", _why(refused))
    messages.success(request, _("Saved as segment “%(name)s”.") % {"name": segment.name})
    return redirect(_list_url(segment))


@needs(Right.SEE_MEMBERS)
@require_POST
def rename(request: HttpRequest, segment_id: int) -> HttpResponse:
    actor = actor_of(request)
    segment = get_object_or_404(queries.own(actor), pk=segment_id)
    naming.rename(request, partial(segments.rename, segment, by=actor))
    return redirect("members:segments")


@needs(Right.SEE_MEMBERS)
@require_POST
def delete(request: HttpRequest, segment_id: int) -> HttpResponse:
    actor = actor_of(request)
    segment = get_object_or_404(queries.own(actor), pk=segment_id)
    segments.delete(segment, by=actor)
    messages.success(request, _("The segment “%(name)s” is gone; its members stay.") % {"name": segment.name})
    return redirect("members:segments")


def _list_url(segment: Segment) -> str:
    return f"{reverse('members:list')}?{urlencode({'segment': segment.pk})}"


def _filters_url(segment: Segment) -> str:
    """The list a filter was saved from; "" for a snapshot, which that list may have left behind."""
    if segment.kind != Segment.Kind.FILTER:
        return ""
    return f"{reverse('members:list')}?{listing.as_query(segment.params).urlencode()}"


def _answer(count: int) -> str:
    if not count:
        return _("No segment is kept yet.")
    return ngettext(
        "%(n)s segment is kept; lists and reports can be filtered by it.",
        "%(n)s segments are kept; lists and reports can be filtered by them.",
        count,
    ) % {"n": display.number(count)}


def _members(request: HttpRequest, actor: Actor, asked: QueryDict) -> MemberFilter:
    return MemberFilter(asked, behind(actor, asked)[1], request=request)


def _orders(request: HttpRequest, actor: Actor, asked: QueryDict) -> OrderFilter:
    return OrderFilter(asked, orders_behind(actor, asked)[1], request=request)


def _refused(request: HttpRequest, back: str, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect(back)


def _why(refused: segments.Refused) -> str:
    reasons = {
        "nobody": _("Nobody is on this list, so there is nobody to keep."),
        "nested": _("This list asks for a segment itself, so its filters cannot be kept; keep its people instead."),
    }
    return reasons[refused.reason]

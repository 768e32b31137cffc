"""Segments: which groups do we keep, and how many are in them now?"""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from members.filters import in_segment, said
from members.lib import display
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Segment
from members.queries import segments as queries
from members.services import segments
from members.services.names import BadName
from members.views.keeping import why

PER_PAGE = 20  # each live one is counted


@dataclass(frozen=True, slots=True)
class Listed:
    """A segment as a row: how many of its members the reader may see, and its filter in words."""

    segment: Segment
    size: int
    reads: str
    url: str
    is_own: bool


@needs(Right.SEE_MEMBERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    pages = Paginator(queries.visible(actor), PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "rows": [_listed(actor, segment) for segment in shown],
        "page_obj": shown,
        "heading": _heading(pages.count),
        "may_group": actor.may(Right.GROUP),
    }
    return render(request, "members/segments.html", context)


@needs(Right.GROUP)
@require_POST
def rename(request: HttpRequest, segment_id: int) -> HttpResponse:
    segment, actor, name = _own(request, segment_id), actor_of(request), request.POST.get("name", "")
    try:
        segments.rename(segment, name, by=actor)
    except BadName as bad:
        messages.error(request, why(bad, name))
    return redirect("members:segments")


@needs(Right.GROUP)
@require_POST
def delete(request: HttpRequest, segment_id: int) -> HttpResponse:
    segment = _own(request, segment_id)
    segments.delete(segment, by=actor_of(request))
    messages.success(
        request, _("The segment “%(name)s” is gone; its members are as they were.") % {"name": segment.name}
    )
    return redirect("members:segments")


def _own(request: HttpRequest, segment_id: int) -> Segment:
    actor = actor_of(request)
    segment = get_object_or_404(queries.visible(actor), pk=segment_id)
    if not queries.is_own(actor, segment):
        raise Http404
    return segment


def _listed(actor: Actor, segment: Segment) -> Listed:
    return Listed(
        segment=segment,
        size=in_segment(actor, segment).count(),
        reads=said(actor, segment),
        url=f"{reverse('members:list')}?segment={segment.pk}",
        is_own=queries.is_own(actor, segment),
    )


def _heading(count: int) -> str:
    if not count:
        return _("No segment is kept yet")
    return ngettext("%(n)s segment is kept", "%(n)s segments are kept", count) % {"n": display.number(count)}

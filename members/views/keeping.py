"""What a list is kept as: a segment, a saved view, a tag on its members. The forms stand below and above the list."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from members.filters import MembersAsked, members_asked
from members.lib import display, listing
from members.lib.access import actor_of, needs
from members.lib.id_set import id_set
from members.lib.registry import UnknownAudience
from members.lib.roles import Right
from members.models import Member, Segment
from members.queries import segments as queries
from members.services import segments, tags
from members.services.names import BadName


@needs(Right.GROUP)
@require_POST
def save_segment(request: HttpRequest) -> HttpResponse:
    """Keep the members of a list, or its filter, under a name; then open them."""
    params, name = _list(request), request.POST.get("name", "")
    asked = _asked(request, params)
    if asked is None:
        messages.error(request, _("A part of this list was not understood, so it was not saved."))
        return _back(params)
    filters = listing.kept(params, "page", "header", "sort", "cols")
    common: dict[str, Any] = {
        "name": name,
        "params": filters,
        "is_shared": _is_shared(request),
        "by": actor_of(request),
    }
    try:
        if request.POST.get("kind") == Segment.Kind.FILTER:
            made = segments.save_filter(**common)
        else:
            made = segments.save_snapshot(member_ids=_ids(asked.filters.qs), **common)
    except BadName as bad:
        messages.error(request, why(bad, name))
        return _back(params)
    messages.success(request, _("Saved as “%(name)s”. It can be chosen as a filter now.") % {"name": made.name})
    return redirect(f"{reverse('members:list')}?segment={made.pk}")


@needs(Right.GROUP)
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep filters, sort and columns of the list under a name."""
    params, name = _list(request), request.POST.get("name", "")
    try:
        params_kept = listing.kept(params, "page", "header")
        segments.save_view(name=name, params=params_kept, is_shared=_is_shared(request), by=actor_of(request))
    except BadName as bad:
        messages.error(request, why(bad, name))
    else:
        messages.success(request, _("The view is saved; it stands above the list."))
    return _back(params)


@needs(Right.GROUP)
@require_POST
def delete_view(request: HttpRequest, view_id: int) -> HttpResponse:
    actor = actor_of(request)
    view = get_object_or_404(queries.views(actor), pk=view_id)
    if not queries.is_own(actor, view):
        raise Http404
    segments.delete(view, by=actor)
    messages.success(request, _("The view “%(name)s” is gone.") % {"name": view.name})
    return _back(_list(request))


@needs(Right.GROUP)
@require_POST
def tag(request: HttpRequest) -> HttpResponse:
    """Put a tag on the selected members of a list, or on all of them; or take it off."""
    params, name = _list(request), request.POST.get("name", "").strip()
    asked = _asked(request, params)
    if asked is None:
        messages.error(request, _("A part of this list was not understood, so nothing was tagged."))
        return _back(params)
    members = asked.filters.qs
    if request.POST.get("whom") != "all":
        chosen = [int(value) for value in request.POST.getlist("member") if value.isdecimal()]
        members = members.filter(pk__in=id_set(chosen))
    ids = _ids(members)
    if ids:
        _tagged(request, name, ids)
    else:
        messages.error(request, _("Nobody was selected. Tick members, or choose all members of this list."))
    return _back(params)


def _tagged(request: HttpRequest, name: str, ids: list[int]) -> None:
    actor = actor_of(request)
    if request.POST.get("do") == "remove":
        found = queries.tags().filter(name=name).first()
        count = tags.remove(tag=found, member_ids=ids, by=actor) if found else 0
        said = ngettext(
            "The tag “%(name)s” was taken off %(n)s member.", "The tag “%(name)s” was taken off %(n)s members.", count
        )
    else:
        try:
            count = tags.add(name=name, member_ids=ids, by=actor)
        except BadName as bad:
            messages.error(request, why(bad, name))
            return
        said = ngettext(
            "The tag “%(name)s” was put on %(n)s member.", "The tag “%(name)s” was put on %(n)s members.", count
        )
    messages.success(request, said % {"name": name, "n": display.number(count)})


def why(bad: BadName, name: str) -> str:
    """Why a name will not do."""
    reasons = {
        "blank": _("Give it a name."),
        "long": _("This name is too long."),
        "taken": _("The name “%(name)s” is taken already. Choose another one."),
    }
    return reasons[bad.reason] % {"name": name.strip()}


def _is_shared(request: HttpRequest) -> bool:
    return "private" not in request.POST


def _list(request: HttpRequest) -> QueryDict:
    """The URL of the list that the form stood on."""
    return QueryDict(request.POST.get("list", ""))


def _asked(request: HttpRequest, params: QueryDict) -> MembersAsked | None:
    """The list, when all of its URL is understood: what is kept or tagged is exactly what was on the screen."""
    try:
        asked = members_asked(actor_of(request), params)
    except UnknownAudience:
        return None
    return asked if asked.is_whole else None


def _ids(members: QuerySet[Member]) -> list[int]:
    return list(members.order_by("pk").values_list("pk", flat=True))


def _back(params: QueryDict) -> HttpResponse:
    return redirect(f"{reverse('members:list')}?{params.urlencode()}".rstrip("?"))

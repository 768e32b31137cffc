"""What is done with the member list as it stands: views of it saved, renamed, deleted; a tag put on its members."""

from functools import partial

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from members.filters import MemberFilter, behind, unread
from members.lib import display, listing
from members.lib.access import actor_of, needs
from members.lib.id_set import id_set
from members.lib.registry import UnknownAudience
from members.lib.roles import Right
from members.models import Member, SavedView
from members.queries import tags as tag_queries
from members.queries import views as view_queries
from members.services import tags, views
from members.services.names import BadName
from members.views import naming


@needs(Right.SEE_MEMBERS)
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep filters, sort and columns of the list under a name."""
    params, name = _list(request), request.POST.get("name", "")
    is_shared = "private" not in request.POST
    try:
        views.save(name, listing.kept(params, "page", "header"), is_shared=is_shared, by=actor_of(request))
    except BadName as bad:
        messages.error(request, naming.why(bad, name))
    else:
        messages.success(request, _("The view is saved; it stands above the list."))
    return _back(params)


@needs(Right.SEE_MEMBERS)
@require_POST
def rename_view(request: HttpRequest, view_id: int) -> HttpResponse:
    view = _own_view(request, view_id)
    naming.rename(request, partial(views.rename, view, by=actor_of(request)))
    return _back(_list(request))


@needs(Right.SEE_MEMBERS)
@require_POST
def delete_view(request: HttpRequest, view_id: int) -> HttpResponse:
    view = _own_view(request, view_id)
    views.delete(view, by=actor_of(request))
    messages.success(request, _("The view “%(name)s” is gone.") % {"name": view.name})
    return _back(_list(request))


@needs(Right.SEE_MEMBERS)
@require_POST
def tag(request: HttpRequest) -> HttpResponse:
    """Put a tag on the selected members of a list, or on all of them; or take it off."""
    params, name = _list(request), request.POST.get("name", "").strip()
    members = _members(request, params)
    if members is None:
        messages.error(request, _("A part of this list was not understood, so nothing was tagged."))
        return _back(params)
    if request.POST.get("whom") != "all":
        chosen = [int(value) for value in request.POST.getlist("member") if value.isdecimal() and len(value) < 19]
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
        found = tag_queries.every().filter(name=name).first()
        count = tags.remove(tag=found, member_ids=ids, by=actor) if found else 0
        said = ngettext(
            "The tag “%(name)s” was taken off %(n)s member.", "The tag “%(name)s” was taken off %(n)s members.", count
        )
    else:
        try:
            count = tags.add(name=name, member_ids=ids, by=actor)
        except BadName as bad:
            messages.error(request, naming.why(bad, name))
            return
        said = ngettext(
            "The tag “%(name)s” was put on %(n)s member.", "The tag “%(name)s” was put on %(n)s members.", count
        )
    messages.success(request, said % {"name": name, "n": display.number(count)})


def _own_view(request: HttpRequest, view_id: int) -> SavedView:
    actor = actor_of(request)
    view = get_object_or_404(view_queries.visible(actor), pk=view_id)
    if not view_queries.is_own(actor, view):
        raise Http404
    return view


def _list(request: HttpRequest) -> QueryDict:
    """The URL of the list that the form stood on."""
    return listing.sent(request.POST.get("list", ""))


def _members(request: HttpRequest, params: QueryDict) -> QuerySet[Member] | None:
    """Who is on the list; None unless all of its URL is understood: what is tagged is exactly what was shown."""
    try:
        audience, everyone = behind(actor_of(request), params)
    except UnknownAudience:
        return None
    filters = MemberFilter(params, everyone, request=request)
    return None if filters.form.errors or unread(filters, audience) else filters.qs


def _ids(members: QuerySet[Member]) -> list[int]:
    return list(members.order_by("pk").values_list("pk", flat=True))


def _back(params: QueryDict) -> HttpResponse:
    return redirect(f"{reverse('members:list')}?{params.urlencode()}".rstrip("?"))

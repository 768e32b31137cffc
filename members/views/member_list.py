import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from members import exports
from members.exports import columns
from members.exports.columns import Kind, MemberColumn
from members.filters import bar, given, keep, lists
from members.filters.lists import FoundMembers
from members.lib import display, listing
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.addresses import ask_file_url, member_url
from members.lib.listing import ListColumn
from members.lib.registry import UnknownAudience
from members.lib.roles import Right
from members.lib.trail import Trail, trail_in
from members.lib.widgets import Cell, Chip, Choice, FilterBar, Row
from members.models import Member
from members.queries import member_columns, merchants
from members.queries import views as view_queries
from members.queries.member_columns import Listed
from members.views.private_exports import file_links


@dataclass(frozen=True, slots=True)
class Found:
    """What the URL asks for: whom, and which columns of them."""

    members: FoundMembers
    columns: Sequence[MemberColumn]
    warnings: Sequence[str]


@needs(Right.SEE_MEMBERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The members behind a number, or all of them: searched, filtered, sorted, 50 a page."""
    try:
        found = _found(request, request.GET)
    except UnknownAudience as unknown:
        return render(request, "members/unknown_list.html", {"reason": unknown}, status=400)
    if found.members.audience and found.members.audience.subject == "orders":
        return HttpResponseRedirect(f"{reverse('members:orders')}?{request.GET.urlencode()}")
    return render(request, "members/list.html", _context(request, found))


@needs(Right.SEE_MEMBERS)
@require_safe
def csv_file(request: HttpRequest) -> HttpResponseBase:
    """The same people as a file; `header=key` gives stable keys as headings. A long list is made in the background."""
    try:
        found = _found(request, request.GET)
    except UnknownAudience as unknown:
        return render(request, "members/unknown_list.html", {"reason": unknown}, status=400)
    made = exports.members_made(found.members.people, found.columns, params=request.GET)
    if not exports.is_streamed(made):
        return redirect(ask_file_url("members", request.GET))
    return exports.streamed("members", made, params=request.GET, by=actor_of(request))


@needs(Right.SEE_MEMBERS)
@require_safe
def step(request: HttpRequest) -> HttpResponse:
    """The member at a place of a list (`list`, `at`, `of`), on their page; the list itself when nobody is there."""
    place = trail_in(request.GET)
    if place is None:
        raise Http404
    try:
        found = _found(request, listing.sent(place.query))
    except UnknownAudience as unknown:
        return render(request, "members/unknown_list.html", {"reason": unknown}, status=400)
    member = next(iter(found.members.people[place.at - 1 : place.at]), None)
    if member is None:
        messages.warning(request, _("The list has changed; nobody is at this place any more."))
        return redirect(place.back_url)
    return redirect(place.on(member_url(member.number, member.pk)))


def _found(request: HttpRequest, params: QueryDict) -> Found:
    members = lists.find_members(actor_of(request), params)
    shown, unknown = columns.chosen(params.getlist("cols"))
    unknown_columns = [_("This list has no column “%(name)s”.") % {"name": name} for name in unknown]
    return Found(members, shown, [*members.warnings, *unknown_columns])


def _context(request: HttpRequest, found: Found) -> dict[str, Any]:
    actor, params = actor_of(request), request.GET
    pages = Paginator(found.members.people, listing.PER_PAGE)
    shown = pages.get_page(params.get("page"))
    narrowed = bool(given(found.members.filters))
    total = found.members.everyone.count() if narrowed else pages.count
    currency = merchants.current().currency
    path = reverse("members:list")
    found_bar = _bar(found, path)
    return {
        "audience": found.members.audience,
        "heading": found.members.audience.title if found.members.audience else _("Members"),
        "summary": summary(total, pages.count if narrowed else None),
        "headings": listing.headings(map(heading, found.columns), params, found.members.sort),
        "rows": _rows(found, shown, currency),
        "page_obj": shown,
        "bar": found_bar,
        "tags": [choice.label for chip in found_bar.chips if chip.name == "tag" for choice in chip.choices],
        "action": path,
        "keep": keep(params, ["q"]),
        "q": params.get("q", ""),
        **file_links("members", "members:list-csv", params, pages.count, actor),
        "to_save": params.urlencode(),
        **_views(actor, params),
    }


def _views(actor: Actor, params: QueryDict) -> dict[str, Any]:
    """The saved views: those to choose, which one this is, and those the reader may delete."""
    here, path = listing.kept(params, "page", "header"), reverse("members:list")
    views = list(view_queries.visible(actor))
    return {
        "views": [
            Choice(str(view.pk), view.name, view.params == here, f"{path}?{listing.as_query(view.params).urlencode()}")
            for view in views
        ],
        "own_views": [view for view in views if view_queries.is_own(actor, view)],
        "is_plain": not here,
    }


def _bar(found: Found, path: str) -> FilterBar:
    """The filters, and behind them which columns are shown."""
    whole, params = bar(found.members.filters, path, found.warnings), found.members.filters.data
    shown = {column.key for column in found.columns}
    chip = Chip(
        name="cols",
        icon="table",
        label=_("Columns shown"),
        value=display.number(len(shown)),
        choices=[
            Choice(column.key, str(column.heading), column.key in shown)
            for column in columns.COLUMNS
            if column.key != columns.ALWAYS
        ],
        is_changed=shown != set(columns.DEFAULT),
        multiple=True,
        keep=keep(params, ["cols"]),
    )
    return replace(whole, chips=[*whole.chips, chip])


def _rows(found: Found, shown: Page[Member], currency: str) -> list[Row]:
    """The people of a page; their links know the list and the place in it."""
    query = found.members.filters.data.copy()
    query.pop("page", None)
    of, first = shown.paginator.count, shown.start_index()
    listed = enumerate(member_columns.listed(shown, {column.key for column in found.columns}), first)
    return [row(each, found.columns, currency, Trail(query.urlencode(), at, of)) for at, each in listed]


def summary(total: int, shown: int | None) -> str:
    """How many: of the number that was clicked, and how many of them the filters leave."""
    if shown is None:
        return ngettext("%(total)s member", "%(total)s members", total) % {"total": display.number(total)}
    return ngettext(
        "%(shown)s of %(total)s member fits the filters", "%(shown)s of %(total)s members fit the filters", total
    ) % {"shown": display.number(shown), "total": display.number(total)}


def heading(column: MemberColumn) -> ListColumn:
    """The head of a column."""
    return ListColumn(column.heading, column.sort, column.is_number, column.on_phone, column.falls)


def row(listed: Listed, shown: Sequence[MemberColumn], currency: str, trail: Trail) -> Row:
    """One person as a row of these columns; the first one, their name, leads to their page."""
    member = listed.person.member
    cells = [_cell(column, column.value(listed), currency) for column in shown]
    cells[0] = replace(cells[0], text=member.name or member.number, url=trail.on(member_url(member.number, member.pk)))
    return Row(cells, marked=listed.person.is_excluded, key=str(member.pk))


def _cell(column: MemberColumn, exact: str, currency: str) -> Cell:
    """The exact text, which is also the file's, as a reader is shown it."""
    return Cell(_shown(column.kind, exact, currency), value=exact)


def _shown(kind: Kind, exact: str, currency: str) -> str:
    if exact == "":
        return display.NONE
    if kind == Kind.DATE:
        return date_format(dt.date.fromisoformat(exact))
    if kind == Kind.FLAG:
        return _("yes") if exact == "1" else _("no")
    if kind == Kind.COUNT:
        return display.number(int(exact))
    return display.money(Decimal(exact), currency, 2) if kind == Kind.MONEY else exact

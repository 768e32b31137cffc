from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from members import exports
from members.filters import MemberFilter, bar, behind, given, keep, unread, unseen_stores
from members.lib import display, listing, masking
from members.lib.access import actor_of, needs
from members.lib.addresses import member_url
from members.lib.listing import ListColumn
from members.lib.registry import Audience, UnknownAudience
from members.lib.roles import Right
from members.lib.trail import Trail, trail_in
from members.lib.widgets import Cell, Row
from members.models import Member
from members.queries import merchants, people
from members.queries.people import Person

COLUMNS = (
    ListColumn(gettext_lazy("Name"), sort="name"),
    ListColumn(gettext_lazy("Member number"), sort="number"),
    ListColumn(gettext_lazy("Contact")),
    ListColumn(gettext_lazy("Home store"), on_phone=False),
    ListColumn(gettext_lazy("First purchase"), sort="first", on_phone=False, falls=True),
    ListColumn(gettext_lazy("Last purchase"), sort="last", falls=True),
    ListColumn(gettext_lazy("Purchases"), sort="orders", numeric=True, on_phone=False, falls=True),
    ListColumn(gettext_lazy("Spent less refunds"), sort="net", numeric=True, falls=True),
)


@dataclass(frozen=True, slots=True)
class Found:
    """What the URL asks for: the people behind a number (or all), and those of them the filters leave."""

    audience: Audience | None
    everyone: QuerySet[Member]
    filters: MemberFilter
    sort: str
    warnings: Sequence[str]

    @property
    def people(self) -> QuerySet[Member]:
        return people.sorted_by(self.filters.qs, self.sort).select_related("home_store")


@needs(Right.SEE_MEMBERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The members behind a number, or all of them: searched, filtered, sorted, 50 a page."""
    try:
        found = _found(request, request.GET)
    except UnknownAudience as unknown:
        return render(request, "members/unknown_list.html", {"reason": unknown}, status=400)
    if found.audience and found.audience.subject == "orders":
        return HttpResponseRedirect(f"{reverse('members:orders')}?{request.GET.urlencode()}")
    return render(request, "members/list.html", _context(request, found))


@needs(Right.SEE_MEMBERS)
@require_safe
def csv_file(request: HttpRequest) -> HttpResponseBase:
    """The same people as a file; `header=key` gives stable keys as headings."""
    try:
        found = _found(request, request.GET)
    except UnknownAudience as unknown:
        return render(request, "members/unknown_list.html", {"reason": unknown}, status=400)
    return exports.people_file(found.people, params=request.GET, by=actor_of(request))


@needs(Right.SEE_MEMBERS)
@require_safe
def step(request: HttpRequest) -> HttpResponse:
    """The member at a place of a list (`list`, `at`, `of`), on their page; the list itself when nobody is there."""
    place = trail_in(request.GET)
    if place is None:
        raise Http404
    try:
        found = _found(request, QueryDict(place.query))
    except UnknownAudience as unknown:
        return render(request, "members/unknown_list.html", {"reason": unknown}, status=400)
    member = next(iter(found.people[place.at - 1 : place.at]), None)
    if member is None:
        messages.warning(request, _("The list has changed; nobody is at this place any more."))
        return redirect(place.back_url)
    return redirect(place.on(member_url(member.number, member.pk)))


def _found(request: HttpRequest, params: QueryDict) -> Found:
    actor = actor_of(request)
    audience, everyone = behind(actor, params)
    sort, warning = listing.sort_in(params, people.SORTS, "-last" if audience else "number")
    filters = MemberFilter(params, everyone, request=request)
    return Found(
        audience,
        everyone,
        filters,
        sort,
        [
            *([warning] if warning else []),
            *(unseen_stores(actor, params) if audience else []),
            *unread(filters, behind_a_number=audience is not None),
        ],
    )


def _context(request: HttpRequest, found: Found) -> dict[str, object]:
    pages = Paginator(found.people, listing.PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    narrowed = bool(given(found.filters))
    total = found.everyone.count() if narrowed else pages.count
    currency = merchants.current().currency
    path = reverse("members:list")
    return {
        "audience": found.audience,
        "heading": found.audience.title if found.audience else _("Members"),
        "summary": summary(total, pages.count if narrowed else None),
        "headings": listing.headings(COLUMNS, request.GET, found.sort),
        "rows": _rows(request, shown, currency),
        "page_obj": shown,
        "bar": bar(found.filters, path, found.warnings),
        "action": path,
        "keep": keep(request.GET, ["q"]),
        "q": request.GET.get("q", ""),
        "csv_url": f"{reverse('members:list-csv')}?{request.GET.urlencode()}",
        "to_save": request.GET.urlencode(),
    }


def _rows(request: HttpRequest, shown: Page[Member], currency: str) -> list[Row]:
    """The people of a page; their links know the list and the place in it."""
    query = request.GET.copy()
    query.pop("page", None)
    of, first = shown.paginator.count, shown.start_index()
    listed = enumerate(people.with_figures(shown), first)
    return [row(person, currency, Trail(query.urlencode(), at, of)) for at, person in listed]


def summary(total: int, shown: int | None) -> str:
    """How many: of the number that was clicked, and how many of them the filters leave."""
    if shown is None:
        return ngettext("%(total)s member", "%(total)s members", total) % {"total": display.number(total)}
    return ngettext(
        "%(shown)s of %(total)s member fits the filters", "%(shown)s of %(total)s members fit the filters", total
    ) % {"shown": display.number(shown), "total": display.number(total)}


def row(person: Person, currency: str, trail: Trail) -> Row:
    """One person as a row of COLUMNS."""
    member = person.member
    url = trail.on(member_url(member.number, member.pk))
    contact = next(iter(person.contacts), None)
    return Row(
        [
            Cell(member.name or member.number, url=url),
            Cell(member.number),
            Cell(
                f"{contact.get_kind_display()} {masking.masked(contact.kind, contact.value)}"
                if contact
                else display.NONE
            ),
            Cell(str(member.home_store or display.NONE)),
            Cell(date_format(person.first) if person.first else display.NONE, value=str(person.first or "")),
            Cell(date_format(person.last) if person.last else display.NONE, value=str(person.last or "")),
            Cell(display.number(person.orders), value=str(person.orders)),
            Cell(display.money(person.net, currency, 2), value=str(person.net)),
        ],
        marked=person.is_excluded,
    )

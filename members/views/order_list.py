from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from members import exports
from members.filters import bar, given, keep, lists
from members.filters.lists import FoundOrders
from members.lib import display, listing
from members.lib.access import actor_of, needs
from members.lib.addresses import ask_file_url, member_url
from members.lib.listing import ListColumn
from members.lib.registry import UnknownAudience
from members.lib.roles import Right
from members.lib.widgets import Cell, Row
from members.queries import merchants, orders
from members.views.private_exports import file_links

COLUMNS = (
    ListColumn(gettext_lazy("Order number"), sort="number"),
    ListColumn(gettext_lazy("Ordered at"), sort="date", falls=True),
    ListColumn(gettext_lazy("Member")),
    ListColumn(gettext_lazy("Store"), sort="store"),
    ListColumn(gettext_lazy("Channel"), sort="channel", on_phone=False),
    ListColumn(gettext_lazy("Status"), on_phone=False),
    ListColumn(gettext_lazy("Revenue"), sort="amount", numeric=True, falls=True),
    ListColumn(gettext_lazy("Refunded"), numeric=True),
)


@needs(Right.SEE_MEMBERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The orders behind a number, or all of them: searched, filtered, sorted, 50 a page."""
    try:
        found = lists.find_orders(actor_of(request), request.GET)
    except UnknownAudience as unknown:
        return render(request, "members/unknown_list.html", {"reason": unknown}, status=400)
    if found.audience and found.audience.subject == "members":
        return HttpResponseRedirect(f"{reverse('members:list')}?{request.GET.urlencode()}")
    return render(request, "members/orders.html", _context(request, found))


@needs(Right.SEE_MEMBERS)
@require_safe
def csv_file(request: HttpRequest) -> HttpResponseBase:
    """The same orders as a file; `header=key` gives stable keys as headings. A long list is made in the background."""
    try:
        found = lists.find_orders(actor_of(request), request.GET)
    except UnknownAudience as unknown:
        return render(request, "members/unknown_list.html", {"reason": unknown}, status=400)
    made = exports.orders_made(found.orders, params=request.GET)
    if not exports.is_streamed(made):
        return redirect(ask_file_url("orders", request.GET))
    return exports.streamed("orders", made, params=request.GET, by=actor_of(request))


def _context(request: HttpRequest, found: FoundOrders) -> dict[str, object]:
    pages = Paginator(found.orders, listing.PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    narrowed = bool(given(found.filters))
    total = found.everything.count() if narrowed else pages.count
    currency = merchants.current().currency
    path = reverse("members:orders")
    return {
        "audience": found.audience,
        "heading": found.audience.title if found.audience else _("Orders"),
        "summary": summary(total, pages.count if narrowed else None),
        "headings": listing.headings(COLUMNS, request.GET, found.sort),
        "rows": [row(listed, currency) for listed in orders.with_refunds(shown)],
        "page_obj": shown,
        "bar": bar(found.filters, path, found.warnings),
        "action": path,
        "keep": keep(request.GET, ["q"]),
        "q": request.GET.get("q", ""),
        **file_links("orders", "members:orders-csv", request.GET, pages.count, actor_of(request)),
        "to_save": request.GET.urlencode(),
    }


def summary(total: int, shown: int | None) -> str:
    """How many: of the number that was clicked, and how many of them the filters leave."""
    if shown is None:
        return ngettext("%(total)s order", "%(total)s orders", total) % {"total": display.number(total)}
    return ngettext(
        "%(shown)s of %(total)s order fits the filters", "%(shown)s of %(total)s orders fit the filters", total
    ) % {"shown": display.number(shown), "total": display.number(total)}


def row(listed: orders.Row, currency: str) -> Row:
    """One order as a row of COLUMNS."""
    order = listed.order
    buyer = (
        Cell(order.member.name or order.member.number, url=member_url(order.member.number, order.member.pk))
        if order.member
        else Cell(_("Guest"))
    )
    tone = {"paid": "", "pending": "warn"}.get(order.status, "mut")
    refunded = display.money(listed.refunded, currency, 2) if listed.refunded else display.NONE
    return Row(
        [
            Cell(order.number, url=reverse("members:order", args=[order.pk])),
            Cell(date_format(order.local_time, "DATETIME_FORMAT"), value=order.local_time.isoformat()),
            buyer,
            Cell(str(order.store)),
            Cell(str(order.channel)),
            Cell(str(order.get_status_display()), tone=tone),
            Cell(display.money(order.gross, currency, 2), value=str(order.gross)),
            Cell(refunded, value=str(listed.refunded)),
        ]
    )

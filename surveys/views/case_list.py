"""The list of complaints and service cases: what is to be answered, with its clocks, as page and as file."""

import datetime as dt

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from members import exports
from members.filters import bar, keep
from members.lib import clock, display, listing
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.roles import Right
from members.lib.widgets import Choice
from members.queries import merchants
from surveys.exports import cases as tables
from surveys.filters import cases as filters
from surveys.queries import cases as queries

DAY = dt.timedelta(days=1)


@needs(Right.CASES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What is to be answered, the most pressing on top; searched, filtered, 50 a page."""
    actor = actor_of(request)
    found = filters.find(actor, request.GET)
    shown = Paginator(found.cases, listing.PER_PAGE).get_page(request.GET.get("page"))
    path = reverse("surveys:cases")
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "answer": _answer(actor),
        "table": tables.table(shown, merchants.current().zone),
        "page_obj": shown,
        "shows": _shows(request, found.show),
        "bar": bar(found.filters, path, found.warnings),
        "action": path,
        "keep": keep(request.GET, ["q"]),
        "q": request.GET.get("q", ""),
        "csv_url": f"{reverse('surveys:cases-csv')}?{asked.urlencode()}",
        "may_hang_out": actor.may(Right.SURVEYS),
        "may_import": actor.may(Right.IMPORT),
    }
    return render(request, "surveys/cases.html", context)


@needs(Right.CASES)
@require_safe
def csv_file(request: HttpRequest) -> HttpResponseBase:
    """The same list as a file."""
    found = filters.find(actor_of(request), request.GET)
    table = tables.table(found.cases, merchants.current().zone, shortened=False)
    return exports.streamed("cases", exports.as_file(table), params=request.GET, by=actor_of(request))


def _shows(request: HttpRequest, show: str) -> list[Choice]:
    labels = {
        "open": _("To be worked"), "late": _("Late"), "mine": _("Mine"), "waiting": _("Waiting"),
        "settled": _("Settled"), "all": _("All"),
    }  # fmt: skip
    choices = []
    for name in filters.SHOWS:
        params = request.GET.copy()
        params.pop("page", None)
        params["show"] = name
        choices.append(Choice(name, labels[name], name == show, f"?{params.urlencode()}"))
    return choices


def _answer(actor: Actor) -> str:
    late, soon = queries.late(actor).count(), queries.due(actor, clock.now() + DAY).count()
    if not late and not soon:
        n = queries.unsettled(actor).count()
        if not n:
            return _("No case is open.")
        return ngettext(
            "%(n)s case is open; none is late or due within a day.",
            "%(n)s cases are open; none is late or due within a day.", n,
        ) % {"n": display.number(n)}  # fmt: skip
    said = ngettext("%(n)s case is late", "%(n)s cases are late", late) % {"n": display.number(late)}
    more = ngettext("%(n)s is due within a day", "%(n)s are due within a day", soon) % {"n": display.number(soon)}
    return _("%(late)s, %(due)s.") % {"late": said, "due": more}

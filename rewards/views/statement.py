"""The points of one member, entry by entry, each in a whole sentence."""

from collections.abc import Mapping

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members import exports
from members.lib.access import actor_of, needs
from members.lib.addresses import member_url
from members.lib.roles import Right
from members.lib.widgets import Choice
from members.models import Member
from members.queries import merchants, scope
from rewards.exports import statement as words
from rewards.queries import holdings, statement

PER_PAGE = 50


@needs(Right.SEE_MEMBERS)
@require_safe
def page(request: HttpRequest, member_id: int) -> HttpResponse:
    """What there is, what ends when, and every entry, newest first."""
    member = _member(request, member_id)
    show, warning = show_in(request.GET)
    shown = Paginator(statement.lines(member, show), PER_PAGE).get_page(request.GET.get("page"))
    holding = holdings.of(member)
    context = {
        "member": member,
        "back": member_url(member.number, member.pk),
        "holding": holding,
        "holding_said": words.holding_said(holding),
        "lines": words.said(statement.told(list(shown)), merchants.current()),
        "kinds": choices(request.GET, show),
        "show": show,
        "warning": warning,
        "page_obj": shown,
    }
    return render(request, "rewards/statement.html", context)


@needs(Right.SEE_MEMBERS)
@require_safe
def csv_file(request: HttpRequest, member_id: int) -> HttpResponseBase:
    """The same statement as a file."""
    member = _member(request, member_id)
    show, _warning = show_in(request.GET)
    made = words.made(statement.lines(member, show), merchants.current())
    return exports.streamed("points", made, params=request.GET, by=actor_of(request))


def show_in(params: Mapping[str, str]) -> tuple[str, str]:
    """What the address asks for and "", or everything and a sentence when it asks for what there is not."""
    wanted = params.get("show") or "all"
    if wanted in statement.SHOWS:
        return wanted, ""
    return "all", _("There is no filter “%(name)s” here; it was left out.") % {"name": wanted}


def choices(params: QueryDict, show: str) -> list[Choice]:
    """The filter by kind, as links that keep the rest of the address."""
    labels = {
        "all": _("All"), "in": _("Earned"), "out": _("Redeemed"), "over": _("Expired"), "other": _("Corrected"),
    }  # fmt: skip
    return [Choice(value, label, is_on=value == show, url=_address(params, value)) for value, label in labels.items()]


def _address(params: QueryDict, show: str) -> str:
    changed = params.copy()
    changed.pop("page", None)
    changed.pop("show", None)
    if show != "all":
        changed["show"] = show
    return f"?{changed.urlencode()}"


def _member(request: HttpRequest, member_id: int) -> Member:
    found: Member = get_object_or_404(scope.members(actor_of(request)), pk=member_id)
    return found

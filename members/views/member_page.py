import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from members.forms import EndForm, ExclusionForm, OtherRecordForm
from members.lib import display, listing
from members.lib.access import actor_of, needs
from members.lib.addresses import member_url
from members.lib.listing import ListColumn
from members.lib.roles import Right
from members.lib.widgets import Cell, Row
from members.models import Exclusion, Member
from members.queries import merchants, orders, people, scope
from members.services import exclusions

COLUMNS = (
    ListColumn(gettext_lazy("Ordered at")),
    ListColumn(gettext_lazy("Order number"), on_phone=False),
    ListColumn(gettext_lazy("Store")),
    ListColumn(gettext_lazy("Channel"), on_phone=False),
    ListColumn(gettext_lazy("Status"), on_phone=False),
    ListColumn(gettext_lazy("Revenue"), numeric=True),
    ListColumn(gettext_lazy("Refunded"), numeric=True, on_phone=False),
)


@needs(Right.SEE_MEMBERS)
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """One member by number; that of a merged record leads to whom it counts for."""
    found = _members(request).filter(number_key=number.casefold()).first()
    if found is None and (owner := people.owner_of(actor_of(request), number)) is not None:
        return redirect(member_url(owner.number, owner.pk))
    if found is None:
        raise Http404
    return _page(request, found)


@needs(Right.SEE_MEMBERS)
@require_safe
def page_by_id(request: HttpRequest, member_id: int) -> HttpResponse:
    """One member whose number no address can carry."""
    return _page(request, get_object_or_404(_members(request), pk=member_id))


@needs(Right.EXCLUDE)
@require_POST
def exclude(request: HttpRequest, member_id: int) -> HttpResponse:
    """Set an exclusion; what is wrong with it is said at the form, with the input kept."""
    member = get_object_or_404(_members(request), pk=member_id)
    form = ExclusionForm(request.POST)
    if form.is_valid():
        try:
            exclusions.exclude(member=member, by=actor_of(request), **form.cleaned_data)
        except exclusions.Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _done(request, member, _("The exclusion is set. The reports follow within a minute."))
    return _page(request, member, exclusion_form=form, status=400)


@needs(Right.EXCLUDE)
@require_POST
def end_exclusion(request: HttpRequest, exclusion_id: int) -> HttpResponse:
    """Give an exclusion its last day."""
    exclusion = _exclusion(request, exclusion_id)
    form = EndForm(request.POST, prefix=f"end-{exclusion_id}")
    if form.is_valid():
        try:
            exclusions.end(exclusion=exclusion, by=actor_of(request), **form.cleaned_data)
        except exclusions.Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _done(request, exclusion.member, _("The exclusion has its last day. The reports follow shortly."))
    return _page(request, exclusion.member, end_form=(exclusion_id, form), status=400)


@needs(Right.EXCLUDE)
@require_POST
def withdraw_exclusion(request: HttpRequest, exclusion_id: int) -> HttpResponse:
    """Take back an exclusion set by mistake."""
    exclusion = _exclusion(request, exclusion_id)
    try:
        exclusions.withdraw(exclusion=exclusion, by=actor_of(request))
    except exclusions.Refused as refused:
        messages.error(request, str(refused))
        return redirect(member_url(exclusion.member.number, exclusion.member.pk))
    return _done(request, exclusion.member, _("The exclusion is withdrawn; these purchases count again."))


def _members(request: HttpRequest) -> Any:
    return scope.members(actor_of(request)).select_related("home_store")


def _exclusion(request: HttpRequest, exclusion_id: int) -> Exclusion:
    found = people.exclusion(actor_of(request), exclusion_id)
    if found is None:
        raise Http404
    return found


def _done(request: HttpRequest, member: Member, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect(member_url(member.number, member.pk))


def _page(
    request: HttpRequest, member: Member, *, exclusion_form: Form | None = None,
    end_form: tuple[int, Form] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    actor = actor_of(request)
    [person] = people.with_figures([member])
    history = scope.history(actor, member).select_related("store", "channel").order_by("-business_date", "-pk")
    shown = Paginator(history, listing.PER_PAGE).get_page(request.GET.get("page"))
    today = people.today()
    forms = dict([end_form]) if end_form else {}
    currency = merchants.current().currency
    context = {
        "member": member,
        "person": person,
        "about": _about(member),
        "days_since": (today - person.last).days if person.last else None,
        "average": person.gross / person.orders if person.orders else None,
        "rows": [_row(listed, currency) for listed in orders.with_refunds(shown)],
        "headings": listing.headings(COLUMNS, request.GET, ""),
        "page_obj": shown,
        "exclusions": [
            (found, forms.get(found.pk) or EndForm(initial={"last_day": today}, prefix=f"end-{found.pk}"))
            for found in people.exclusions(member)
        ],
        "today": today,
        "exclusion_form": exclusion_form or ExclusionForm(initial={"from_date": today}),
        "may_exclude": actor.may(Right.EXCLUDE),
        "merges": people.merges(actor).filter(owner=member),
        "other_form": OtherRecordForm(auto_id="other_%s"),
        "may_merge": actor.may(Right.IMPORT),
    }
    return render(request, "members/page.html", context, status=status)


def _about(member: Member) -> list[str]:
    """What else is known: gender, birthday (its year may be unknown) and city."""
    birthday = ""
    if member.birth_month and member.birth_day:
        day = dt.date(member.birth_year or 2000, member.birth_month, member.birth_day)
        form = "DATE_FORMAT" if member.birth_year else "MONTH_DAY_FORMAT"
        birthday = _("Birthday %(date)s") % {"date": date_format(day, form)}
    return [said for said in (member.get_gender_display(), birthday, member.city) if said]


def _row(listed: orders.Row, currency: str) -> Row:
    """One order as a row of COLUMNS."""
    order = listed.order
    tone = {"paid": "", "pending": "warn"}.get(order.status, "mut")
    refunded = display.money(listed.refunded, currency, 2) if listed.refunded else display.NONE
    return Row(
        [
            Cell(date_format(order.local_time, "DATETIME_FORMAT"), url=reverse("members:order", args=[order.pk])),
            Cell(order.number),
            Cell(str(order.store)),
            Cell(str(order.channel)),
            Cell(str(order.get_status_display()), tone=tone),
            Cell(display.money(order.gross, currency, 2)),
            Cell(refunded),
        ]
    )

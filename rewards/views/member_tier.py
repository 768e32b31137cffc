"""A member's tier: where they stand and why, their history, and a special tier by hand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members.lib import display
from members.lib.access import actor_of, needs
from members.lib.addresses import member_url
from members.lib.money import from_units
from members.lib.roles import Right
from members.lib.widgets import Cell, Column, Row, Table
from members.models import Member
from members.queries import merchants, people, scope
from members.services import approvals
from rewards.forms.tiers import GrantForm
from rewards.models import TierStay
from rewards.queries import benefits as benefit_queries
from rewards.queries import tiers as queries
from rewards.queries.benefits import Offered
from rewards.queries.tiers import Standing
from rewards.rules.tiers import DAY
from rewards.services.tiers import grants


@needs(Right.SEE_MEMBERS)
def page(request: HttpRequest, member_id: int) -> HttpResponse:
    """Standing, history and benefits; a POST asks for a special tier."""
    member, actor, today = _member(request, member_id), actor_of(request), people.today()
    form = GrantForm(request.POST or None, tiers=queries.special())
    if request.method == "POST" and actor.may(Right.ASK_TIER) and form.is_valid():
        try:
            asked = form.cleaned_data
            grants.ask(member, asked["tier"], last_day=asked["last_day"], reason=asked["reason"], by=actor)
            messages.success(request, _("Asked. An administrator decides; until then nothing changes."))
            return redirect("rewards:member-tier", member.pk)
        except approvals.Refused as refused:
            form.add_error(None, str(refused))
    standing = queries.standing(member, today)
    context = {
        "member": member,
        "back": member_url(member.number, member.pk),
        "standing": standing,
        "sentences": sentences(standing) if standing else [],
        "history": _history(list(queries.history(member))),
        "benefits": _benefits(benefit_queries.of(member, today)),
        "form": form if actor.may(Right.ASK_TIER) and queries.special().exists() else None,
        "may_end": actor.may(Right.SETTINGS) and standing is not None and standing.reason == TierStay.Reason.GRANTED,
    }
    return render(request, "rewards/member_tier.html", context, status=422 if form.errors else 200)


@needs(Right.SETTINGS)
@require_POST
def end(request: HttpRequest, member_id: int) -> HttpResponse:
    """End a special tier today."""
    member = _member(request, member_id)
    try:
        grants.end(member, by=actor_of(request))
        messages.success(request, _("The tier given by hand is over; the member was evaluated anew."))
    except grants.Refused as refused:
        messages.error(request, str(refused))
    return redirect("rewards:member-tier", member.pk)


def _member(request: HttpRequest, member_id: int) -> Member:
    found: Member = get_object_or_404(scope.members(actor_of(request)), pk=member_id)
    return found


def sentences(standing: Standing) -> list[str]:
    """Where a member stands, in whole sentences: until when, what is missing, what comes after."""
    said = [_standing(standing)]
    if standing.next:
        missing = _missing(standing.gap_spend, standing.gap_orders, standing.gap_points, any_of=standing.any_condition)
        said.append(_("Missing for %(tier)s: %(what)s.") % {"tier": standing.next.name, "what": missing})
    if standing.projected.rank < standing.tier.rank and standing.kept_until:
        keep = _missing(standing.keep_spend, standing.keep_orders, standing.keep_points, any_of=standing.any_condition)
        after = {"tier": standing.projected.name, "what": keep}
        if keep:
            said.append(_("Without %(what)s more, %(tier)s follows after that day.") % after)
        else:
            said.append(_("By what was bought so far, %(tier)s follows after that day.") % after)
    return said


def _standing(standing: Standing) -> str:
    if standing.kept_until is None:
        return _("In the tier %(tier)s.") % {"tier": standing.tier.name}
    said = {"tier": standing.tier.name, "day": date_format(standing.kept_until, "DATE_FORMAT")}
    return _("In the tier %(tier)s, kept for sure until %(day)s.") % said


def _missing(spend: object, orders: int | None, points: int | None, *, any_of: bool) -> str:
    currency = merchants.current().currency
    asked = [
        _("spend %(amount)s") % {"amount": display.money(spend, currency, 2)} if spend is not None else "",  # type: ignore[arg-type]
        _("%(n)s orders") % {"n": display.number(orders)} if orders is not None else "",
        _("%(n)s points earned") % {"n": display.number(points)} if points is not None else "",
    ]
    return (_(" or ") if any_of else _(" and ")).join(one for one in asked if one)


def _history(stays: list[TierStay]) -> Table:
    columns = [
        Column(_("Tier")), Column(_("Why")), Column(_("From")), Column(_("Until")),
        Column(_("Found by"), on_phone=False), Column(_("Who"), on_phone=False),
    ]  # fmt: skip
    return Table(columns, [_row(stay) for stay in stays], label=_("History of tiers"), cards=True)


def _row(stay: TierStay) -> Row:
    ends = date_format(max(stay.ends_on - DAY, stay.starts_on), "DATE_FORMAT") if stay.ends_on else _("today")
    why = f"{stay.get_reason_display()} · {stay.note}" if stay.note else stay.get_reason_display()
    cells = [stay.tier.name, why, date_format(stay.starts_on, "DATE_FORMAT"), ends, _found(stay), stay.actor_name]
    return Row([Cell(text) for text in cells])


def _found(stay: TierStay) -> str:
    if "spend" not in stay.detail:
        return display.NONE
    spend = display.money(from_units(stay.detail["spend"]), merchants.current().currency)
    said = {
        "spend": spend,
        "orders": display.number(stay.detail["orders"]),
        "points": display.number(stay.detail["points"]),
    }
    return _("%(spend)s, %(orders)s orders, %(points)s points earned") % said


def _benefits(offered: list[Offered]) -> Table:
    columns = [Column(_("Benefit")), Column(_("Kind")), Column(_("Left"), numeric=True)]
    rows = [
        Row(
            [
                Cell(one.benefit.name), Cell(one.benefit.get_kind_display()),
                Cell(display.number(one.left) if one.left is not None else _("as often as wanted")),
            ]
        )
        for one in offered
    ]  # fmt: skip
    return Table(columns, rows, label=_("Benefits today"))

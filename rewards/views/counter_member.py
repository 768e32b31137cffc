"""One member at the counter: what they have, and a sale to them, looked at before it is done."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members.lib import clock, masking
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.models import Member, Store
from members.queries import merchants, scope
from rewards.forms.counter import SaleForm
from rewards.queries import counter as queries
from rewards.queries import coupons, holdings, serving
from rewards.services import benefits, counter, gifts
from rewards.services.counter import Purchase, Seen


@needs(Right.COUNTER)
@require_safe
def page(request: HttpRequest, ticket: str) -> HttpResponse:
    """Points, tier, coupons, gifts and benefits, and the form of a sale."""
    member = _member(request, ticket)
    if member is None:
        return _gone(request)
    return _page(request, ticket, member, _form(request, member, None))


@needs(Right.COUNTER)
@require_POST
def quote(request: HttpRequest, ticket: str) -> HttpResponse:
    """What the sale would come to; nothing is done."""
    member = _member(request, ticket)
    if member is None:
        return _gone(request)
    form = _form(request, member, request.POST)
    if request.POST.get("change") or not form.is_valid():  # as it was typed, to be typed otherwise
        return _page(request, ticket, member, form)
    asked = _asked(member, form.cleaned_data)
    if (order := counter.sold_as(asked.number, by=actor_of(request))) is not None:
        messages.info(request, _("This form has been sold already; here is its receipt."))
        return redirect("rewards:counter-order", order.pk)
    try:
        seen = counter.look_at_sale(asked, by=actor_of(request))
    except counter.Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, ticket, member, form)
    typed = [(name, value) for name, values in request.POST.lists() for value in values if name in form.fields]
    return _seen(request, ticket, member, seen, typed=typed)


@needs(Right.COUNTER)
@require_POST
def sell(request: HttpRequest, ticket: str) -> HttpResponse:
    """Do what was looked at. Sent again, it leads to the same receipt."""
    member, actor, sealed = _member(request, ticket), actor_of(request), request.POST.get("sealed", "")
    if member is None:
        return _gone(request)
    try:
        sold = counter.sell(sealed, member, by=actor)
    except counter.Changed:
        return _look_again(request, ticket, member, sealed)
    except counter.Refused as refused:
        messages.error(request, str(refused))
        return redirect("rewards:counter-member", ticket)
    if sold.is_new:
        messages.success(request, _("Sold."))
    return redirect("rewards:counter-order", sold.order.pk)


@needs(Right.COUNTER)
@require_POST
def claim(request: HttpRequest, ticket: str, gift_id: int) -> HttpResponse:
    """Take a gift for points: first what it leaves, then, on a second touch, the gift."""
    member = _member(request, ticket)
    if member is None:
        return _gone(request)
    gift = get_object_or_404(queries.gifts(), pk=gift_id)
    if not request.POST.get("sure"):
        has = holdings.of(member)
        context = {**_frame(ticket, member), "gift": gift, "has": has, "after": has.available - gift.points,
                   "key": _key(request).partition(":")[2]}  # fmt: skip
        return render(request, "rewards/counter/gift.html", context)
    try:
        gifts.claim(gift, member, _only_store(request), _key(request), by=actor_of(request))
    except gifts.Refused as refused:
        messages.error(request, str(refused))
    else:
        at_once = _("“%(gift)s” is the member’s; the coupon can be used at once.")
        told = at_once if gift.coupon_id else _("“%(gift)s” is the member’s. Hand it over below.")
        messages.success(request, told % {"gift": gift.name})
    return redirect("rewards:counter-member", ticket)


@needs(Right.COUNTER)
@require_POST
def use_benefit(request: HttpRequest, ticket: str, benefit_id: int) -> HttpResponse:
    """Count one use of a benefit of the member's tier."""
    member = _member(request, ticket)
    if member is None:
        return _gone(request)
    offered = next((one for one in queries.benefits(member) if one.benefit.pk == benefit_id), None)
    if offered is None:
        raise Http404
    try:
        benefits.use(offered.benefit, member, _key(request), by=actor_of(request), store=_only_store(request))
    except benefits.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("“%(benefit)s” is used.") % {"benefit": offered.benefit.name})
    return redirect("rewards:counter-member", ticket)


@needs(Right.COUNTER)
@require_POST
def hand_over(request: HttpRequest, ticket: str, claim_id: int) -> HttpResponse:
    """The member has got the gift."""
    member = _member(request, ticket)
    if member is None:
        return _gone(request)
    waiting = get_object_or_404(queries.claims(actor_of(request), member), pk=claim_id)
    try:
        gifts.hand_over(waiting, by=actor_of(request))
    except gifts.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("“%(gift)s” is handed over.") % {"gift": waiting.gift.name})
    return redirect("rewards:counter-member", ticket)


def _member(request: HttpRequest, ticket: str) -> Member | None:
    return serving.of_ticket(actor_of(request), ticket)


def _gone(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("You last looked this member up over half an hour ago. Find them again."))
    return redirect("rewards:counter")


def _stores(request: HttpRequest) -> list[Store]:
    return list(scope.stores(actor_of(request)).order_by("name", "pk"))


def _only_store(request: HttpRequest) -> Store | None:
    """Where it happens, for who works in one store."""
    stores = _stores(request)
    return stores[0] if len(stores) == 1 else None


def _key(request: HttpRequest) -> str:
    """Of the page that the button stood on: pressed twice, it does its work once."""
    try:
        return f"{actor_of(request).user_id}:{uuid.UUID(request.POST.get('key', ''))}"
    except ValueError as error:
        raise Http404 from error


def _form(request: HttpRequest, member: Member, data: Any) -> SaleForm:
    today = clock.local_date(clock.now(), merchants.current().zone)
    held = [(coupon.code, queries.said(coupon)) for coupon in coupons.open_of(member, today)]
    return SaleForm(data, initial={"key": uuid.uuid4()}, stores=_stores(request), coupons=held)


def _asked(member: Member, said: dict[str, Any]) -> Purchase:
    codes = [*said["codes"], *([said["other_code"].strip()] if said["other_code"].strip() else [])]
    return Purchase(
        member=member.pk, number=counter.number_of(str(said["key"])), at=counter.now(), store=said["store"],
        total=said["amount"], lines=said["lines"], codes=codes, points=said["points"],
    )  # fmt: skip


def _page(request: HttpRequest, ticket: str, member: Member, form: SaleForm) -> HttpResponse:
    context = {**_frame(ticket, member), **queries.what_they_have(actor_of(request), member), "form": form,
               "page_key": uuid.uuid4()}  # fmt: skip
    return render(request, "rewards/counter/member.html", context, status=422 if form.errors else 200)


def _seen(
    request: HttpRequest, ticket: str, member: Member, seen: Seen, *, again: bool = False,
    typed: Sequence[tuple[str, str]] = (),
) -> HttpResponse:  # fmt: skip
    context = {
        **_frame(ticket, member), "sold": seen.sold, "sealed": seen.sealed, "again": again, "typed": typed,
    }  # fmt: skip
    return render(request, "rewards/counter/quote.html", context, status=409 if again else 200)


def _look_again(request: HttpRequest, ticket: str, member: Member, sealed: str) -> HttpResponse:
    """Something has changed since it was looked at: what it would come to now."""
    actor = actor_of(request)
    try:
        seen = counter.look_at_sale(counter.asked_of(sealed, by=actor), by=actor)
    except counter.Refused as refused:
        messages.error(request, str(refused))
        return redirect("rewards:counter-member", ticket)
    return _seen(request, ticket, member, seen, again=True)


def _frame(ticket: str, member: Member) -> dict[str, Any]:
    return {"ticket": ticket, "member": member, "masked": masking.name(member.name)}

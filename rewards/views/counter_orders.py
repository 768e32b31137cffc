"""An order at the counter: its receipt, and money, points and coupons going back."""

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.lib import clock, display, masking
from members.lib.access import actor_of, needs
from members.lib.money import plain, to_units
from members.lib.roles import Right
from members.models import Member, Order
from members.queries import merchants
from rewards import problems
from rewards.forms.counter import ExchangeForm, OrderForm, ReturnForm
from rewards.models import TierStay
from rewards.queries import holdings, receipts, serving, tiers
from rewards.services import counter
from rewards.services.counter import Purchase, Return, Seen
from rewards.services.purchases import GivenBack, Sold


@needs(Right.COUNTER)
@require_http_methods(["GET", "HEAD"])
def find(request: HttpRequest) -> HttpResponse:
    """An order of one's own stores by its number; several sources may have the same one."""
    form = OrderForm(request.GET or None, auto_id="order_%s")
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        found = list(serving.orders(actor_of(request)).filter(number=form.cleaned_data["number"].strip())[:20])
        if len(found) == 1:
            return redirect("rewards:counter-order", found[0].pk)
        context |= {"asked": True, "orders": found}
    return render(request, "rewards/counter/orders.html", context)


@needs(Right.COUNTER)
@require_safe
def one(request: HttpRequest, order_id: int) -> HttpResponse:
    """The receipt, and the forms that give back."""
    return _page(request, _order(request, order_id))


@needs(Right.COUNTER)
@require_POST
def look(request: HttpRequest, order_id: int) -> HttpResponse:
    """What giving back would do; nothing is done. `deed`: refund, void or exchange."""
    order, deed = _order(request, order_id), request.POST.get("deed", "")
    if deed not in {"refund", "void", "exchange"}:
        raise BadRequest
    form = _form(deed, request.POST)
    if form is not None and not form.is_valid():
        return _page(request, order, **{deed: form})
    try:
        seen = counter.look_at_return(_asked(order, deed, form), by=actor_of(request))
    except counter.Refused as refused:
        if form is None:
            messages.error(request, str(refused))
            return redirect("rewards:counter-order", order.pk)
        form.add_error(None, str(refused))
        return _page(request, order, **{deed: form})
    return _seen(request, order, seen)


@needs(Right.COUNTER)
@require_POST
def give_back(request: HttpRequest, order_id: int) -> HttpResponse:
    """Do what was looked at. Sent again, it leads to the same receipt."""
    order, actor, sealed = _order(request, order_id), actor_of(request), request.POST.get("sealed", "")
    try:
        back, sold = counter.give_back(sealed, order, by=actor)
    except counter.Changed:
        return _look_again(request, order, sealed)
    except counter.Refused as refused:
        messages.error(request, str(refused))
        return redirect("rewards:counter-order", order.pk)
    messages.success(request, _told(back, sold))
    return redirect("rewards:counter-order", (sold or back).order.pk)


def _told(back: GivenBack, sold: Sold | None) -> str:
    """What went back, in one sentence for each: money, points, coupons, and what was sold instead."""
    currency, money = merchants.current().currency, back.refund.amount if back.refund else back.order.gross
    said = [_("%(amount)s went back.") % {"amount": display.money(money, currency, 2)}]
    if back.taken_back:
        n = back.taken_back
        said.append(
            ngettext("%(n)s point it had earned was taken.", "%(n)s points it had earned were taken.", n)
            % {"n": display.number(n)}
        )
    if back.returned:
        n = back.returned
        said.append(
            ngettext("%(n)s point that had paid is returned.", "%(n)s points that had paid are returned.", n)
            % {"n": display.number(n)}
        )
    if back.codes:
        said.append(_("To be used again: %(codes)s.") % {"codes": _(", ").join(back.codes)})
    if sold:
        said.append(_("Sold instead for %(amount)s.") % {"amount": display.money(sold.to_pay, currency, 2)})
    return " ".join(said)


def _order(request: HttpRequest, order_id: int) -> Order:
    """The version that stands today, of the one that the address names."""
    return get_object_or_404(serving.newest(actor_of(request), order_id))


def _form(deed: str, data: Any) -> Form | None:
    if deed == "void":
        return None
    return (ExchangeForm if deed == "exchange" else ReturnForm)(data, auto_id=f"{deed}_%s")


def _asked(order: Order, deed: str, form: Form | None) -> Return:
    if form is None:
        return Return(order=order.pk, number="", at=counter.now(), is_void=True)
    said, now = form.cleaned_data, counter.now()
    key = str(said["key"])
    instead = None
    if deed == "exchange":
        instead = Purchase(order.member_id, counter.number_of(key), now, order.store.code, said["instead"])
    return Return(order.pk, counter.number_of(key, "CR"), now, said["amount"], instead=instead)


def _page(request: HttpRequest, order: Order, **forms: Form) -> HttpResponse:
    actor, receipt = actor_of(request), receipts.of(order)
    key = {"key": uuid.uuid4()}
    initial = {"amount": plain(to_units(receipt.left)), **key}
    member = order.member
    context = {
        "new_tier": _risen_to(member, order) if member else "",
        "receipt": receipt,
        "order": order,
        "why_none": problems.no_points(receipt.why_none),
        "masked": masking.name(member.name) if member else "",
        "ticket": serving.ticket(actor, member) if member and member.erased_at is None else "",
        "has": holdings.of(member) if member else None,
        "refund": forms.get("refund") or ReturnForm(initial=initial, auto_id="refund_%s"),
        "exchange": forms.get("exchange") or ExchangeForm(initial=key, auto_id="exchange_%s"),
    }
    return render(request, "rewards/counter/order.html", context, status=422 if forms else 200)


def _risen_to(member: Member, order: Order) -> str:
    """The tier that was reached on the day of the order; "" for none."""
    standing = tiers.standing(member, clock.local_date(clock.now(), order.store.zone))
    risen = standing and standing.reason == TierStay.Reason.RAISED and standing.since == order.business_date
    return standing.tier.name if standing and risen else ""


def _seen(request: HttpRequest, order: Order, seen: Seen, *, again: bool = False) -> HttpResponse:
    back, sold = seen.back, seen.sold
    given = back.refund.amount if back and back.refund else receipts.of(order).left
    due = (sold.to_pay if sold else Decimal(0)) - given
    has = sold.has if sold else back.has if back else None
    context = {
        "order": order, "back": back, "sold": sold, "sealed": seen.sealed, "again": again, "amount": given, "due": due,
        "due_back": -due, "has": has,
    }  # fmt: skip
    return render(request, "rewards/counter/return.html", context, status=409 if again else 200)


def _look_again(request: HttpRequest, order: Order, sealed: str) -> HttpResponse:
    actor = actor_of(request)
    try:
        seen = counter.look_at_return(counter.asked_back(sealed, by=actor), by=actor)
    except counter.Refused as refused:
        messages.error(request, str(refused))
        return redirect("rewards:counter-order", order.pk)
    return _seen(request, order, seen, again=True)

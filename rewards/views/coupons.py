"""Coupons: the offers and what became of their coupons, a new offer, coupons for a member, a segment or a printer."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from members import exports
from members.lib import display, listing
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.lib.widgets import Choice
from members.models import Approval, Segment
from members.queries import look_up, merchants, people, segments
from rewards.exports import offers as tables
from rewards.forms.offers import CodesForm, IssueForm, OfferForm
from rewards.models import Coupon, CouponOffer
from rewards.queries import coupons as coupon_queries
from rewards.queries import offers as queries
from rewards.services import coupons, large_issues, offers


@needs(Right.PROGRAMME)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All offers, newest first, with how many were issued and used, and what they took off."""
    actor, today = actor_of(request), people.today()
    pages = Paginator(queries.with_counts(queries.every(actor), today), listing.PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "table": tables.offers(shown, merchants.current(), today),
        "page_obj": shown,
        "answer": _answer(request, queries.in_all(actor, today)),
    }
    return render(request, "rewards/coupons.html", context)


@needs(Right.PROGRAMME)
@require_safe
def csv_file(request: HttpRequest) -> HttpResponseBase:
    """The same offers as a file."""
    today = people.today()
    found = queries.with_counts(queries.every(actor_of(request)), today)
    made = exports.as_file(tables.offers(found, merchants.current(), today))
    return exports.streamed("coupons", made, params=request.GET, by=actor_of(request))


def _answer(request: HttpRequest, counts: queries.Standing) -> str:
    running = queries.running(actor_of(request), people.today()).count()
    runs = ngettext("%(n)s offer runs today.", "%(n)s offers run today.", running) % {"n": display.number(running)}
    return f"{runs} {said(counts)}" if counts.issued else runs


def said(counts: queries.Standing) -> str:
    """What became of coupons, in a sentence."""
    if not counts.issued:
        return _("No coupon has been issued yet.")
    return _(
        "Of %(issued)s coupons %(used)s were used (%(rate)s), %(open)s can still be used, %(expired)s have expired. "
        "Those used took off %(amount)s."
    ) % {
        "issued": display.number(counts.issued),
        "used": display.number(counts.used),
        "rate": display.percent(counts.use_rate),
        "open": display.number(counts.open),
        "expired": display.number(counts.expired),
        "amount": display.money(counts.took_off, merchants.current().currency, 2),
    }


@needs(Right.PROGRAMME)
def new(request: HttpRequest) -> HttpResponse:
    """A new offer."""
    return _edited(request, CouponOffer())


@needs(Right.PROGRAMME)
def edit(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Change an offer; what its coupons are good for stays as it was promised."""
    return _edited(request, get_object_or_404(queries.every(actor_of(request)), pk=offer_id))


def _edited(request: HttpRequest, offer: CouponOffer) -> HttpResponse:
    form = OfferForm(request.POST or None, instance=offer)
    if request.method == "POST" and form.is_valid():
        chosen = {
            "stores": form.cleaned_data["stores"],
            "categories": form.cleaned_data["categories"],
            "products": form.cleaned_data["product_skus"],
        }
        offers.save(form.instance, by=actor_of(request), chosen=chosen)
        messages.success(request, _("“%(name)s” is saved.") % {"name": form.instance.name})
        return redirect("rewards:coupon-offer", form.instance.pk)
    name = CouponOffer.objects.filter(pk=offer.pk).values_list("name", flat=True).first() or ""
    status = 422 if request.method == "POST" else 200
    return render(request, "rewards/coupon_form.html", {"form": form, "offer": offer, "name": name}, status=status)


@needs(Right.PROGRAMME)
@require_safe
def one(request: HttpRequest, offer_id: int) -> HttpResponse:
    """An offer and its coupons."""
    return _one(request, _offer(request, offer_id))


def _one(
    request: HttpRequest, offer: CouponOffer, issue: IssueForm | None = None, codes: CodesForm | None = None
) -> HttpResponse:
    actor, today, merchant = actor_of(request), people.today(), merchants.current()
    shown = Paginator(_coupons(request, offer), listing.PER_PAGE).get_page(request.GET.get("page"))
    text, tone = tables.offer_state(offer, today)
    context = {
        "offer": offer,
        "state": text,
        "tone": tone,
        "answer": said(queries.standing(offer)),
        "terms": tables.terms(offer, merchant),
        "table": tables.coupons(shown, merchant, today),
        "page_obj": shown,
        "states": _states(request),
        "issue": issue or IssueForm(initial={"key": uuid.uuid4()}),
        "codes": codes or CodesForm(),
        "segments": segments.visible(actor),
        "left": large_issues.left_today(offer),
    }
    status = 422 if issue or codes else 200
    return render(request, "rewards/coupon_offer.html", context, status=status)


def _states(request: HttpRequest) -> list[Choice]:
    labels = {"": _("All"), **{state.value: str(state.label) for state in Coupon.State}}
    wanted = _state(request)
    return [
        Choice(value, label, is_on=value == wanted, url=f"?state={value}" if value else "?")
        for value, label in labels.items()
    ]


def _state(request: HttpRequest) -> str:
    wanted = request.GET.get("state", "")
    return wanted if wanted in Coupon.State.values else ""


def _coupons(request: HttpRequest, offer: CouponOffer) -> QuerySet[Coupon]:
    """Of the state in the address, by its date and not by whether the sweep has come."""
    found, today, wanted = queries.coupons_of(actor_of(request), offer), people.today(), _state(request)
    if wanted == Coupon.State.OPEN:
        return found.filter(coupon_queries.good_on(today))
    if wanted == Coupon.State.EXPIRED:
        return found.filter(Q(state="expired") | Q(state="open", last_day__lt=today))
    return found.filter(state=wanted) if wanted else found


@needs(Right.PROGRAMME)
@require_safe
def coupons_csv(request: HttpRequest, offer_id: int) -> HttpResponseBase:
    """The coupons of an offer with their codes, for the printer too."""
    offer = _offer(request, offer_id)
    made = exports.as_file(tables.coupons(_coupons(request, offer), merchants.current(), people.today()))
    return exports.streamed("coupon-codes", made, params=request.GET, by=actor_of(request))


@needs(Right.PROGRAMME)
@require_POST
def issue(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Give one member a coupon."""
    offer, form = _offer(request, offer_id), IssueForm(request.POST)
    if not form.is_valid():
        return _one(request, offer, issue=form)
    found = list(look_up.exactly(actor_of(request), form.cleaned_data["who"])[:2])
    if len(found) != 1:
        form.add_error("who", _("Nobody, or more than one member, is known by this. Take the member number."))
        return _one(request, offer, issue=form)
    try:
        coupon = coupons.issue(offer, found[0], f"hand:{form.cleaned_data['key']}", reason="hand", by=actor_of(request))
    except coupons.Refused as refused:
        form.add_error(None, str(refused))
        return _one(request, offer, issue=form)
    messages.success(
        request, _("Member %(number)s has the coupon %(code)s.") % {"number": found[0].number, "code": coupon.code}
    )
    return redirect("rewards:coupon-offer", offer.pk)


@needs(Right.PROGRAMME)
@require_POST
def issue_segment(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Give everybody in a segment a coupon, in the background."""
    offer, actor = _offer(request, offer_id), actor_of(request)
    text = request.POST.get("segment", "")
    segment = get_object_or_404(segments.visible(actor), pk=int(text) if text.isdecimal() and len(text) < 18 else 0)
    try:
        made = large_issues.to_segment(offer, Segment.objects.get(pk=segment.pk), by=actor)
    except coupons.Refused as refused:
        messages.error(request, str(refused))
        return redirect("rewards:coupon-offer", offer.pk)
    if isinstance(made, Approval):
        return _asked(request, made)
    messages.success(
        request, _("Everybody in “%(name)s” gets the coupon; Background jobs shows how far it is.") % {"name": segment}
    )
    return redirect("rewards:coupon-offer", offer.pk)


@needs(Right.PROGRAMME)
@require_POST
def codes(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Make codes to be printed."""
    offer, form = _offer(request, offer_id), CodesForm(request.POST)
    if not form.is_valid():
        return _one(request, offer, codes=form)
    try:
        made = large_issues.codes(offer, form.cleaned_data["count"], by=actor_of(request))
    except coupons.Refused as refused:
        form.add_error(None, str(refused))
        return _one(request, offer, codes=form)
    if isinstance(made, Approval):
        return _asked(request, made)
    messages.success(request, _("%(n)s codes are ready; the CSV has them.") % {"n": display.number(len(made))})
    return redirect("rewards:coupon-offer", offer.pk)


def _asked(request: HttpRequest, made: Approval) -> HttpResponse:
    messages.success(request, _("Your request is on its way. What becomes of it is told here."))
    return redirect("approvals:one", made.pk)


@needs(Right.PROGRAMME)
@require_POST
def withdraw(request: HttpRequest, coupon_id: int) -> HttpResponse:
    """Take an unused coupon away."""
    coupon = get_object_or_404(Coupon.objects.select_related("offer"), pk=coupon_id)
    try:
        coupons.withdraw(coupon, by=actor_of(request))
    except coupons.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The coupon %(code)s is withdrawn.") % {"code": coupon.code})
    return redirect("rewards:coupon-offer", coupon.offer_id)


def _offer(request: HttpRequest, offer_id: int) -> CouponOffer:
    found = queries.with_counts(queries.every(actor_of(request)), people.today())
    return get_object_or_404(found.select_related("gift"), pk=offer_id)

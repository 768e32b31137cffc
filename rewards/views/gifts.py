"""Gifts for points: the catalogue with its stock, and what waits to be handed over."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
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
from members.queries import merchants, people
from rewards.exports import offers as tables
from rewards.forms.offers import GiftForm
from rewards.models import Gift, GiftClaim
from rewards.queries import gifts as gift_queries
from rewards.queries import offers as queries
from rewards.services import gifts, offers


@needs(Right.PROGRAMME)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All gifts with what is left of them."""
    actor, today = actor_of(request), people.today()
    shown = Paginator(queries.every_gift(actor), listing.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "table": tables.gifts(shown, merchants.current(), today),
        "page_obj": shown,
        "answer": _answer(request),
    }
    return render(request, "rewards/gifts.html", context)


def _answer(request: HttpRequest) -> str:
    actor, today = actor_of(request), people.today()
    n = queries.every_gift(actor).filter(pk__in=gift_queries.on_offer(today)).count()
    gone = queries.out_of_stock(actor, today).count()
    runs = ngettext("%(n)s gift is on offer today.", "%(n)s gifts are on offer today.", n) % {"n": display.number(n)}
    if not gone:
        return runs
    missing = ngettext("%(n)s of them is out of stock.", "%(n)s of them are out of stock.", gone)
    return f"{runs} {missing % {'n': display.number(gone)}}"


@needs(Right.PROGRAMME)
@require_safe
def csv_file(request: HttpRequest) -> HttpResponseBase:
    """The same gifts as a file."""
    found = queries.every_gift(actor_of(request))
    made = exports.as_file(tables.gifts(found, merchants.current(), people.today()))
    return exports.streamed("gifts", made, params=request.GET, by=actor_of(request))


@needs(Right.PROGRAMME)
def new(request: HttpRequest) -> HttpResponse:
    """A new gift."""
    return _edited(request, Gift())


@needs(Right.PROGRAMME)
def edit(request: HttpRequest, gift_id: int) -> HttpResponse:
    """Change a gift: more stock, other points, stop it."""
    return _edited(request, get_object_or_404(queries.every_gift(actor_of(request)), pk=gift_id))


def _edited(request: HttpRequest, gift: Gift) -> HttpResponse:
    name, form = gift.name, GiftForm(request.POST or None, instance=gift)
    if request.method == "POST" and form.is_valid():
        offers.save(form.instance, by=actor_of(request))
        messages.success(request, _("“%(name)s” is saved.") % {"name": form.instance.name})
        return redirect("rewards:gifts")
    status = 422 if request.method == "POST" else 200
    return render(request, "rewards/gift_form.html", {"form": form, "gift": gift, "name": name}, status=status)


@needs(Right.COUNTER)
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """Gifts that members of the own stores took: those that wait, oldest first, or all."""
    shown = Paginator(_claims(request), listing.PER_PAGE).get_page(request.GET.get("page"))
    waiting = _waiting(request).count()
    answer = ngettext(
        "%(n)s gift waits to be handed over.", "%(n)s gifts wait to be handed over.", waiting
    ) % {"n": display.number(waiting)}  # fmt: skip
    context = {
        "table": tables.claims(shown, merchants.current(), actor_of(request)),
        "page_obj": shown,
        "answer": answer if waiting else _("No gift waits to be handed over."),
        "shows": [
            Choice("", _("To be handed over"), not _shows_all(request), "?"),
            Choice("all", _("All"), _shows_all(request), "?show=all"),
        ],
    }
    return render(request, "rewards/claims.html", context)


@needs(Right.COUNTER)
@require_safe
def claims_csv(request: HttpRequest) -> HttpResponseBase:
    """The same list as a file."""
    made = exports.as_file(tables.claims(_claims(request), merchants.current(), actor_of(request)))
    return exports.streamed("gift-claims", made, params=request.GET, by=actor_of(request))


def _shows_all(request: HttpRequest) -> bool:
    return request.GET.get("show") == "all"


def _waiting(request: HttpRequest) -> QuerySet[GiftClaim]:
    return gift_queries.claims(actor_of(request)).filter(state=GiftClaim.State.RESERVED)


def _claims(request: HttpRequest) -> QuerySet[GiftClaim]:
    every = gift_queries.claims(actor_of(request)).select_related("entry")
    return every.order_by("-pk") if _shows_all(request) else every.filter(state="reserved").order_by("pk")


@needs(Right.COUNTER)
@require_POST
def hand_over(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The member has it."""
    claim = get_object_or_404(gift_queries.claims(actor_of(request)), pk=claim_id)
    try:
        gifts.hand_over(claim, by=actor_of(request))
    except gifts.Refused as refused:
        messages.error(request, str(refused))
    else:
        said = {"gift": claim.gift.name, "number": claim.member.number}
        messages.success(request, _("“%(gift)s” is handed over to member %(number)s.") % said)
    return redirect("rewards:claims")


@needs(Right.COUNTER)
@require_POST
def cancel(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The member does not want it, or it is not there: the points go back."""
    claim = get_object_or_404(gift_queries.claims(actor_of(request)), pk=claim_id)
    try:
        gifts.cancel(claim, by=actor_of(request))
    except gifts.Refused as refused:
        messages.error(request, str(refused))
    else:
        said = {"gift": claim.gift.name, "number": claim.member.number, "points": display.number(-claim.entry.amount)}
        messages.success(
            request, _("“%(gift)s” is cancelled; member %(number)s has the %(points)s points back.") % said
        )
    return redirect("rewards:claims")

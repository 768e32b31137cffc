"""The link to a member's own page, and the card it shows: staff make, replace and end them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from members.lib.access import actor_of, needs
from members.lib.addresses import member_url
from members.lib.roles import Right
from members.models import Member
from members.queries import merchants, scope
from rewards.queries import own_pages as queries
from rewards.services import cards, own_pages


@needs(Right.SEE_MEMBERS)
@never_cache
def page(request: HttpRequest, member_id: int) -> HttpResponse:
    """Whether there is a link, and a fresh one, which is shown this once."""
    member = _member(request, member_id)
    made, refusal = "", ""
    if request.method == "POST":
        try:
            made = _address(request, own_pages.make(member=member, by=actor_of(request)))
        except own_pages.Refused as refused:
            refusal = str(refused)
    context = {
        "member": member,
        "back": member_url(member.number, member.pk),
        "link": queries.open_of(member),
        "made": made,
        "refusal": refusal,
        "text": _("Your points and coupons at %(shop)s: %(link)s") % {"shop": merchants.current().name, "link": made},
        "days": own_pages.VALID.days,
    }
    return render(request, "rewards/own_page_link.html", context, status=422 if refusal else 200)


@needs(Right.SEE_MEMBERS)
@require_POST
def end(request: HttpRequest, member_id: int) -> HttpResponse:
    """From now on no link leads there."""
    member = _member(request, member_id)
    own_pages.end(member=member, by=actor_of(request))
    messages.success(request, _("The link leads nowhere any more."))
    return redirect("rewards:own-page-link", member.pk)


@needs(Right.SEE_MEMBERS)
@require_POST
def replace_card(request: HttpRequest, member_id: int) -> HttpResponse:
    """The card was lost or copied: its code finds nobody any more, and the own page shows another."""
    member = _member(request, member_id)
    cards.revoke(member, by=actor_of(request))
    messages.success(request, _("The old card finds nobody any more; the member’s own page shows the new code."))
    return redirect("rewards:own-page-link", member.pk)


def _address(request: HttpRequest, secret: str) -> str:
    return request.build_absolute_uri(reverse("own-page", args=[secret]))


def _member(request: HttpRequest, member_id: int) -> Member:
    found: Member = get_object_or_404(scope.members(actor_of(request)), pk=member_id)
    return found

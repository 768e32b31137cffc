"""Staff: who works here, who is invited, and how somebody new is."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from members.forms import StaffForm
from members.lib import display, listing
from members.lib import mail as mail_settings
from members.lib.access import actor_of, needs, proven
from members.lib.roles import Right, Role
from members.lib.widgets import Action
from members.models import Invitation
from members.queries import invitations as invitation_queries
from members.queries import lockouts
from members.queries import staff as queries
from members.services import invitations
from members.services.staff import Refused


@needs(Right.INVITE_CLERKS)
@require_safe
def listing_page(request: HttpRequest) -> HttpResponse:
    """Everybody whom the reader may see, and the invitations that are open."""
    actor = actor_of(request)
    pages = Paginator(queries.visible(actor), listing.PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    locked = lockouts.locked(user.username for user in shown) if actor.may(Right.SETTINGS) else {}
    context = {
        "people": [(user, locked.get(user.username)) for user in shown],
        "page_obj": shown,
        "invitations": invitation_queries.visible(actor),
        "may_mail": mail_settings.is_set_up(),
        "answer": _answer(pages.count),
        "action": Action(_("Invite somebody"), reverse("members:staff-invite"), icon="plus", primary=True),
    }
    return render(request, "members/staff/list.html", context)


def _of_an_administrator(request: HttpRequest) -> bool:
    return request.POST.get("role") == Role.ADMIN


@needs(Right.INVITE_CLERKS)
@proven(_of_an_administrator)
@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    """Say who, as what and where; the answer mails the link, or shows it this once."""
    actor = actor_of(request)
    form = StaffForm(actor, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    values = form.cleaned_data
    try:
        invitation, secret = invitations.invite(
            name=values["display_name"], email=values["email"], role=values["role"], stores=values["stores"], by=actor
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return _form(request, form)
    return _hand_over(request, invitation, secret, by_mail=request.POST.get("by") == "mail")


@needs(Right.INVITE_CLERKS)
@require_POST
@proven(lambda request: actor_of(request).may(Right.SETTINGS))
@never_cache
def renew(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """A new link, mailed or shown; the one before is void."""
    actor = actor_of(request)
    invitation = get_object_or_404(invitation_queries.within_reach(actor), pk=invitation_id)
    try:
        secret = invitations.renew(invitation, by=actor)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("members:staff")
    invitation.refresh_from_db()
    return _hand_over(request, invitation, secret, by_mail=request.POST.get("by") == "mail")


@needs(Right.INVITE_CLERKS)
@require_POST
def withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    actor = actor_of(request)
    invitation = get_object_or_404(invitation_queries.within_reach(actor), pk=invitation_id)
    try:
        invitations.withdraw(invitation, by=actor)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = _("The invitation of %(name)s is withdrawn; its link works no more.")
        messages.success(request, said % {"name": invitation.name})
    return redirect("members:staff")


def _form(request: HttpRequest, form: StaffForm) -> HttpResponse:
    context = {"form": form, "may_mail": mail_settings.is_set_up(), "days": invitations.VALID.days}
    return render(request, "members/staff/invite.html", context, status=422 if form.is_bound else 200)


def _hand_over(request: HttpRequest, invitation: Invitation, secret: str, *, by_mail: bool) -> HttpResponse:
    """The link on its way: by mail where that is wished and can be, else on the page that shows it this once."""
    if by_mail and invitation.email and mail_settings.is_set_up():
        invitations.mail(invitation, by=actor_of(request))
        messages.success(request, _("The invitation goes to %(email)s by mail.") % {"email": invitation.email})
        return redirect("members:staff")
    context = {
        "invitation": invitation,
        "link": request.build_absolute_uri(reverse("invitation-open", args=[secret])),
    }
    return render(request, "members/staff/link.html", context)


def _answer(count: int) -> str:
    return ngettext("%(n)s person has a sign-in.", "%(n)s people have a sign-in.", count) % {"n": display.number(count)}

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from loyalty_site.forms import NAME_TAKEN, InvitedForm
from loyalty_site.language import remember
from loyalty_site.views import link_closed
from members.lib.access import needs
from members.lib.roles import Right
from members.queries import invitations as queries
from members.services import invitations, staff

SECRET: Final = "_invitation"  # noqa: S105 - where the session keeps it, as Django does for reset links


@needs(Right.PUBLIC)
@require_safe
@never_cache
def open_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the secret out of the address, where a history or a referrer would keep it, and go on."""
    if link_closed.is_shut(request):
        return link_closed.shut(request)
    if queries.by_secret(secret) is None:
        return link_closed.closed(request, counted=True)
    request.session[SECRET] = secret
    return redirect("invitation")


@needs(Right.PUBLIC)
@sensitive_post_parameters("password", "password_again")
@never_cache
def accept(request: HttpRequest) -> HttpResponse:
    """Say who you are, choose name and password, and be signed in."""
    secret = request.session.get(SECRET, "")
    invitation = queries.by_secret(secret) if secret else None
    if invitation is None:
        return link_closed.closed(request)
    initial = {"display_name": invitation.name, "username": invitation.email, "language": get_language()}
    form = InvitedForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return _accepted(request, secret, form.cleaned_data)
        except invitations.NameTaken:
            form.add_error("username", NAME_TAKEN)
        except staff.AddressTaken:
            form.add_error(None, _("Somebody with the e-mail address of this invitation works here already. Sign in."))
        except invitations.Closed:
            return link_closed.closed(request)
    context = {"form": form, "invitation": invitation}
    return render(request, "invitation.html", context, status=422 if form.is_bound else 200)


def _accepted(request: HttpRequest, secret: str, values: dict[str, str]) -> HttpResponse:
    newcomer = invitations.Newcomer(values["username"], values["display_name"], values["password"], values["language"])
    user = invitations.accept(secret, newcomer, ip=request.META.get("REMOTE_ADDR", ""))
    logout(request)  # whoever was signed in here, and the secret
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    messages.success(request, _("Welcome, %(name)s. You are signed in.") % {"name": user})
    return remember(redirect("today"), user.language)

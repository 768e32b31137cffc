"""A forgotten password: ask for a link by mail, and set a new one under a link. Django's views and tokens do it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from loyalty_site.forms import ForgottenForm, NewPasswordForm
from loyalty_site.views import link_closed
from members.lib import mail
from members.lib.access import needs
from members.lib.roles import Right
from members.models import User
from members.services import passwords, staff_mails


@needs(Right.PUBLIC)
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same whoever has, or has not, the address."""
    may_mail = mail.is_set_up()
    form = ForgottenForm(request.POST or None)
    if request.method != "POST" or not may_mail or not form.is_valid():
        context = {"form": form, "may_mail": may_mail}
        return render(request, "password_forgotten.html", context, status=422 if form.errors else 200)
    if not staff_mails.ask_for_reset(form.cleaned_data["email"], ip=request.META.get("REMOTE_ADDR", "")):
        return link_closed.shut(request)
    return redirect("password-asked")


@needs(Right.PUBLIC)
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What happens now."""
    return render(request, "password_asked.html")


class NewPassword(PasswordResetConfirmView):
    """Set a new password under a link that works once."""

    template_name = "password_new.html"
    form_class = NewPasswordForm
    token_generator = passwords.tokens

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if link_closed.is_shut(request):
            return link_closed.shut(request)
        return super().dispatch(request, *args, **kwargs)

    def get_user(self, uidb64: str) -> Any:
        """Nobody who may not sign in."""
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and user.is_active else None

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        if not self.validlink:
            return link_closed.closed(self.request, counted=True)
        return super().render_to_response(context, **response_kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        token = self.request.session.pop(INTERNAL_RESET_SESSION_TOKEN, "")
        password, ip = form.cleaned_data["new_password1"], self.request.META.get("REMOTE_ADDR", "")
        assert isinstance(self.user, User)  # noqa: S101 - `dispatch` lets no other through to the form
        try:
            passwords.reset(self.user, token, password, ip=ip)
        except passwords.Used:
            return link_closed.closed(self.request)
        messages.success(self.request, _("The new password is set, and every session is ended. Sign in with it."))
        return redirect("sign-in")


new = needs(Right.PUBLIC)(NewPassword.as_view())

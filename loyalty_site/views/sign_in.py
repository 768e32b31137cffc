from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from loyalty_site.demo.sign_ins import PASSWORD
from loyalty_site.forms import SignInForm
from loyalty_site.language import remember
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.queries import staff as sign_ins
from members.services import staff


class SignIn(LoginView):
    """Sign in; who is signed in already goes on, unless their account has no role yet."""

    template_name = "sign_in.html"
    authentication_form = SignInForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if actor_of(request).role:
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        demo = list(sign_ins.demo_sign_ins()) if settings.DEBUG else []
        return super().get_context_data(demo_sign_ins=demo, demo_password=PASSWORD, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        return remember(super().form_valid(form), form.get_user().language)


sign_in = needs(Right.PUBLIC)(SignIn.as_view())
sign_out = needs(Right.PUBLIC)(LogoutView.as_view())


@needs(Right.PUBLIC)
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language (POST `language`, `next`): a cookie, and the profile of who is signed in."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES):
        staff.set_language(actor_of(request), code)
    return remember(redirect(target), code)

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language

from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.services import staff

sign_in = needs(Right.PUBLIC)(
    LoginView.as_view(template_name="sign_in.html", redirect_authenticated_user=True)
)
sign_out = needs(Right.PUBLIC)(LogoutView.as_view())


@needs(Right.PUBLIC)
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language (POST `language`, `next`): a cookie, and the profile of who is signed in."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = redirect(target)
    code = request.POST.get("language", "")
    if check_for_language(code) and code in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=31_536_000, samesite="Lax", httponly=True)
        staff.set_language(actor_of(request), code)
    return response

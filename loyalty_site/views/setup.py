from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from loyalty_site.forms import SetupForm
from loyalty_site.language import remember
from members.lib.access import actor_of, needs
from members.lib.actor import system
from members.lib.roles import Right
from members.queries import merchants, staff
from members.services import merchants as services


@needs(Right.PUBLIC)
def setup(request: HttpRequest) -> HttpResponse:
    """First run: name the shop and make its administrator. Closed as soon as there is a merchant.

    Open to whoever comes first only while nobody can sign in; afterwards to administrators.
    """
    if merchants.is_set_up():
        return redirect("today")
    is_first = not staff.anybody()
    actor = actor_of(request)
    if not is_first and actor.role is None:
        return redirect_to_login(request.path)
    if not is_first and not actor.may(Right.SETTINGS):
        raise PermissionDenied(Right.SETTINGS)
    form = SetupForm(request.POST or None, with_administrator=is_first, initial={"language": get_language()})
    if not form.is_valid():
        return render(request, "setup.html", {"form": form})
    return _set_up(request, form.cleaned_data, is_first=is_first)


def _set_up(request: HttpRequest, values: dict[str, str], *, is_first: bool) -> HttpResponse:
    actor = system("first run") if is_first else actor_of(request)
    administrator = (
        services.Administrator(values["username"], values["display_name"], values["password"]) if is_first else None
    )
    shop = {name: values[name] for name in ("name", "currency", "zone", "language")}
    try:
        user = services.set_up(**shop, administrator=administrator, by=actor)
    except services.AlreadySetUp:
        return redirect("today")
    if user:
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return remember(redirect("members:import-new"), values["language"])

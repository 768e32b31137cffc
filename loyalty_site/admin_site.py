from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy

from members.lib.access import actor_of, needs
from members.lib.roles import Right

# Texts of Django that it has no Chinese for, or other words than ours; named here, our catalogue says them.
SAID_BY_DJANGO = (
    gettext_noop("Model name"),
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
    gettext_noop("View site"),
    gettext_noop("None available"),
    gettext_noop("username"),
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        8,
    ),
)


class DeskAdminSite(admin.AdminSite):
    """Django admin behind the desk's own sign-in: administrators enter, others get the same 403 as anywhere."""

    site_header = _("Settings")
    site_title = _("Settings")
    index_title = _("What can be set and looked up")

    def has_permission(self, request: HttpRequest) -> bool:
        return actor_of(request).may(Right.SETTINGS)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        return needs(Right.SETTINGS)(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one sign-in, with its lock-out; the admin has none of its own."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        return redirect_to_login(request.GET.get("next", reverse("admin:index")))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one place to change the own password, which ends the other sessions."""
        return redirect("profile")

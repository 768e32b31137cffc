from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from members.lib.access import actor_of, needs
from members.lib.roles import Right

# Headings of Django's admin that Django has no Chinese for; named here, our catalogue says them.
LEFT_IN_ENGLISH = (gettext_noop("Model name"), gettext_noop("Add link"), gettext_noop("Change or view list link"))


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

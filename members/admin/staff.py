import django.contrib.auth.admin  # noqa: F401 - registers groups, before they are taken off again
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from members.admin.base import DeskAdmin
from members.lib import agents
from members.models import ApiToken, Invitation, StaffSession, User

admin.site.unregister(Group)  # a member of staff has one role; groups would be a second truth


@admin.display(description=_("change"))
def on_staff_page(user: User) -> SafeString:
    """The way to the page that changes what is only read here."""
    return format_html('<a href="{}">{}</a>', reverse("members:staff-person", args=[user.pk]), _("on the page Staff"))


@admin.register(User)
class StaffAdmin(DeskAdmin):
    """Staff, read here and changed on the page Staff, whose rules hold for everybody. They are never deleted, because
    the audit names them."""

    list_display = ["username", "display_name", "role", "is_active", "last_login"]
    list_filter = ["role", "is_active", "stores"]
    search_fields = ["username", "display_name"]
    ordering = ["username"]
    fields = readonly_fields = [
        "username", "display_name", "email", "role", "stores", "language", "is_active", "is_demo", "last_login",
        "date_joined", on_staff_page,
    ]  # fmt: skip


@admin.register(ApiToken)
class TokenAdmin(DeskAdmin):
    """Tokens, read here; made and revoked on their own page."""

    list_display = ["name", "created_by", "created_at", "expires_at", "last_used_at", "revoked_at"]
    search_fields = ["name"]
    fields = readonly_fields = [
        "name", "scopes", "every_store", "stores", "source", "created_by", "created_at", "expires_at", "last_used_at",
        "revoked_at",
    ]  # fmt: skip


@admin.register(Invitation)
class InvitationAdmin(DeskAdmin):
    list_display = ["name", "role", "invited_by", "created_at", "expires_at", "accepted_at", "withdrawn_at"]
    list_filter = ["role"]
    search_fields = ["name"]
    fields = readonly_fields = [
        "name", "email", "role", "stores", "invited_by", "created_at", "expires_at", "sent_at", "accepted_at",
        "accepted_by", "withdrawn_at",
    ]  # fmt: skip


@admin.display(description=_("browser"))
def browser(session: StaffSession) -> str:
    return agents.named(session.agent)


@admin.register(StaffSession)
class SessionAdmin(DeskAdmin):
    list_display = ["user", "started_at", "seen_at", "ip", browser]
    list_select_related = ["user"]
    search_fields = ["user__username"]
    fields = readonly_fields = ["user", "started_at", "seen_at", "ip", browser]

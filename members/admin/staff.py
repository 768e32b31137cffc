from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from members.admin.base import Editable
from members.lib.access import actor_of
from members.lib.roles import ALL_STORES, Role
from members.models import User
from members.queries import staff as staff_queries
from members.services import audit

admin.site.unregister(Group)  # a member of staff has one role; groups would be a second truth


def _checked(cleaned: dict[str, Any]) -> dict[str, Any]:
    """Who works in stores needs one, or would see nothing."""
    if cleaned.get("role") not in {"", None, *ALL_STORES} and not cleaned.get("stores"):
        raise ValidationError({"stores": _("Store managers and clerks need at least one store.")})
    return cleaned


class StaffForm(UserChangeForm):
    def clean(self) -> dict[str, Any]:
        cleaned = _checked(super().clean() or self.cleaned_data)
        stays = cleaned.get("role") == Role.ADMIN and cleaned.get("is_active")
        if not stays and not staff_queries.other_administrators(self.instance).exists():
            raise ValidationError(_("This is the last active administrator. Make somebody else one first."))
        return cleaned


class NewStaffForm(AdminUserCreationForm):
    usable_password = None

    def clean(self) -> dict[str, Any]:
        return _checked(super().clean() or self.cleaned_data)


@admin.register(User)
class StaffAdmin(Editable, UserAdmin):
    """Staff. They are never deleted, because the audit names them: take the tick from “active” instead."""

    form = StaffForm
    add_form = NewStaffForm
    add_form_template = None  # Django's own promises more fields on a second page
    list_display = ["username", "display_name", "role", "is_active", "last_login"]
    list_filter = ["role", "is_active", "stores"]
    search_fields = ["username", "display_name"]
    ordering = ["username"]
    filter_horizontal = []
    autocomplete_fields = ["stores"]
    readonly_fields = ["last_login", "date_joined", "is_demo"]
    unaudited = ["password", "password1", "password2", "usable_password"]
    fieldsets = [
        (None, {"fields": ["username", "password", "display_name", "role", "stores", "language", "is_active"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined", "is_demo"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "display_name", "role", "stores", "password1", "password2"]}),
    ]

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        obj.is_staff = obj.is_superuser = obj.role == Role.ADMIN
        super().save_model(request, obj, form, change)

    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        if request.method == "POST" and isinstance(answer, HttpResponseRedirect):
            audit.record(by=actor_of(request), verb="set_password", subject_type="user", subject_id=id)
        return answer

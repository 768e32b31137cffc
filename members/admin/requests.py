"""What needed a second person, and files made in the background: readable here, done on their own pages."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from members.admin import words
from members.admin.base import DeskAdmin
from members.admin.work import CodeFilter
from members.models import Approval, Export


@admin.display(description=_("kind"), ordering="kind")
def kind(row: Approval | Export) -> str:
    return words.of(row.kind)


@admin.display(description=_("state"))
def state(row: Any) -> str:
    """With what time alone has made of it."""
    return str((row.standing if isinstance(row, Approval) else row.state).label)


@admin.register(Approval)
class ApprovalAdmin(DeskAdmin):
    list_display = ["id", kind, "member", state, "asked_by", "created_at", "decided_by", "settled_at"]
    list_select_related = ["member", "asked_by", "decided_by"]
    list_filter = ["state", ("kind", CodeFilter)]
    fields = readonly_fields = [
        kind, "member", "reason", state, "asked_by", "created_at", "expires_at", "decided_by", "settled_at", "note",
    ]  # fmt: skip


@admin.register(Export)
class ExportAdmin(DeskAdmin):
    list_display = ["number", kind, "owner", state, "rows", "whole_contacts", "created_at", "fetched_at"]
    list_select_related = ["owner", "job"]
    list_filter = [("kind", CodeFilter), "whole_contacts"]
    fields = readonly_fields = [
        "number", kind, "owner", "params", "whole_contacts", "reason", state, "rows", "sha256", "created_at",
        "ready_at", "expires_at", "fetched_at", "withdrawn_at",
    ]  # fmt: skip

"""What members are written, and what became of each message."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from members.admin.base import DeskAdmin
from members.models import Message, MessageTemplate


@admin.register(MessageTemplate)
class MessageTemplateAdmin(DeskAdmin):
    list_display = ["name", "channel", "purpose", "is_active"]
    list_filter = ["channel", "is_active"]
    fields = readonly_fields = [
        "name", "channel", "purpose", "subject_zh", "body_zh", "subject_en", "body_en", "gateway_code", "is_active",
    ]  # fmt: skip


@admin.register(Message)
class MessageAdmin(DeskAdmin):
    list_display = ["__str__", "member", "template", "channel", "state", "made_at", "sent_at"]
    list_select_related = ["member", "template"]
    list_filter = ["state", "channel"]
    search_fields = ["member__number_key__exact"]
    search_help_text = _("Member number")
    ordering = ["-pk"]
    fields = readonly_fields = [
        "member", "template", "channel", "purpose", "language", "state", "provider_said",
        "made_at", "sent_at", "delivered_at",
    ]  # fmt: skip

from django.contrib import admin

from analytics.models import ReportMail
from members.admin.base import DeskAdmin


@admin.register(ReportMail)
class ReportMailAdmin(DeskAdmin):
    list_display = ["report", "recipient", "weekday", "hour", "is_active", "next_at", "created_by"]
    list_select_related = ["recipient", "created_by"]
    list_filter = ["is_active"]
    search_fields = ["report"]
    fields = readonly_fields = [
        "report", "filters", "recipient", "weekday", "hour", "is_active", "next_at", "claimed_for", "created_by",
        "created_at",
    ]  # fmt: skip

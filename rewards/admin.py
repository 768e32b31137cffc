"""Django admin: the points ledger is read here, and written by its services alone."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from members.admin.base import DeskAdmin, ReadOnlyInline
from rewards.models import (
    Account,
    Adjustment,
    Entry,
    Lot,
    OwnPageLink,
    PointsFile,
    Posting,
    TillRequest,
)


class PostingInline(ReadOnlyInline):
    model = Posting
    fields = readonly_fields = ["account", "lot", "amount"]


@admin.register(Account)
class AccountAdmin(DeskAdmin):
    list_display = ["member", "balance", "pending", "debt"]
    list_select_related = ["member"]
    search_fields = ["member__number_key__exact"]
    search_help_text = _("Member number")
    ordering = ["-pk"]
    fields = readonly_fields = ["member", "balance", "pending", "debt", "changed_at"]


@admin.register(Entry)
class EntryAdmin(DeskAdmin):
    list_display = ["__str__", "recorded_at", "account_member", "kind", "amount", "order", "actor_name"]
    list_select_related = ["account__member", "order"]
    list_filter = ["kind"]
    search_fields = ["account__member__number_key__exact", "order__number__exact", "key__exact"]
    search_help_text = _("Member number, order number or key")
    inlines = [PostingInline]
    fields = readonly_fields = [
        "account", "kind", "amount", "order", "reverses", "forgiven", "reason", "detail", "key", "happened_at",
        "recorded_at", "actor_kind", "actor_name",
    ]  # fmt: skip

    @admin.display(description=_("member"))
    def account_member(self, entry: Entry) -> str:
        return entry.account.member.number


@admin.register(Lot)
class LotAdmin(DeskAdmin):
    list_display = ["__str__", "account", "quantity", "remaining", "is_pending", "available_at", "expires_on"]
    list_filter = ["is_pending"]
    search_fields = ["account__member__number_key__exact"]
    search_help_text = _("Member number")
    ordering = ["-pk"]
    fields = readonly_fields = [
        "entry", "account", "quantity", "remaining", "available_at", "is_pending", "expires_on", "expires_at",
    ]  # fmt: skip


@admin.register(Adjustment)
class AdjustmentAdmin(DeskAdmin):
    list_display = ["__str__", "created_at", "member", "points", "reason", "file", "created_by"]
    list_select_related = ["member", "file", "created_by"]
    list_filter = ["reason"]
    search_fields = ["member__number_key__exact"]
    search_help_text = _("Member number")
    fields = readonly_fields = [
        "member", "points", "reason", "note", "earned_on", "expires_on", "file", "row", "entry", "created_by",
        "created_at",
    ]  # fmt: skip


@admin.register(PointsFile)
class PointsFileAdmin(DeskAdmin):
    list_display = ["file_name", "kind", "state", "rows", "repeated", "wrong", "given", "taken", "created_at"]
    list_filter = ["kind", "state"]
    search_fields = ["file_name__icontains"]
    search_help_text = _("File")
    fields = readonly_fields = [
        "file_name", "kind", "state", "rows", "repeated", "wrong", "given", "taken", "created_by", "created_at",
    ]  # fmt: skip


@admin.register(TillRequest)
class TillRequestAdmin(DeskAdmin):
    list_display = ["__str__", "created_at", "principal", "key", "status"]
    list_filter = ["status"]
    search_fields = ["key__exact", "principal__exact"]
    search_help_text = _("Key, or who asked (token:5)")
    ordering = ["-pk"]
    fields = readonly_fields = ["principal", "key", "created_at", "lease_until", "status", "answer"]


@admin.register(OwnPageLink)
class OwnPageLinkAdmin(DeskAdmin):
    list_display = ["member", "made_at", "expires_at", "ended_at", "made_by"]
    list_select_related = ["member"]
    search_fields = ["member__number_key__exact"]
    search_help_text = _("Member number")
    ordering = ["-pk"]
    fields = readonly_fields = ["member", "made_at", "expires_at", "ended_at", "made_by"]

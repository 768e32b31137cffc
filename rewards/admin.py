"""Django admin: the points ledger is read here, and written by its services alone."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.admin.base import (
    DeskAdmin,
    Editable,
    ReadOnlyInline,
)
from rewards.models import (
    Account,
    Adjustment,
    Benefit,
    BenefitUse,
    Coupon,
    CouponOffer,
    Earning,
    Entry,
    EventRule,
    Gift,
    GiftClaim,
    Lot,
    MemberCard,
    Multiplier,
    OwnPageLink,
    PointsFile,
    PointsRules,
    Posting,
    RefundTaken,
    Tier,
    TierCondition,
    TierRules,
    TierStay,
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


@admin.register(CouponOffer)
class CouponOfferAdmin(DeskAdmin):
    """Read here; made and changed on the pages of coupons."""

    list_display = ["name", "kind", "stock", "issued", "first_day", "last_day", "is_active"]
    list_filter = ["kind", "is_active"]
    ordering = ["-pk"]
    fields = readonly_fields = [
        "name", "kind", "amount", "percent", "at_most", "gift", "threshold", "nth_purchase", "first_day", "last_day",
        "valid_days", "stores", "products", "categories", "stock", "issued", "per_member", "combines", "with_points",
        "on_cancel", "is_active",
    ]  # fmt: skip


@admin.register(Coupon)
class CouponAdmin(DeskAdmin):
    list_display = ["__str__", "offer", "member", "state", "issued_at", "last_day", "order", "amount"]
    list_select_related = ["offer", "member", "order"]
    list_filter = ["state"]
    search_fields = ["code__exact", "member__number_key__exact", "order__number__exact"]
    search_help_text = _("Code, member number or order number")
    ordering = ["-pk"]
    fields = readonly_fields = [
        "offer", "code", "member", "state", "reason", "issued_at", "last_day", "order", "used_at", "amount",
    ]  # fmt: skip


@admin.register(Gift)
class GiftAdmin(DeskAdmin):
    """Read here; made and changed on the pages of gifts."""

    list_display = ["name", "kind", "points", "stock", "given", "first_day", "last_day", "is_active"]
    list_filter = ["kind", "is_active"]
    ordering = ["-pk"]
    fields = readonly_fields = [
        "name", "kind", "points", "coupon", "unit_cost", "worth", "stock", "given", "per_member", "first_day",
        "last_day", "is_active",
    ]  # fmt: skip


@admin.register(GiftClaim)
class GiftClaimAdmin(DeskAdmin):
    list_display = ["__str__", "gift", "member", "store", "state", "claimed_at", "settled_at"]
    list_select_related = ["gift", "member", "store"]
    list_filter = ["state"]
    search_fields = ["member__number_key__exact"]
    search_help_text = _("Member number")
    ordering = ["-pk"]
    fields = readonly_fields = ["gift", "member", "store", "entry", "state", "claimed_at", "settled_at"]


@admin.register(OwnPageLink)
class OwnPageLinkAdmin(DeskAdmin):
    list_display = ["member", "made_at", "expires_at", "ended_at", "made_by"]
    list_select_related = ["member"]
    search_fields = ["member__number_key__exact"]
    search_help_text = _("Member number")
    ordering = ["-pk"]
    fields = readonly_fields = ["member", "made_at", "expires_at", "ended_at", "made_by"]


@admin.register(Tier)
class TierAdmin(Editable):
    """Only its name is changed: code, rank and kind are what rules and history mean by it."""

    list_display = ["name", "code", "rank", "is_special"]
    fields = ["name", "code", "rank", "is_special"]

    def get_readonly_fields(self, request: HttpRequest, obj: Tier | None = None) -> list[str]:
        return ["code", "rank", "is_special"] if obj else []


class ConditionInline(ReadOnlyInline):
    model = TierCondition
    fields = readonly_fields = ["tier", "spend", "orders", "points"]


@admin.register(TierRules)
class TierRulesAdmin(DeskAdmin):
    """Drafted and published on the page of tiers."""

    list_display = ["__str__", "window", "months", "any_condition", "down", "grace_days", "published_at"]
    inlines = [ConditionInline]
    fields = readonly_fields = [
        "first_day", "window", "months", "any_condition", "down", "grace_days", "published_at",
    ]  # fmt: skip


@admin.register(TierStay)
class TierStayAdmin(DeskAdmin):
    list_display = ["member", "tier", "reason", "starts_on", "ends_on", "kept_until", "actor_name"]
    list_select_related = ["member", "tier"]
    list_filter = ["tier", "reason"]
    search_fields = ["member__number_key__exact"]
    search_help_text = _("Member number")
    ordering = ["-pk"]
    fields = readonly_fields = [
        "member", "tier", "reason", "rules", "starts_on", "ends_on", "kept_until", "detail", "note", "recorded_at",
        "actor_kind", "actor_name",
    ]  # fmt: skip


@admin.register(Benefit)
class BenefitAdmin(Editable):
    list_display = ["name", "tier", "kind", "times", "per", "stock", "used", "is_active"]
    list_select_related = ["tier"]
    list_filter = ["tier", "kind", "is_active"]
    readonly_fields = ["used"]


@admin.register(BenefitUse)
class BenefitUseAdmin(DeskAdmin):
    list_display = ["__str__", "benefit", "member", "business_date", "cost", "actor_name"]
    list_select_related = ["benefit", "member"]
    list_filter = ["benefit"]
    search_fields = ["member__number_key__exact"]
    search_help_text = _("Member number")
    fields = readonly_fields = [
        "benefit", "member", "order", "store", "key", "cost", "used_at", "business_date", "actor_name",
    ]  # fmt: skip


@admin.register(MemberCard)
class MemberCardAdmin(DeskAdmin):
    list_display = ["member", "revoked"]
    list_select_related = ["member"]
    search_fields = ["member__number_key__exact"]
    search_help_text = _("Member number")
    ordering = ["-pk"]
    fields = readonly_fields = ["member", "revoked"]


class MultiplierInline(ReadOnlyInline):
    model = Multiplier
    fields = readonly_fields = ["name", "percent", "first_day", "last_day", "weekdays", "month_days"]


class EventRuleInline(ReadOnlyInline):
    model = EventRule
    fields = readonly_fields = ["event", "points", "times", "per"]


@admin.register(PointsRules)
class PointsRulesAdmin(DeskAdmin):
    """Read here; drafted, tried and published on the page of the rules."""

    list_display = ["__str__", "points", "per", "minimum", "expiry", "published_at"]
    ordering = ["-first_day", "-pk"]
    inlines = [MultiplierInline, EventRuleInline]
    fields = readonly_fields = [
        "first_day", "points", "per", "minimum", "rounding", "per_order", "per_day", "pending_days", "expiry",
        "expiry_length", "stores", "all_but_stores", "channels", "all_but_channels", "categories",
        "all_but_categories", "products", "all_but_products", "refund", "cash_points", "cash_amount", "cash_minimum",
        "cash_percent", "offline", "published_at",
    ]  # fmt: skip


@admin.register(Earning)
class EarningAdmin(DeskAdmin):
    list_display = ["__str__", "order", "points", "kept", "why_none", "is_void", "considered_at"]
    list_select_related = ["order"]
    list_filter = ["why_none", "is_void"]
    search_fields = ["order__number__exact"]
    search_help_text = _("Order number")
    ordering = ["-pk"]
    fields = readonly_fields = [
        "order", "rules", "entry", "points", "kept", "eligible", "why_none", "refunded", "is_void", "considered_at",
    ]  # fmt: skip


@admin.register(RefundTaken)
class RefundTakenAdmin(DeskAdmin):
    list_display = ["__str__", "refund", "points", "is_void", "considered_at"]
    list_select_related = ["refund"]
    search_fields = ["refund__number__exact"]
    search_help_text = _("Refund number")
    ordering = ["-pk"]
    fields = readonly_fields = ["refund", "points", "is_void", "considered_at"]

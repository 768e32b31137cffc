from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.admin.base import DeskAdmin, ReadOnlyInline, file_of
from members.models import Order, OrderLine, Payment, Refund

UNVOIDED = ("voided_at", admin.EmptyFieldListFilter)


class LineInline(ReadOnlyInline):
    model = OrderLine
    fields = readonly_fields = ["kind", "product", "quantity", "amount"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return super().get_queryset(request).select_related("product")


class PaymentInline(ReadOnlyInline):
    model = Payment
    fields = readonly_fields = ["kind", "amount"]


@admin.register(Order)
class OrderAdmin(DeskAdmin):
    list_display = ["number", "source", "business_date", "store", "channel", "status", "total", "gross", "member"]
    list_select_related = ["store", "channel", "member"]
    list_filter = ["status", "store", "channel", UNVOIDED]
    search_fields = ["number__istartswith", "member__number_key__exact"]
    search_help_text = _("Order number or member number")
    ordering = ["-pk"]
    inlines = [LineInline, PaymentInline]
    fields = readonly_fields = [
        "source", "number", "buyer", "matched_by", "member", "store", "channel", "status", "ordered_at",
        "business_date", "total", "gross", "itemised", file_of, "replaces", "recorded_at", "voided_at",
    ]  # fmt: skip


@admin.register(Refund)
class RefundAdmin(DeskAdmin):
    list_display = ["number", "source", "business_date", "store", "channel", "amount", "order", "member"]
    list_select_related = ["store", "channel", "member", "order"]
    list_filter = ["store", "channel", UNVOIDED]
    search_fields = ["number__istartswith", "order__number__exact", "member__number_key__exact"]
    search_help_text = _("Refund number, order number or member number")
    ordering = ["-pk"]
    fields = readonly_fields = [
        "source", "number", "order", "member", "store", "channel", "refunded_at", "business_date", "amount", file_of,
        "recorded_at", "voided_at",
    ]  # fmt: skip

from django.contrib import admin

from members.admin.base import DeskAdmin
from members.models import PrivacyRequest, ShopConnection, ShopDelivery, Webhook, WebhookMessage


@admin.register(ShopConnection)
class ConnectionAdmin(DeskAdmin):
    list_display = ["name", "kind", "store", "source", "created_by", "created_at", "ended_at"]
    list_select_related = ["store"]
    search_fields = ["name"]
    fields = readonly_fields = ["kind", "name", "store", "source", "created_by", "created_at", "ended_at"]


@admin.register(ShopDelivery)
class DeliveryAdmin(DeskAdmin):
    list_display = ["topic", "connection", "state", "received_at", "worked_at"]
    list_filter = ["state"]
    list_select_related = ["connection"]
    fields = readonly_fields = ["connection", "topic", "number", "state", "outcome", "received_at", "worked_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("body")


@admin.register(PrivacyRequest)
class PrivacyRequestAdmin(DeskAdmin):
    list_display = ["member", "kind", "connection", "asked_at", "done_at"]
    list_select_related = ["member", "connection"]
    fields = readonly_fields = ["kind", "connection", "member", "asked_at", "done_at", "done_by"]


@admin.register(Webhook)
class WebhookAdmin(DeskAdmin):
    list_display = ["name", "url", "created_by", "created_at", "ended_at"]
    search_fields = ["name"]
    fields = readonly_fields = ["name", "url", "events", "created_by", "created_at", "ended_at"]


@admin.register(WebhookMessage)
class MessageAdmin(DeskAdmin):
    list_display = ["event", "webhook", "state", "attempts", "happened_at", "tried_at"]
    list_filter = ["state"]
    list_select_related = ["webhook"]
    fields = readonly_fields = [
        "webhook", "delivery_id", "event", "happened_at", "state", "attempts", "answered", "tried_at", "next_at",
    ]  # fmt: skip

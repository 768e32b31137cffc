from django.contrib import admin
from django.http import HttpRequest

from members.admin.base import DeskAdmin, Editable
from members.models import Channel, Merchant, Store, Target
from members.queries import merchants


@admin.register(Merchant)
class MerchantAdmin(Editable):
    list_display = ["name", "currency", "zone", "language", "is_demo"]
    readonly_fields = ["is_demo"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one merchant; the first run makes it."""
        return super().has_add_permission(request) and not merchants.is_set_up()


@admin.register(Store)
class StoreAdmin(Editable):
    list_display = ["code", "name", "zone", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["code", "name"]


@admin.register(Channel)
class ChannelAdmin(Editable):
    list_display = ["code", "name"]
    search_fields = ["code", "name"]


@admin.register(Target)
class TargetAdmin(DeskAdmin):
    """Read here, set on their own page, which knows the units."""

    list_display = ["metric", "value", "valid_from", "period", "set_by", "set_at"]
    list_filter = ["metric"]

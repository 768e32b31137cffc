from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from members.admin.base import DeskAdmin, Editable
from members.models import Channel, InsightMark, Merchant, Store, Target
from members.queries import merchants, orders


@admin.register(Merchant)
class MerchantAdmin(Editable):
    list_display = ["name", "currency", "zone", "language", "is_demo"]

    def get_readonly_fields(self, request: HttpRequest, obj: Merchant | None = None) -> list[str]:
        """Amounts are stored without their currency: another one would make all of them something else."""
        return ["currency", "is_demo"] if obj and orders.have_come() else ["is_demo"]

    def get_fieldsets(self, request: HttpRequest, obj: Merchant | None = None) -> Any:
        why = _(
            "The currency cannot be changed any more: the amounts that are stored are in it. If it is wrong, undo all "
            "imports, change it, and import again."
        )
        fields = {"fields": self.get_fields(request, obj)}
        is_set = "currency" in self.get_readonly_fields(request, obj)
        return [(None, {**fields, "description": why} if is_set else fields)]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one merchant; the first run makes it."""
        return super().has_add_permission(request) and not merchants.is_set_up()


@admin.register(Store)
class StoreAdmin(Editable):
    list_display = ["code", "name", "zone", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["code", "name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Store | None = None) -> list[str]:
        """Days are set once, by the zone of their moment: with another one, old days and new would not be alike."""
        return ["zone"] if obj and orders.have_come_from(obj) else []

    def get_fieldsets(self, request: HttpRequest, obj: Store | None = None) -> Any:
        why = _(
            "The time zone cannot be changed any more: the days of this store's orders and refunds were set by it. If "
            "it is wrong, undo the imports of this store, change it, and import again."
        )
        fields = {"fields": self.get_fields(request, obj)}
        return [(None, {**fields, "description": why} if self.get_readonly_fields(request, obj) else fields)]


@admin.register(Channel)
class ChannelAdmin(Editable):
    list_display = ["code", "name"]
    search_fields = ["code", "name"]


@admin.register(Target)
class TargetAdmin(DeskAdmin):
    """Read here, set on their own page, which knows the units."""

    list_display = ["metric", "value", "valid_from", "period", "set_by", "set_at"]
    list_filter = ["metric"]


@admin.register(InsightMark)
class InsightMarkAdmin(DeskAdmin):
    list_display = ["user", "key", "size", "shown_on", "dismissed_on"]
    list_select_related = ["user"]

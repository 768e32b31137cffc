from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.admin.base import DeskAdmin, ReadOnlyInline, file_of
from members.lib import masking
from members.models import Consent, Exclusion, Identifier, IdentityConflict, Member, MemberEdit, MemberMerge, Segment
from members.queries import merchants, people
from members.rules.imports import contacts

UNVOIDED = ("voided_at", admin.EmptyFieldListFilter)


@admin.display(description=_("value"))
def masked(identifier: Identifier) -> str:
    """Whole contacts are shown nowhere without a reason, not in the admin either."""
    return masking.masked(identifier.kind, identifier.value)


class IdentifierInline(ReadOnlyInline):
    model = Identifier
    fields = readonly_fields = ["kind", "source", masked, "recorded_at", "voided_at"]


class ExclusionInline(ReadOnlyInline):
    model = Exclusion
    fields = readonly_fields = ["reason", "from_date", "to_date", "created_by", "recorded_at", "voided_at"]


@admin.register(Member)
class MemberAdmin(DeskAdmin):
    list_display = ["number", "name", "home_store", "joined_on", "merged_into", "voided_at"]
    list_select_related = ["home_store", "merged_into"]
    list_filter = ["home_store", "gender", UNVOIDED]
    search_fields = ["number_key__startswith", "name"]
    fields = readonly_fields = [
        "number", "name", "gender", "birth_year", "birth_month", "birth_day", "city", "home_store", "joined_on",
        "merged_into", file_of, "recorded_at", "voided_at", "erased_at",
    ]  # fmt: skip
    inlines = [IdentifierInline, ExclusionInline]


@admin.register(Identifier)
class IdentifierAdmin(DeskAdmin):
    list_display = ["member", "kind", "source", masked, "voided_at"]
    list_select_related = ["member"]
    list_filter = ["kind", UNVOIDED]
    search_fields = ["value__exact", "last4__exact"]
    search_help_text = _("The whole phone, e-mail or card number, or the last four digits of a phone")
    ordering = ["-pk"]
    fields = ["member", "kind", "source", masked, "recorded_at", "voided_at"]
    readonly_fields = [masked]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Identifier], search_term: str
    ) -> tuple[QuerySet[Identifier], bool]:
        """A phone is found however it is written."""
        phone = ""
        if sum(map(str.isdigit, search_term)) >= people.SHORTEST_PHONE:
            phone, _fix = contacts.phone(search_term, merchants.region())
        found: Any = super().get_search_results(request, queryset, phone or search_term.casefold())
        if len(search_term) == masking.TAIL:
            return queryset.filter(last4=search_term), False
        return found


@admin.register(Exclusion)
class ExclusionAdmin(DeskAdmin):
    list_display = ["member", "reason", "from_date", "to_date", "created_by", "voided_at"]
    list_select_related = ["member"]
    list_filter = ["reason", UNVOIDED]
    search_fields = ["member__number_key__startswith"]
    search_help_text = _("Member number")
    ordering = ["-pk"]
    fields = ["member", "reason", "from_date", "to_date", "created_by", "recorded_at", "voided_at"]


@admin.register(Consent)
class ConsentAdmin(DeskAdmin):
    list_display = ["member", "purpose", "channel", "given", "happened_on", "source", "created_by"]
    list_select_related = ["member"]
    list_filter = ["purpose", "channel", "given"]
    search_fields = ["member__number_key__startswith"]
    search_help_text = _("Member number")
    fields = readonly_fields = [
        "member", "purpose", "channel", "given", "happened_on", "source", "wording", "recorded_at", "created_by",
    ]  # fmt: skip


@admin.register(MemberMerge)
class MergeAdmin(DeskAdmin):
    list_display = ["member", "into", "owner", "created_by", "recorded_at", "voided_at"]
    list_select_related = ["member", "into", "owner"]
    list_filter = [UNVOIDED]
    search_fields = ["member__number_key__startswith", "owner__number_key__startswith"]
    search_help_text = _("Member number")
    fields = readonly_fields = ["member", "into", "owner", "created_by", "recorded_at", "voided_at"]


@admin.register(MemberEdit)
class EditAdmin(DeskAdmin):
    list_display = ["member", "field", "before", "after", "batch", "at"]
    list_select_related = ["member", "batch"]
    list_filter = ["field"]
    search_fields = ["member__number_key__startswith"]
    search_help_text = _("Member number")
    ordering = ["-pk"]
    fields = readonly_fields = ["member", "field", "before", "after", "batch", "at"]


@admin.display(description=_("identifiers"))
def pointing(conflict: IdentityConflict) -> str:
    """Which identifier points to which member, contacts masked."""
    return ", ".join(f"{masking.masked(key['kind'], key['value'])} > {key['member']}" for key in conflict.keys)


@admin.register(IdentityConflict)
class ConflictAdmin(DeskAdmin):
    list_display = ["batch", "row", "subject", "first", "second", "resolution", "resolved_by"]
    list_select_related = ["batch", "first", "second"]
    list_filter = ["resolution"]
    search_fields = ["subject__startswith"]
    fields = readonly_fields = [
        "batch", "row", "subject", pointing, "first", "second", "resolution", "resolved_by", "resolved_at",
    ]  # fmt: skip


@admin.register(Segment)
class SegmentAdmin(DeskAdmin):
    list_display = ["name", "kind", "made_by", "made_at"]
    list_filter = ["kind"]
    search_fields = ["name"]
    fields = readonly_fields = ["name", "kind", "params", "made_by", "made_at"]

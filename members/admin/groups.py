"""What staff keep of the member list: readable here, kept and deleted on its pages."""

from django.contrib import admin

from members.admin.base import DeskAdmin
from members.models import MemberTag, SavedView, Tag


@admin.register(SavedView)
class SavedViewAdmin(DeskAdmin):
    list_display = ["name", "is_shared", "made_by", "made_at"]
    list_filter = ["is_shared"]
    search_fields = ["name"]
    fields = readonly_fields = ["name", "params", "is_shared", "made_by", "made_at"]


@admin.register(Tag)
class TagAdmin(DeskAdmin):
    list_display = ["name"]
    search_fields = ["name"]
    fields = readonly_fields = ["name"]


@admin.register(MemberTag)
class MemberTagAdmin(DeskAdmin):
    list_display = ["tag", "member", "created_by", "created_at"]
    list_select_related = ["tag", "member"]
    search_fields = ["tag__name__exact", "member__number_key__startswith"]
    ordering = ["-pk"]
    fields = readonly_fields = ["tag", "member", "created_by", "created_at"]

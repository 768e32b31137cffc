"""What all tables of the admin share: who may do what, how many rows are counted, who is told of a change."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from members.lib.access import actor_of
from members.lib.roles import Right
from members.services import settings

COUNTED = 100_000


class CappedPaginator(Paginator):
    """Counts so far and no further: a table of millions opens as fast as a small one. Search to see the rest."""

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[:COUNTED].count()


class DeskAdmin(admin.ModelAdmin):
    """Readable for who has the right to the settings. Nothing is deleted here, and only Editable is written."""

    actions = None
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count for each value of a filter, over the whole table
    list_per_page = 50
    list_max_show_all = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return actor_of(request).may(Right.SETTINGS)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return actor_of(request).may(Right.SETTINGS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Editable(DeskAdmin):
    """What administrators keep up; each save writes an audit row with what was and what is."""

    unaudited: Iterable[str] = ()  # fields whose values stay out of the audit

    def has_add_permission(self, request: HttpRequest) -> bool:
        return actor_of(request).may(Right.SETTINGS)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return actor_of(request).may(Right.SETTINGS)

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        changes = {
            name: {"before": plain(form.initial.get(name)), "after": plain(form.cleaned_data.get(name))}
            for name in form.changed_data
            if name not in self.unaudited
        }
        settings.save(instance=obj, is_new=not change, changes=changes, by=actor_of(request))


@admin.display(description=_("import"))
def file_of(row: Any) -> str:
    """The import that a row came with."""
    return str(row.batch or "")


class ReadOnlyInline(admin.TabularInline):
    """The parts of a fact, beside it."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return actor_of(request).may(Right.SETTINGS)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def plain(value: Any) -> Any:
    """A form value as the audit keeps it: text, or a list of texts."""
    if isinstance(value, QuerySet | list | tuple):
        return [str(one) for one in value]
    return "" if value is None else str(value)

"""The filters of the lists, the same for page and CSV. They narrow what the actor may see and never widen it.

Their names differ from those of the reports (`range`, `store`, `channel`): in a link to the people behind a number
the latter belong to that number, and these narrow the list further.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import django_filters as df
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.fields import DateRangeField, RangeField

from members.lib.access import actor_of
from members.lib.actor import Actor
from members.lib.widgets import Chip, Choice, Dates, FilterBar
from members.models import Channel, Member, Order, Store
from members.queries import people, quality, scope


def _stores(request: HttpRequest) -> QuerySet[Store]:
    return scope.stores(actor_of(request))


def _channels(request: HttpRequest) -> QuerySet[Channel]:
    return Channel.objects.all()


LACKS = [
    ("contact", gettext_lazy("Phone and e-mail")),
    ("name", gettext_lazy("Name")),
    ("birthday", gettext_lazy("Birthday")),
    ("store", gettext_lazy("Home store")),
]


class DaysField(DateRangeField):
    """Two plain dates. The library's own makes instants of them, which then fall on the day before."""

    def compress(self, data_list: Sequence[Any]) -> slice | None:
        return slice(*data_list) if data_list else None


class DaysFilter(df.RangeFilter):
    """First and last day, inclusive; either may be left open."""

    field_class = DaysField


class MemberFilter(df.FilterSet):
    """`q`, `home` (codes of home stores), `joined_after`, `joined_before`, `lacks` (what is not known of them)."""

    q = df.CharFilter(label=gettext_lazy("Search"), method="search")
    home = df.ModelMultipleChoiceFilter(
        label=gettext_lazy("Home store"),
        field_name="home_store__code",
        to_field_name="code",
        queryset=_stores,
        distinct=False,
    )
    joined = DaysFilter(label=gettext_lazy("Member since"), field_name="joined_on")
    lacks = df.ChoiceFilter(label=gettext_lazy("Missing"), method="lacking", choices=LACKS)

    class Meta:
        model = Member
        fields: Sequence[str] = []

    def lacking(self, queryset: QuerySet[Member], name: str, value: str) -> QuerySet[Member]:
        return quality.lacking(queryset.filter(merged_into=None), value)

    def search(self, queryset: QuerySet[Member], name: str, value: str) -> QuerySet[Member]:
        return people.matching(queryset, value)


class OrderFilter(df.FilterSet):
    """`q`, `day_after`, `day_before`, `at` (store codes), `via` (channel codes), `status`, `buyer`."""

    q = df.CharFilter(label=gettext_lazy("Search"), method="search")
    day = DaysFilter(label=gettext_lazy("Date"), field_name="business_date")
    at = df.ModelMultipleChoiceFilter(
        label=gettext_lazy("Store"), field_name="store__code", to_field_name="code", queryset=_stores, distinct=False
    )
    via = df.ModelMultipleChoiceFilter(
        label=gettext_lazy("Channel"),
        field_name="channel__code",
        to_field_name="code",
        queryset=_channels,
        distinct=False,
    )
    status = df.MultipleChoiceFilter(label=gettext_lazy("Status"), choices=Order.Status.choices, distinct=False)
    buyer = df.ChoiceFilter(
        label=gettext_lazy("Buyer"),
        method="who",
        choices=[
            ("member", gettext_lazy("Members")),
            ("guest", gettext_lazy("Guests")),
            ("reachable", gettext_lazy("Guests who left a phone or e-mail")),
        ],
    )

    class Meta:
        model = Order
        fields: Sequence[str] = []

    def search(self, queryset: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        return queryset.filter(Q(number__istartswith=value) | Q(member__number_key=value.casefold()))

    def who(self, queryset: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        found = queryset.filter(member__isnull=value != "member")
        return found.exclude(guest_phone="", guest_email="") if value == "reachable" else found


def names(filters: df.FilterSet, field: str) -> tuple[str, ...]:
    """The URL parameters of a filter: dates have two."""
    is_range = isinstance(filters.form.fields[field], RangeField)
    return (f"{field}_after", f"{field}_before") if is_range else (field,)


def given(filters: df.FilterSet) -> dict[str, list[str]]:
    """The parameters of the URL that these filters understood."""
    bad = filters.form.errors
    known = [name for field in filters.form.fields if field not in bad for name in names(filters, field)]
    return {name: values for name in known if (values := [value for value in filters.data.getlist(name) if value])}


def warnings(filters: df.FilterSet) -> list[str]:
    """What was asked and not understood, a sentence for each filter that was therefore left out."""
    return [
        _("“%(value)s” is not known to the filter “%(filter)s”, which was left out.")
        % {"value": _asked(filters, names(filters, field)), "filter": filters.form.fields[field].label}
        for field in filters.form.errors
    ]


def _asked(filters: df.FilterSet, parameters: Iterable[str]) -> str:
    return ", ".join(value for name in parameters for value in filters.data.getlist(name) if value)


def unseen_stores(actor: Actor, params: QueryDict) -> list[str]:
    """A link to a number of all stores, opened by who sees some: which ones were left out, said as a warning."""
    asked = {code for value in params.getlist("store") for code in value.split(",") if code}
    unseen = asked - set(scope.stores(actor).values_list("code", flat=True)) if asked else set()
    return [_("You may not see store “%(code)s”; it was left out.") % {"code": code} for code in sorted(unseen)]


_OF_A_LIST = ("q", "sort", "page", "header")
_OF_A_NUMBER = ("from", "cell", "set", "range", "store", "channel", "by", "as_of", "return")


def unread(filters: df.FilterSet, *, behind_a_number: bool) -> list[str]:
    """A sentence for each parameter that this list does not read: an old link must not pass for what it asks."""
    own = [name for field in filters.form.fields for name in names(filters, field)]
    known = {*own, *_OF_A_LIST, *(_OF_A_NUMBER if behind_a_number else ())}
    asked = [name for name, values in filters.data.lists() if any(values) and not name.startswith("utm_")]
    return [
        _("There is no filter “%(name)s” here; it was left out.") % {"name": name}
        for name in asked
        if name not in known
    ]


def bar(filters: df.FilterSet, path: str, more_warnings: Iterable[str] = ()) -> FilterBar:
    """The filter bar of a list; the search has a field of its own."""
    params: QueryDict = filters.data
    own = [name for field in filters.form.fields for name in names(filters, field)]
    without = _without(params, own)
    return FilterBar(
        action=path,
        chips=[_chip(filters, field) for field in filters.form.fields if field != "q"],
        clear_url=f"{path}?{without.urlencode()}" if given(filters) else "",
        warnings=[*more_warnings, *warnings(filters)],
        copy_url=f"{path}?{_without(params, ['page']).urlencode()}" if params else path,
    )


def keep(params: QueryDict, parameters: Iterable[str]) -> list[tuple[str, str]]:
    """The other parameters, for the hidden fields of a form that sets these."""
    return [(name, value) for name, values in _without(params, parameters).lists() for value in values]


def _without(params: QueryDict, parameters: Iterable[str]) -> QueryDict:
    rest = params.copy()
    for name in ("page", *parameters):
        rest.pop(name, None)
    return rest


def _chip(filters: df.FilterSet, field: str) -> Chip:
    parameters = names(filters, field)
    common: dict[str, Any] = {
        "name": parameters[0],
        "label": str(filters.form.fields[field].label),
        "is_changed": any(name in given(filters) for name in parameters),
        "keep": keep(filters.data, parameters),
    }
    if len(parameters) > 1:
        return _date_chip(filters, parameters, common)
    choices = _choices(filters, field)
    chosen = [choice.label for choice in choices if choice.is_on]
    multiple = not isinstance(filters.filters[field], df.ChoiceFilter)
    if not multiple:
        choices = [_linked(filters.data, field, "", _("All"), is_on=not chosen), *choices]
    return Chip(value=", ".join(chosen) or _("All"), choices=choices, multiple=multiple, **common)


def _date_chip(filters: df.FilterSet, parameters: Sequence[str], common: dict[str, Any]) -> Chip:
    understood = given(filters)
    start, end = ((understood.get(name) or [""])[-1] for name in parameters)
    value = f"{start} – {end}" if start or end else _("All")
    return Chip(value=value, dates=Dates(parameters[0], parameters[1], start=start, end=end), **common)


def _choices(filters: df.FilterSet, field: str) -> list[Choice]:
    chosen = given(filters).get(field, [])
    listed = [(str(value), str(label)) for value, label in filters.form.fields[field].choices if value != ""]
    return [_linked(filters.data, field, value, label, is_on=value in chosen) for value, label in listed]


def _linked(params: QueryDict, name: str, value: str, label: str, *, is_on: bool) -> Choice:
    changed = _without(params, [name])
    if value:
        changed[name] = value
    return Choice(value, label, is_on=is_on, url=f"?{changed.urlencode()}")

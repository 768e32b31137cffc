"""The filters of the lists, the same for page and CSV. They narrow what the actor may see and never widen it.

Their names differ from those of the reports (`range`, `store`, `channel`): in a link to the people behind a number
the latter belong to that number, and these narrow the list further.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import django_filters as df
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.fields import DateRangeField, RangeField

from members.lib import listing
from members.lib.access import actor_of
from members.lib.actor import Actor, system
from members.lib.id_set import id_set
from members.lib.registry import Audience, Params, UnknownAudience
from members.lib.widgets import Chip, Choice, Dates, FilterBar
from members.models import Channel, Job, Member, Order, Segment, Store, Tag
from members.queries import merchants, people, quality, scope, segments, tags
from members.services import jobs


def _stores(request: HttpRequest | None) -> QuerySet[Store]:
    """What may be chosen. Without a request (a saved filter) every store: the people found are the reader's anyway."""
    return scope.stores(actor_of(request) if request else system("segment"))


def _channels(request: HttpRequest) -> QuerySet[Channel]:
    return Channel.objects.all()


def _segments(request: HttpRequest | None) -> QuerySet[Segment]:
    return segments.visible(actor_of(request)) if request else Segment.objects.none()


def _kinds_of_jobs() -> list[tuple[str, str]]:
    return sorted(jobs.titles().items())


def _tags(request: HttpRequest | None) -> QuerySet[Tag]:
    return tags.every()


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
    """`q`, `home` (codes of home stores), `joined_after`, `joined_before`, `lacks` (what is not known), `segment`,
    `tag` (names)."""

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
    segment = df.ModelChoiceFilter(label=gettext_lazy("Segment"), queryset=_segments, method="of_segment")
    tag = df.ModelMultipleChoiceFilter(
        label=gettext_lazy("Tag"), to_field_name="name", queryset=_tags, method="tagged", distinct=False
    )

    class Meta:
        model = Member
        fields: Sequence[str] = []

    def of_segment(self, queryset: QuerySet[Member], name: str, value: Segment) -> QuerySet[Member]:
        return queryset.filter(pk__in=segments.members(actor_of(self.request), value).order_by().values("pk"))

    def tagged(self, queryset: QuerySet[Member], name: str, value: Sequence[Tag]) -> QuerySet[Member]:
        return tags.wearing(queryset, value) if value else queryset

    def lacking(self, queryset: QuerySet[Member], name: str, value: str) -> QuerySet[Member]:
        return quality.lacking(queryset.filter(merged_into=None), value)

    def search(self, queryset: QuerySet[Member], name: str, value: str) -> QuerySet[Member]:
        return people.matching(queryset, value)


class OrderFilter(df.FilterSet):
    """`q`, `day_after`, `day_before`, `at` (store codes), `via` (channel codes), `status`, `buyer`, `segment`."""

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
    segment = df.ModelChoiceFilter(label=gettext_lazy("Segment"), queryset=_segments, method="of_segment")

    class Meta:
        model = Order
        fields: Sequence[str] = []

    def search(self, queryset: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        return queryset.filter(Q(number__istartswith=value) | Q(member__number_key=value.casefold()))

    def of_segment(self, queryset: QuerySet[Order], name: str, value: Segment) -> QuerySet[Order]:
        return queryset.filter(member__in=segments.members(actor_of(self.request), value).order_by().values("pk"))

    def who(self, queryset: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        found = queryset.filter(member__isnull=value != "member")
        return found.exclude(guest_phone="", guest_email="") if value == "reachable" else found


class JobFilter(df.FilterSet):
    """`state`, `kind`, `asked_after`, `asked_before`."""

    state = df.MultipleChoiceFilter(label=gettext_lazy("State"), choices=Job.State.choices, distinct=False)
    kind = df.MultipleChoiceFilter(label=gettext_lazy("Job"), choices=_kinds_of_jobs, distinct=False)
    asked = DaysFilter(label=gettext_lazy("Asked for"), field_name="created_at", method="on_days")

    class Meta:
        model = Job
        fields: Sequence[str] = []

    def on_days(self, queryset: QuerySet[Job], name: str, value: slice) -> QuerySet[Job]:
        zone = ZoneInfo(merchants.current().zone)
        if value.start:
            queryset = queryset.filter(created_at__gte=dt.datetime.combine(value.start, dt.time(), zone))
        if value.stop:
            after = dt.datetime.combine(value.stop + dt.timedelta(days=1), dt.time(), zone)
            queryset = queryset.filter(created_at__lt=after)
        return queryset


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
    asked = _codes(params, "store")
    unseen = asked - set(scope.stores(actor).values_list("code", flat=True)) if asked else set()
    return [_("You may not see store “%(code)s”; it was left out.") % {"code": code} for code in sorted(unseen)]


_OF_A_LIST = ("q", "sort", "page", "header", "cols")
_OF_A_NUMBER = ("from", "cell", "set", "range", "store", "channel", "by", "as_of", "return")


def behind(actor: Actor, params: QueryDict) -> tuple[Audience | None, QuerySet[Member]]:
    """Whom the member list is about before its filters: the people behind the number it was opened from, or all."""
    audience, everyone = listing.audience(actor, params), scope.members(actor)
    if audience is not None:
        everyone = everyone.filter(pk__in=id_set(audience.ids if audience.subject == "members" else ()))
    return audience, everyone


def orders_behind(actor: Actor, params: QueryDict) -> tuple[Audience | None, QuerySet[Order]]:
    """The same of the order list."""
    audience, everything = listing.audience(actor, params), scope.orders(actor)
    if audience is not None:
        everything = everything.filter(pk__in=id_set(audience.ids if audience.subject == "orders" else ()))
    return audience, everything


def to_keep(filters: df.FilterSet) -> dict[str, list[str]]:
    """What of a list's address a segment keeps: all that says who is on it, and nothing of how it is shown."""
    of_a_number = [name for name in filters.data if name not in (*_OF_A_LIST, *filters.form.fields)]
    number = {name: filters.data.getlist(name) for name in of_a_number if not name.startswith("utm_")}
    return {**(number if filters.data.get("from") else {}), **given(filters)}


def people_of(actor: Actor, params: Params) -> QuerySet[Member]:
    """Whom a saved filter finds for this actor: nobody where a part of it is no longer understood."""
    asked = listing.as_query(params)
    nobody = Member.objects.none()
    if "segment" in asked or not _knows_places(actor, asked):
        return nobody
    try:
        _audience, everyone = behind(actor, asked)
    except UnknownAudience:
        return nobody
    filters = MemberFilter(asked, everyone)
    return nobody if filters.form.errors else filters.qs


def _knows_places(actor: Actor, asked: QueryDict) -> bool:
    """Whether some store that the number was narrowed to is the actor's, and each channel still exists.

    What is left out elsewhere with a warning would widen a segment without a word.
    """
    stores, channels = _codes(asked, "store"), _codes(asked, "channel")
    seen = scope.stores(actor).filter(code__in=stores).exists() if stores else True
    return seen and Channel.objects.filter(code__in=channels).count() == len(channels)


def _codes(params: QueryDict, name: str) -> set[str]:
    return {code for value in params.getlist(name) for code in value.split(",") if code}


def unread(filters: df.FilterSet, audience: Audience | None, *more: str) -> list[str]:
    """A sentence for each parameter that this list does not read: an old link must not pass for what it asks.

    `more` are those that the list reads beside its filters.
    """
    own = [name for field in filters.form.fields for name in names(filters, field)]
    known = {*own, *more, *_OF_A_LIST, *((*_OF_A_NUMBER, *audience.reads) if audience else ())}
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
        chips=_chips(filters),
        clear_url=f"{path}?{without.urlencode()}" if given(filters) else "",
        warnings=[*more_warnings, *warnings(filters)],
        copy_url=f"{path}?{_without(params, ['page']).urlencode()}" if params else path,
    )


def _chips(filters: df.FilterSet) -> list[Chip]:
    """A chip for each filter; the search has a field of its own, and no chip offers segments or tags there are not."""
    chips = [_chip(filters, field) for field in filters.form.fields if field != "q"]
    fewest = {"segment": 1, "tag": 0}  # of the former one is “All”
    return [chip for chip in chips if chip.name not in fewest or len(chip.choices) > fewest[chip.name]]


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

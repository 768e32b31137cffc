"""The filter bar of the report pages."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from analytics.facts import manifest
from analytics.metrics import periods
from analytics.reports import option_words, wording
from analytics.reports.page_query import PageQuery
from analytics.reports.query import TOGETHER
from members.lib.widgets import Chip, Choice, Dates, FilterBar
from members.models import Channel
from rewards.models import Tier

_CLEARED = {"range", "store", "channel", "tier", "segment", "cmp", "align"}


def filter_bar(
    page: PageQuery, path: str, ranges: tuple[str, ...], compared: Chip | None = None, **state: str
) -> FilterBar:
    """Chips for the dates, what they are `compared` with, the stores, the channels, the tiers and the segments.

    `state` (selected cell, metric) is kept beside them.
    """
    state = {name: value for name, value in state.items() if value}
    own = page.canonical()
    return FilterBar(
        action=path,
        chips=[
            *([_dates(page, path, ranges)] if page.choices.dated else []),
            *([compared] if compared else []),
            _stores(page),
            _coded(page, "channel", _("Channel"), page.channels, page.query.channels),
            *([_coded(page, "tier", _("Tier"), page.tiers, page.query.tiers)] if page.tiers else []),
            *_segments(page, path),
        ],
        clear_url=address(path, dict(page.state)) if _CLEARED & own.keys() else "",
        warnings=[*page.warnings, *([_("All this was left out; everything else holds.")] if page.warnings else [])],
        note=_told_of_tiers() if page.query.tiers else "",
        copy_url=address(path, {**own, **state}),
    )


def address(path: str, params: dict[str, str]) -> str:
    """A path with its query string; the commas and colons of our parameters stay readable."""
    return f"{path}?{urlencode(params, safe=',:')}" if params else path


def switches(
    page: PageQuery, path: str, within: PageQuery | None = None, without: tuple[str, ...] = ()
) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """What can be chosen beside the filters: per parameter its name and each choice as (label, url, chosen).

    `within`: the filters that the addresses keep, where the page has more of them than the report. `without`: what the
    page offers elsewhere, or not at all.
    """
    groups = (TOGETHER, *page.choices.groups) if page.choices.groups else ()
    offered = {"grain": page.choices.grains, **page.choices.option_values(), "group": groups}
    chosen = {"grain": page.query.grain, "group": page.query.group or TOGETHER, **dict(page.query.options)}

    def url(name: str, value: str) -> str:
        own = "by" if name == "grain" else name
        return address(path, (within or page).canonical(**{own: "" if value == offered[name][0] else value}))

    return [
        (
            option_words.parameter(name),
            [(option_words.choice(value, name), url(name, value), value == chosen[name]) for value in values],
        )
        for name, values in offered.items()
        if values and name not in without
    ]


def switch(page: PageQuery, path: str, name: str) -> tuple[str, list[tuple[str, str, bool]]]:
    """One of them."""
    label = option_words.parameter(name)
    return next(found for found in switches(page, path) if found[0] == label)


def option_chip(page: PageQuery, path: str, name: str) -> Chip:
    """An option among the filters."""
    label, choices = switch(page, path, name)
    return Chip(
        name=name,
        label=label,
        value=next(word for word, _url, on in choices if on),
        choices=[Choice(value="", label=word, is_on=on, url=url) for word, url, on in choices],
        is_changed=name in page.canonical(),
    )


def with_own_dates(request: HttpRequest) -> str:
    """The canonical address for the two date fields of the filter, "" when they were not sent."""
    start, end = request.GET.get("start"), request.GET.get("end")
    if not start or not end:
        return ""
    kept = {
        name: str(value) for name, value in request.GET.dict().items() if name not in {"start", "end", "range", "cell"}
    }
    return address(request.path, {"range": f"{start}..{end}", **kept})


def range_names() -> dict[str, str]:
    return {
        "today": _("Today"),
        "yesterday": _("Yesterday"),
        "7d": _("Last 7 days"),
        "30d": _("Last 30 days"),
        "90d": _("Last 90 days"),
        "month": _("This month"),
        "last_month": _("Last month"),
        "12m": _("Last 12 months"),
        "all": _("All data"),
    }


def span_name(page: PageQuery) -> str:
    """The dates of a page as its filter calls them."""
    own = wording.span(f"{page.first}..{page.last}") if page.first else _("All data")
    return range_names().get(page.range_name, own)


def _dates(page: PageQuery, path: str, ranges: tuple[str, ...]) -> Chip:
    names, current = range_names(), manifest.read()
    span = wording.span(f"{page.first}..{page.last}") if page.first else ""

    def choice(name: str) -> Choice:
        value = "" if name == page.default_range else name
        url = address(path, page.canonical(range=value))
        return Choice(value=name, label=names[name], is_on=name == page.range_name, url=url)

    return Chip(
        name="range",
        icon="cal",
        value=names.get(page.range_name, _("Own dates")),
        hint=span,
        choices=[choice(name) for name in ranges],
        is_changed="range" in page.canonical(),
        dates=Dates(
            start_name="start",
            end_name="end",
            start=str(page.first or ""),
            end=str(page.last or ""),
            earliest=str(periods.date_of(current.first_day)) if current.first_day is not None else "",
            latest=str(periods.date_of(current.last_day)) if current.last_day is not None else "",
        ),
        keep=_kept(page, "range"),
    )


def _stores(page: PageQuery) -> Chip:
    chosen = set(page.query.stores)
    everything = _("All %(n)s stores") % {"n": len(page.stores)}
    all_of_them = page.stores[0].name if len(page.stores) == 1 else everything
    picked = [store.name for store in page.stores if store.code in chosen]
    return Chip(
        name="store",
        icon="store",
        value=_named(picked) if picked else all_of_them,
        choices=[Choice(store.code, store.name, store.code in chosen) for store in page.stores],
        is_changed=bool(chosen),
        multiple=True,
        keep=_kept(page, "store"),
    )


def _coded(page: PageQuery, name: str, label: str, offered: Sequence[Channel | Tier], codes: Sequence[str]) -> Chip:
    """The chip of what is chosen by code; nothing chosen means all."""
    picked = [one.name for one in offered if one.code in codes]
    return Chip(
        name=name,
        label=label,
        value=_named(picked) if picked else _("All"),
        choices=[Choice(one.code, one.name, one.code in codes) for one in offered],
        is_changed=bool(codes),
        multiple=True,
        keep=_kept(page, name),
    )


def _told_of_tiers() -> str:
    return _(
        "By the tier of today: people rise to it by buying again, so that they come back more often says nothing of"
        " what the tier does."
    )


def _segments(page: PageQuery, path: str) -> list[Chip]:
    """The chip of the segments, once there is one."""
    names = {str(segment.pk): segment.name for segment in page.segments}
    if not names:
        return []
    chosen = page.query.segment
    choices = [
        Choice(value, name, is_on=value == chosen, url=address(path, page.canonical(segment=value)))
        for value, name in {"": _("All"), **names}.items()
    ]
    value = names.get(chosen, _("All"))
    return [Chip(name="segment", label=_("Segment"), value=value, choices=choices, is_changed=bool(chosen))]


def _named(names: list[str]) -> str:
    """One name, or the first and how many more."""
    if len(names) == 1:
        return names[0]
    return _("%(first)s and %(more)s more") % {"first": names[0], "more": len(names) - 1}


def _kept(page: PageQuery, without: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in page.canonical().items() if name != without]

"""The filters of a page, kept in its URL: `range=12m`, `range=2026-01-01..2026-03-31`, `store`, `channel`, `by`.

A page forgives: what it does not understand becomes a warning, and the rest still works. The API and the command
refuse instead. Rights are applied on top: a store manager who opens a link to all stores sees their own.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from analytics.facts import manifest
from analytics.metrics import periods
from analytics.reports.query import (
    EARLIEST,
    LATEST,
    BadParameter,
    Choices,
    Query,
    impossible,
    parse,
)
from analytics.reports.scoped import with_people
from analytics.reports.trials import with_trials
from members.lib import clock
from members.lib.actor import Actor
from members.models import Channel, Segment, Store
from members.queries import merchants, scope, segments
from rewards.models import Tier
from rewards.queries import tiers

RANGES = ("today", "yesterday", "7d", "30d", "90d", "month", "last_month", "12m", "all")
DEFAULT_RANGE = "12m"  # of the page of a report
_FILTERS = ("range", "store", "channel", "tier", "segment", "by", "grain", "as_of")  # `grain`: `by` of the API
_FROM_MAIL = "utm_"  # what a mailing puts behind every link is nobody's filter


@dataclass(frozen=True, slots=True)
class PageQuery:
    """A page's filters: the query for the reports, what was not understood, and what can be chosen.

    `range_name` is a preset or "" for a custom range; `first`, `last` are the exact dates shown. `state`: what else
    the addresses of the page keep (its tab).
    """

    query: Query
    warnings: Sequence[str]
    range_name: str
    first: dt.date | None
    last: dt.date | None
    default_range: str
    choices: Choices = field(default_factory=Choices)
    stores: Sequence[Store] = field(default_factory=tuple)
    channels: Sequence[Channel] = field(default_factory=tuple)
    tiers: Sequence[Tier] = field(default_factory=tuple)
    segments: Iterable[Segment] = field(default_factory=tuple)  # asked for when drawn
    state: Mapping[str, str] = field(default_factory=dict)

    @property
    def default_grain(self) -> str:
        return self.choices.grains[0] if self.choices.grains else ""

    @property
    def place(self) -> str:
        """What of the shop is looked at, for the key of an insight."""
        parts = [",".join(self.query.stores), ",".join(self.query.channels)]
        people = [self.query.segment, *(f"tier:{code}" for code in self.query.tiers)]
        return "|".join([*parts, *filter(None, people)])

    def canonical(self, **changes: str) -> dict[str, str]:
        """The filters as a page's address has them, in one order, defaults left out; `changes` laid over them."""
        chosen = self.range_name or f"{self.first}..{self.last}"
        own = {
            "range": "" if chosen == self.default_range or not self.first else chosen,
            "store": ",".join(self.query.stores),
            "channel": ",".join(self.query.channels),
            "tier": ",".join(self.query.tiers),
            "segment": self.query.segment,
            "by": "" if self.query.grain == self.default_grain else self.query.grain,
            "as_of": str(self.query.as_of or ""),
            "group": self.query.group,
            "survey": self.query.survey,
            "action": self.query.action,
            **self.choices.changed(self.query),
        }
        return {name: value for name, value in {**self.state, **own, **changes}.items() if value}

    def params(self) -> dict[str, str]:
        """What gives exactly these figures again, wherever the link is opened: dates are spelt out."""
        given = {"store": ",".join(self.query.stores), "channel": ",".join(self.query.channels)}
        if self.first and self.last:
            given = {"range": f"{self.first}..{self.last}", **given}
        if self.query.tiers:
            given["tier"] = ",".join(self.query.tiers)
        if self.query.segment:
            given["segment"] = self.query.segment
        if self.query.as_of:
            given["as_of"] = str(self.query.as_of)
        if self.query.survey:
            given["survey"] = self.query.survey
        if self.query.action:
            given["action"] = self.query.action
        given |= self.choices.changed(self.query)
        return {name: value for name, value in given.items() if value}

    def with_grain(self, grain: str) -> "PageQuery":
        """The same filters at another grain."""
        return replace(self, query=replace(self.query, grain=grain))

    def asking(self, choices: Choices, **chosen: str) -> "PageQuery":
        """The same filters for a report of other choices: what it does not offer is at its default."""
        kept, values = dict(self.query.options) | chosen, choices.option_values()
        options = tuple(
            (name, kept[name] if kept.get(name) in offered else offered[0]) for name, offered in sorted(values.items())
        )
        grain = self.query.grain if self.query.grain in choices.grains else ""
        group = self.query.group if self.query.group in choices.groups else ""
        query = replace(self.query, grain=grain or (choices.grains or ("",))[0], group=group, options=options)
        query = query if choices.of_survey else replace(query, survey="")
        query = query if choices.of_action else replace(query, action="", trials=None)
        return replace(self, query=query, choices=choices)

    def with_query(self, query: Query) -> "PageQuery":
        """The same page with the dates of another query."""
        return replace(self, query=query, range_name="", first=query.date_from, last=query.date_to)

    def of_group(self, code: str) -> "PageQuery":
        """The same filters for one of the stores or channels that the figures are told apart by."""
        query = replace(self.query, group="")
        stores = self.query.group == "store"
        return replace(self, query=replace(query, stores=(code,)) if stores else replace(query, channels=(code,)))

    def link(self, path: str, **more: str) -> str:
        """A path with these filters and some more parameters."""
        return f"{path}?{urlencode({**self.params(), **more})}"


def read(
    actor: Actor,
    given: Mapping[str, Sequence[str]],
    choices: Choices,
    default_range: str,
    own: Mapping[str, Sequence[str]] | None = None,
    state: Mapping[str, str] | None = None,
    until: dt.date | None = None,
) -> PageQuery:
    """The filters of a page from its URL, up to `until`, or else to the last day that is over. `warnings` say what is
    wrong; what follows from it the reader of them says.

    `own`: what else the page reads, each with the values it takes (none: any). `state`: what of it its addresses keep.
    """
    warnings = _ignored(given, choices, own or {})
    stores, channels, ladder = actor.once("choices", lambda: _choices(actor))
    wanted = {name: values for name, values in given.items() if name in filters(choices)}
    grain = [*wanted.pop("grain", []), *([] if "by" in choices.option_values() else wanted.pop("by", []))]
    raw = {
        "store": _known(wanted.pop("store", []), {store.code for store in stores}, _("store"), warnings),
        "channel": _known(wanted.pop("channel", []), {channel.code for channel in channels}, _("channel"), warnings),
        "tier": _known(wanted.pop("tier", []), {tier.code for tier in ladder}, _("tier"), warnings),
        "as_of": list(wanted.pop("as_of", [])),
        "grain": grain,
    }
    asked = (list(wanted.pop("range", [])) or [""])[-1]
    name, first, last = _range(asked, default_range, warnings, until) if choices.dated else (default_range, None, None)
    dates = {"from": [str(first)] if first else [], "to": [str(last)] if last else []}
    query = _forgiving(choices, {**raw, **dates, **{key: list(values) for key, values in wanted.items()}}, warnings)
    query = _among_people(query, actor, warnings)
    query = _of_improvements(query, actor, warnings) if choices.of_action else query
    return PageQuery(
        query,
        warnings,
        name,
        first,
        last,
        default_range,
        choices,
        stores,
        channels,
        ladder,
        segments.visible(actor),
        state or {},
    )


def _choices(actor: Actor) -> tuple[list[Store], list[Channel], list[Tier]]:
    """What every filter of a page, and of the insights on it, offers."""
    return list(scope.stores(actor)), list(Channel.objects.all()), tiers.ladder()


def _ignored(given: Mapping[str, Sequence[str]], choices: Choices, own: Mapping[str, Sequence[str]]) -> list[str]:
    """A sentence for every parameter that no filter of the page reads: an old link must not pass for what it asks."""
    warnings = []
    for name, values in given.items():
        if name in filters(choices) or name.startswith(_FROM_MAIL) or not any(values):
            continue
        if name not in own:
            warnings.append(_("There is no filter “%(name)s” here.") % {"name": name})
        elif own[name] and values[-1] not in own[name]:
            warnings.append(impossible(name, values[-1], own[name]))
    return warnings


def filters(choices: Choices) -> set[str]:
    """What an address can say of a report."""
    own = {"group": choices.groups, "survey": choices.of_survey, "action": choices.of_action}
    return {*_FILTERS, *choices.option_values(), *(name for name, offered in own.items() if offered)}


def _forgiving(choices: Choices, given: dict[str, list[str]], warnings: list[str]) -> Query:
    """Parse, dropping one bad parameter after the other."""
    while True:
        try:
            return parse(choices, given)
        except BadParameter as bad:
            warnings.append(bad.message)
            given = {name: values for name, values in given.items() if name != bad.name}


def _among_people(query: Query, actor: Actor, warnings: list[str]) -> Query:
    """The query with the people of its segment and tiers, found once for all figures of a page; without the one that
    the actor may not filter by, and with the other."""
    while True:
        try:
            return with_people(query, actor)
        except BadParameter as bad:
            warnings.append(bad.message)
            query = replace(query, tiers=()) if bad.name == "tier" else replace(query, segment="")


def _of_improvements(query: Query, actor: Actor, warnings: list[str]) -> Query:
    """The query with what was changed; of an improvement there is not, all of them."""
    try:
        return with_trials(query, actor)
    except BadParameter as bad:
        warnings.append(bad.message)
        return with_trials(replace(query, action=""), actor)


def _known(values: Sequence[str], codes: set[str], label: str, warnings: list[str]) -> list[str]:
    asked = [code.strip() for value in values for code in value.split(",") if code.strip()]
    warnings.extend(
        _("There is no %(label)s “%(code)s”, or you may not see it.") % {"label": label, "code": code}
        for code in asked
        if code not in codes
    )
    return [code for code in asked if code in codes]


def _range(
    text: str, default: str, warnings: list[str], until: dt.date | None
) -> tuple[str, dt.date | None, dt.date | None]:
    """The preset's name ("" for custom dates), first and last date; reckoned from the end of the data."""
    last_day = manifest.read().last_day
    if last_day is None:
        return default, None, None
    end = max(until or dt.date.min, periods.date_of(last_day))
    whole = until or _last_whole_day(end)
    if ".." in text:
        try:
            first, last = (dt.date.fromisoformat(part) for part in text.split("..", 1))
        except ValueError:
            first, last = dt.date.max, dt.date.min
        if EARLIEST <= first <= last <= LATEST:  # days that are still to come would be compared with whole ones
            return "", first, max(first, min(last, end))
    if text in RANGES:
        return text, *_preset(text, whole, end)
    if text:
        warnings.append(_("The dates “%(text)s” could not be read.") % {"text": text})
    return default, *_preset(default, whole, end)


def _last_whole_day(end: dt.date) -> dt.date:
    """The end of the data, or the day before while that day still runs: an hour of sales is no day to compare."""
    if end < clock.now().date() - dt.timedelta(days=1):  # over in every zone
        return end
    today = clock.local_date(clock.now(), merchants.current().zone)
    first = periods.date_of(manifest.read().first_day or 0)
    return max(first, today - dt.timedelta(days=1)) if end == today else end


def _preset(name: str, whole: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """The days of a preset: up to the last `whole` one, but for those that name a day, or everything."""
    if name.endswith("d"):
        return whole - dt.timedelta(days=int(name.removesuffix("d")) - 1), whole
    month, yesterday = whole.replace(day=1), last - dt.timedelta(days=1)
    last_month = month - dt.timedelta(days=1)
    year_ago = periods.period_of(periods.day_number(whole), "month") - 11
    return {
        "today": (last, last),
        "yesterday": (yesterday, yesterday),
        "month": (month, whole),
        "last_month": (last_month.replace(day=1), last_month),
        "12m": (periods.date_of(periods.first_day(year_ago, "month")), whole),
        "all": (periods.date_of(manifest.read().first_day or 0), last),
    }[name]

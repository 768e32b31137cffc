"""A report ties facts, a metric, columns and a definition together. Page, table, CSV, API and command all read
`frame(...)`, so they cannot differ."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from analytics.facts import manifest
from analytics.facts.door import Facts, open_facts
from analytics.metrics import periods
from analytics.metrics.kpi import By
from analytics.reports import columns, groups
from analytics.reports.columns import Column, Kind, Text
from analytics.reports.query import Choices, Query
from analytics.reports.scoped import cut, with_people
from analytics.reports.trials import with_trials
from members.lib.actor import Actor
from members.lib.roles import Right

VERSION = 4  # rises when a metric's arithmetic changes, so that no cached frame outlives it


@dataclass(frozen=True, slots=True)
class Drill:
    """How a report's counts open: by group, what they list and how that is called.

    `key`: the columns that name a row in a link, joined by colons to the `cell` that `ids` and `title` are given.
    """

    key: tuple[str, ...]
    subjects: Mapping[str, str]  # group -> "members" or "orders"
    ids: Callable[[Facts, Query, str, str], list[int]]
    title: Callable[[Query, str, str], str]
    page: str = ""  # url name of the page that shows the report; "": its own
    tab: str = ""  # of that page

    def cell(self, row: Mapping[str, str]) -> str:
        """What names a row, as the machines read it, in a link."""
        return ":".join(row[name] for name in self.key)


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `compute` gives a frame with exactly the keys of `columns`; its attrs go into the meta.

    `withhold` blanks, for those who may not see small groups, every cell about fewer than five people.
    `remarks`: what a page says of one answer beside the definition. `paged`: its page shows so many rows at a time.
    """

    slug: str
    title: Text
    question: Text
    definition: Text
    columns: tuple[Column, ...]
    choices: Choices
    compute: Callable[[Facts, Query], pd.DataFrame]
    withhold: Callable[[pd.DataFrame], pd.DataFrame]
    drill: Drill | None = None
    # For the page of definitions: how it is reckoned, with figures, what it cannot say, where it is shown and for whom.
    formula: Text = ""
    example: Text = ""
    limits: Text = ""
    shown: Text = ""
    remarks: Callable[["Result"], Sequence[str]] = lambda result: ()
    # The answers for all the places that it is told apart by in one question; without it each is computed for itself.
    compute_by: Callable[[Facts, Query, By, Sequence[int]], Mapping[int, pd.DataFrame]] | None = None
    paged: bool = False

    @property
    def lists_members(self) -> bool:
        """Whether a row is a person: as long as a list of members, and for those who may see them."""
        return any(column.kind is Kind.MEMBER for column in self.columns)

    @property
    def right(self) -> Right:
        return Right.SEE_MEMBERS if self.lists_members else Right.SEE_REPORTS


@dataclass(frozen=True, slots=True)
class Result:
    """A frame and what must be known to read it. `meta`: last_day, as_of, generation, published_at, withheld."""

    report: Report
    query: Query
    frame: pd.DataFrame
    meta: Mapping[str, Any]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the frame: those of the report, behind the one it is told apart by."""
        return (*groups.columns(self.query), *self.report.columns)

    def rows(self) -> list[dict[str, str]]:
        """Every cell as machines and data tables read it, by column key."""
        return columns.rows(self.frame, self.columns)


_reports: dict[str, Report] = {}


class UnknownReport(LookupError):
    """No report has this slug. The text lists those there are."""


def said_unknown(slug: str, known: UnknownReport) -> str:
    """What command and API say to who asked for a report there is not."""
    return _("There is no report “%(slug)s”. There are: %(known)s.") % {"slug": slug, "known": known}


def register(report: Report) -> Report:
    _reports[report.slug] = report
    return report


def get(slug: str) -> Report:
    if slug not in _reports:
        raise UnknownReport(", ".join(sorted(_reports)))
    return _reports[slug]


def every() -> list[Report]:
    """All reports, in the order in which they were registered."""
    return list(_reports.values())


def open_to(actor: Actor) -> list[Report]:
    """Those of them that the actor may read."""
    return [report for report in every() if actor.may(report.right)]


def frame(slug: str, actor: Actor, query: Query) -> Result:
    """The answer to a query for one actor. NoData before the first publish, PermissionDenied without the right."""
    report = get(slug)
    if not actor.may(report.right):
        raise PermissionDenied(report.right)
    query = with_people(query, actor)
    if report.choices.of_action:
        query = with_trials(query, actor)
    if report.lists_members:
        return _computed(report, actor, query)
    key = _key(report, actor, query)
    cached = cache.get(key)
    if cached is not None:
        return Result(report, query, *cached)
    found = _computed(report, actor, query)
    cache.set(key, (found.frame, found.meta), timeout=3600)
    return found


def _key(report: Report, actor: Actor, query: Query) -> str:
    scope = "all" if actor.store_ids is None else ",".join(map(str, sorted(actor.store_ids)))
    parts = (VERSION, manifest.read().token, report.slug, actor.role, scope, repr(query))
    return f"report:{hashlib.sha256(repr(parts).encode()).hexdigest()}"


def _computed(report: Report, actor: Actor, query: Query) -> Result:
    with open_facts(actor, cut(query, actor)) as facts:
        answers = [
            _seen(report, answer, actor).assign(**{query.group: code}) if query.group else _seen(report, answer, actor)
            for code, answer in _answers(report, facts, query, actor)
        ]
        if not answers:  # who is bound to stores and has none: the columns, and no row
            answers = [report.compute(facts, query).assign(**{query.group: ""}).head(0)]
        meta = {
            "first_day": periods.date_of(facts.first_day).isoformat(),
            "last_day": periods.date_of(facts.last_day).isoformat(),
            "generation": facts.manifest.generation,
            "published_at": facts.manifest.published_at,
            "withheld": not actor.sees_small_groups,
            **({} if query.group else {str(name): value for name, value in answers[0].attrs.items()}),
        }
    found = Result(report, query, pd.concat(answers, ignore_index=True) if len(answers) > 1 else answers[0], meta)
    return replace(found, frame=found.frame[[column.key for column in found.columns]])


def _answers(report: Report, facts: Facts, query: Query, actor: Actor) -> Iterator[tuple[str, pd.DataFrame]]:
    """What the report says of each place that it is told apart by, with its code; of everything without one."""
    if not query.group:
        yield "", report.compute(facts, query)
        return
    places = groups.places(query, actor)
    if report.compute_by is not None and places:
        found = report.compute_by(facts, query, groups.column_of(query), tuple(places.values()))
        yield from ((code, found[place]) for code, place in places.items())
    else:
        yield from ((code, report.compute(groups.part(facts, query, place), query)) for code, place in places.items())


def _seen(report: Report, answer: pd.DataFrame, actor: Actor) -> pd.DataFrame:
    """An answer as far as this actor may see it."""
    return answer if actor.sees_small_groups else report.withhold(answer)


def blank(answer: pd.DataFrame, where: "pd.Series[bool]", keys: list[str]) -> pd.DataFrame:
    """The frame with the named cells of some rows withheld."""
    answer = answer.copy()
    for key in keys:
        values = answer[key]
        answer[key] = (values.astype("Int64") if values.dtype.kind == "i" else values).mask(where)
    return answer


__all__ = [
    "Column",
    "Drill",
    "Kind",
    "Report",
    "Result",
    "UnknownReport",
    "blank",
    "every",
    "frame",
    "get",
    "open_to",
    "register",
    "said_unknown",
]

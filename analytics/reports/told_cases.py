"""What the reports about cases share: which of them a query is about, and how their parts are called."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts import schema
from analytics.facts.door import Facts
from analytics.metrics.complaints import COMPLAINT
from analytics.reports import told, wording
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Query
from members.lib import clock
from members.queries import merchants
from surveys.queries import labels

CAUSE = "cause_group"
COLUMNS = {name: told.COLUMNS[name] for name in ("all", "month", "store", "channel")} | {"cause": CAUSE}
"""A choice of `by` -> the column of cases that holds the part."""


def complaints(facts: Facts) -> ir.Table:
    """All complaints, with the group of their cause."""
    return with_groups(facts.cases.filter(facts.cases.kind == COMPLAINT))


def with_groups(cases: ir.Table) -> ir.Table:
    """The cases with `cause_group`, the number of the group of their cause."""
    groups = {pk: cause.group for pk, cause in labels.causes().items()}
    nothing = ibis.null().cast("int64")
    if not groups:
        return cases.mutate(**{CAUSE: nothing})
    branches = [(cases.cause_id == pk, ibis.literal(group, "int64")) for pk, group in groups.items()]
    return cases.mutate(**{CAUSE: ibis.cases(*branches, else_=nothing)})


def coded(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """The frame with the code of each `part` instead of its number."""
    if by != "cause":
        return told.coded(frame, by)
    causes = labels.causes()
    codes = [causes[part].code if part in causes else told.UNKNOWN for part in frame["part"]]
    return frame.assign(part=codes)


def part_of(cases: ir.Table, by: str, code: str) -> ir.Table:
    """The rows of one part. ValueError or LookupError for a code that is none."""
    if by != "cause":
        return told.part_of(cases, by, code)
    if code == told.UNKNOWN:
        return cases.filter(cases[CAUSE].isnull())
    number = {cause.code: pk for pk, cause in labels.causes().items() if cause.group == pk}[code]
    return cases.filter(cases[CAUSE] == number)


def words() -> Mapping[str, str]:
    """What parts are called."""
    return {**{cause.code: cause.name for cause in labels.causes().values()}, **told.words()}


def named(query: Query, code: str) -> str:
    """A part in a sentence."""
    return wording.span(code) if query.option("by") == "month" else words().get(code, code)


PART = Column("part", _("Part"), Kind.LABEL, _("Month, store, channel or group of causes, as chosen"), words=words)


KINDS = ("all", *schema.CASE_KINDS)
BY = ("all", "month", "store", "channel", "cause")


def asked(facts: Facts, query: Query) -> ir.Table:
    """The cases of the days and the kind asked for, with the group of their cause."""
    cases = told.within(with_groups(facts.cases), query)
    kind = query.option("kind")
    return cases if kind == "all" else cases.filter(cases.kind == schema.CASE_KINDS.index(kind))


def until(facts: Facts, query: Query) -> int:
    """The instant at which clocks are looked at, in microseconds: what was known when, or the end of a past day."""
    known = facts.manifest.published_at if query.known_at is None else clock.to_micros(query.known_at)
    if query.as_of is None:
        return known
    zone = ZoneInfo(merchants.current().zone)
    return min(known, clock.to_micros(dt.datetime.combine(query.as_of + dt.timedelta(days=1), dt.time(0), zone)))


def measures() -> Mapping[str, str]:
    """What the clocks are called."""
    return {
        "first": gettext("To the first answer"),
        "resolve": gettext("To the solution"),
        "worked": gettext("To the solution, without waiting for the customer"),
    }


MEASURE = Column("measure", _("Clock"), Kind.LABEL, _("From the opening to what"), words=measures)

"""What the reports about answers share: which of them a query is about, and how their parts are called."""

from collections.abc import Mapping

import ibis.expr.types as ir
import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts, by_segment
from analytics.metrics import periods
from analytics.metrics.satisfaction import TOGETHER
from analytics.reports import tier_words
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Query
from members.lib.roles import SMALLEST_CELL
from members.queries import places, segments
from rewards.queries import tiers

ALL, UNKNOWN = "all", "none"
COLUMNS = {"all": "", "month": "month", "store": "store_id", "tier": "tier_rank", "channel": "channel_id",
           "segment": "segment_id"}  # fmt: skip
"""A choice of `by` -> the column of answers that holds the part."""


def within(table: ir.Table, query: Query) -> ir.Table:
    """The rows of the days and the survey asked for."""
    if query.first_day is not None:
        table = table.filter(table.day >= query.first_day)
    if query.last_day is not None:
        table = table.filter(table.day <= query.last_day)
    if query.survey and "survey_id" in table.columns:
        table = table.filter(table.survey_id == int(query.survey))
    return table


def answers(facts: Facts, query: Query) -> ir.Table:
    """The answers asked for, members without a written tier in the lowest."""
    return _apart(_in_tiers(within(facts.answers, query)), query)


def responses(facts: Facts, query: Query) -> ir.Table:
    """The finished questionnaires asked for, members without a written tier in the lowest."""
    return _in_tiers(within(facts.responses, query))


def _in_tiers(table: ir.Table) -> ir.Table:
    known = table.member_id.notnull() & table.tier_rank.isnull()
    return table.mutate(tier_rank=known.ifelse(tier_words.base(), table.tier_rank))


def reviews(facts: Facts, query: Query) -> ir.Table:
    """The reviews asked for; none when it is about one survey. Of which tier or channel they are is not known."""
    table = within(facts.reviews, query)
    table = _apart(table.mutate(tier_rank=table.channel_id.cast("int32")), query)
    return table.filter(False) if query.survey else table


def _apart(table: ir.Table, query: Query) -> ir.Table:
    """The rows with the segment of their member, where the query tells segments apart."""
    if dict(query.options).get("by") != "segment":
        return table
    return by_segment(table, {number: people.ids for number, people in query.among})


def codes(by: str) -> dict[int, str]:
    """Number of a part -> code; months are told by `code`."""
    if by in {"store", "channel"}:
        found = places.stores() if by == "store" else places.channels()
        return {pk: code for pk, (code, _name) in found.items()}
    if by == "segment":
        return {pk: _segment_code(pk) for pk in segments.names()}
    return {tier.rank: tier.code for tier in tiers.ladder()} if by == "tier" else {}


def coded(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """The frame with the code of each `part` instead of its number."""
    known = codes(by)

    def code(part: int) -> str:
        if part == TOGETHER:
            return ALL if by == "all" else UNKNOWN
        return periods.label(part, "month") if by == "month" else known.get(part, str(part))

    return frame.assign(part=[code(int(part)) for part in frame["part"]])


def part_of(table: ir.Table, by: str, code: str) -> ir.Table:
    """The rows of one part. ValueError or LookupError for a code that is none."""
    if by == "all":
        return table
    column = table[COLUMNS[by]]
    if code == UNKNOWN:
        return table.filter(column.isnull())
    if by == "month":
        return table.filter(column == periods.parse(code, "month"))
    number = {known: number for number, known in codes(by).items()}[code]
    return table.filter(column == number)


def words() -> Mapping[str, str]:
    """What parts are called."""
    stores = dict(places.stores().values())
    return {
        **stores, **dict(places.channels().values()),
        **{tier.code: tier.name for tier in tiers.ladder()},
        **{_segment_code(pk): name for pk, name in segments.names().items()},
        ALL: gettext("Together"), UNKNOWN: gettext("Not known"),
    }  # fmt: skip


def _segment_code(number: int) -> str:
    return f"segment-{number}"


PART = Column("part", _("Part"), Kind.LABEL, _("Month, store, tier, channel or segment, as chosen"), words=words)


def few(answer: pd.DataFrame, key: str = "n") -> "pd.Series[bool]":
    """The rows about fewer people than anybody may see who may not see small groups."""
    return answer[key].between(1, SMALLEST_CELL - 1)

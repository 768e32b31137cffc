import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import ibis.expr.types as ir
import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts import engine
from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics import rfm as metric
from analytics.metrics.rfm import Name, Yardstick
from analytics.reports.columns import Column, Kind
from analytics.reports.groups import BY_PLACE
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, Result, blank, register
from analytics.reports.small_groups import with_one_more
from members.lib import display
from members.lib.money import SCALE
from members.lib.roles import SMALLEST_CELL
from members.queries import merchants

LOOKBACKS = ("365", "all")
CUTS = ("fixed", "quantile")
_FIGURES = ["members", "recency_mean", "frequency_mean", "monetary_mean", "monetary_sum"]
_FIFTHS = 5 * SMALLEST_CELL  # of fewer members a cut point tells what one of four people spent


def measured(facts: Facts, query: Query) -> ir.Table:
    """What the members of the query are scored by, worked out once for all that is asked of it."""
    back = query.option("lookback")
    lookback = None if back == "all" else int(back)
    table = metric.measures(facts.member_summary, facts.visits, last_day=facts.last_day, lookback=lookback)
    return engine.worked_out(table, "measured")


def scored(facts: Facts, query: Query) -> tuple[ir.Table, Yardstick]:
    """The members of the query with their scores and classes, and what they were scored by."""
    table = measured(facts, query)
    by = metric.yardstick(table, query.option("cuts"))  # type: ignore[arg-type]
    return metric.scored(table, by), by


def told(by: Yardstick) -> dict[str, Any]:
    """Cut points and means for the meta of an answer: days and orders as numbers, money as exact text."""

    def figure(name: Name, value: Fraction) -> float | str:
        return f"{_amount(value).normalize():f}" if name == "monetary" else float(value)

    if not by.members:
        return {}
    return {
        "cuts": {name: [figure(name, cut) for cut in by.cuts[name]] for name in metric.NAMES},
        "means": {name: float(by.means[name] / (SCALE if name == "monetary" else 1)) for name in metric.NAMES},
    }


def remarks(result: Result) -> Sequence[str]:
    """The cut points of an answer, in words."""
    if "cuts" not in result.meta:
        return ()
    cuts: Mapping[str, list[Any]] = result.meta["cuts"]
    currency = merchants.current().currency
    return (
        gettext(
            "The scores are cut at %(recency)s days since the last purchase, at %(frequency)s orders and at"
            " %(monetary)s."
        )
        % {
            "recency": _listed([_short(cut) for cut in cuts["recency"]]),
            "frequency": _listed([_short(cut) for cut in cuts["frequency"]]),
            "monetary": _listed([display.money(Decimal(cut), currency, 2) for cut in cuts["monetary"]]),
        },
    )


def segments() -> dict[str, str]:
    """The eight classes by the names their readers use."""
    return {
        "重要价值客户": gettext("Important, valuable"),
        "重要发展客户": gettext("Important, to develop"),
        "重要保持客户": gettext("Important, to keep"),
        "重要挽留客户": gettext("Important, to win back"),
        "一般价值客户": gettext("Ordinary, valuable"),
        "一般发展客户": gettext("Ordinary, to develop"),
        "一般保持客户": gettext("Ordinary, to keep"),
        "一般挽留客户": gettext("Ordinary, to win back"),
    }


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    members, by = scored(facts, query)
    answer = metric.rfm(members, by=query.option("by"))  # type: ignore[arg-type]
    answer.attrs.update(told(by))
    return answer


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """The groups of fewer than five people, and what would tell of them: first among those of one recency and
    frequency, whose sum the grid gives, then among all."""
    small = answer.members < SMALLEST_CELL
    for _cell, group in answer.groupby(["r", "f"]):
        small[group.index] = with_one_more(small[group.index], group.members)
    if answer.members.sum() < _FIFTHS:
        answer.attrs.clear()
    return blank(answer, with_one_more(small, answer.members), _FIGURES)


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    """`cell`: r, f, m and class, joined by colons, empty where the groups of the query do not tell them apart."""
    given = _given(cell)
    if set(given) != set(metric.KEYS[query.option("by")]):  # type: ignore[index]
        raise ValueError(cell)
    members, _by = scored(facts, query)
    for name, value in given.items():
        members = members.filter(members[name] == (value if name == "segment8" else int(value)))
    return people.ids(members)


def _title(query: Query, cell: str, group: str) -> str:
    given = _given(cell)
    if "segment8" in given:
        return segments()[given["segment8"]]
    if "m" in given:
        return gettext("RFM scores %(r)s, %(f)s and %(m)s") % given
    return gettext("Recency score %(r)s, frequency score %(f)s") % given


def _given(cell: str) -> dict[str, str]:
    values = cell.split(":")
    return {name: value for name, value in zip(("r", "f", "m", "segment8"), values, strict=True) if value}


def _amount(value: Fraction) -> Decimal:
    """Ten-thousandths in currency units; a fifth of one is exact in decimals."""
    return Decimal(value.numerator) / Decimal(value.denominator) / SCALE


def _short(cut: float) -> str:
    return display.number(cut, 0 if cut == math.floor(cut) else 1)


def _listed(parts: Sequence[str]) -> str:
    return gettext(", ").join(parts)


SCORES = (
    Column("r", _("Recency score"), Kind.COUNT, _("1 to 5; 5 bought most recently")),
    Column("f", _("Frequency score"), Kind.COUNT, _("1 to 5; 5 bought most often")),
    Column("m", _("Monetary score"), Kind.COUNT, _("1 to 5; 5 spent most")),
    Column(
        "segment8",
        _("Class"),
        Kind.LABEL,
        _("One of the eight classes: important or ordinary by money; then by recency and frequency"),
        words=segments,
    ),
)
"""What a group or a member is told apart by."""


REPORT = register(
    Report(
        slug="rfm",
        title=_("RFM groups"),
        question=_("What kinds of members are there, by how recently, how often and for how much they bought?"),
        definition=_(
            "Members with a purchase in the last 365 days (or ever), in any store. Recency: days from the last"
            " purchase to the end of the data; frequency: orders; monetary: what they came to. Orders refunded in full"
            " are no purchase. Scores run from 1 to 5, 5 is best; equal members get equal scores. Recency and"
            " monetary are cut so that each score has a fifth of the members, frequency at 1, 2, 3–4, 5–9 and 10"
            " orders, or in fifths too. The eight classes hold each measure against its mean."
        ),
        columns=(
            *SCORES,
            Column("members", _("People"), Kind.COUNT, _("Members of the group"), opens="members"),
            Column("recency_mean", _("Days since last purchase"), Kind.MEAN, _("Mean of the group")),
            Column("frequency_mean", _("Orders each"), Kind.MEAN, _("Mean of the group")),
            Column("monetary_mean", _("Spent each"), Kind.MEAN_MONEY, _("Mean of the group, before refunds")),
            Column("monetary_sum", _("Spent together"), Kind.MONEY, _("Sum of the group, before refunds")),
        ),
        choices=Choices(
            options={"lookback": LOOKBACKS, "cuts": CUTS, "by": ("score", "grid", "segment8")},
            groups=BY_PLACE,
            dated=False,
        ),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("r", "f", "m", "segment8"), {"members": "members"}, _ids, _title, page="analytics:value"),
        remarks=remarks,
    )
)

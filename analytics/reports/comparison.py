"""Earlier against recent cohorts: the pooled curves, and the channels behind a gap."""

import pandas as pd
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.facts.door import Facts
from analytics.metrics import comparison, periods
from analytics.metrics.comparison import Split
from analytics.metrics.retention import retention, visits
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Report, blank, register
from members.lib.roles import SMALLEST_CELL
from members.models import Channel

TOTAL = ""  # the channel of the row that stands for all of them


def split(query: Query, *, first_day: int, last_day: int) -> Split:
    """The earlier and the recent months of first purchase that a query compares.

    first_day and last_day (day numbers) are where the data begins and ends; a query without dates means all of it.
    """
    first = query.first_day if query.first_day is not None else first_day
    last = query.last_day if query.last_day is not None else last_day
    return comparison.split_cohorts(periods.spanned(first, last, "month"), grain="month", last_day=last_day)


def split_of(facts: Facts, query: Query) -> Split:
    """`split` for the facts that are open."""
    return split(query, first_day=facts.first_day, last_day=facts.last_day)


def _compute_curves(facts: Facts, query: Query) -> pd.DataFrame:
    parts = split_of(facts, query)
    chosen = [*parts.before, *parts.recent]
    frame = retention(
        facts.firsts,
        facts.visits,
        grain="month",
        last_day=facts.last_day,
        member_month=facts.member_month,
        first_cohort=min(chosen, default=None),
        last_cohort=max(chosen, default=None),
    )
    return comparison.cohort_groups(frame, parts)


def _compute_gap(facts: Facts, query: Query) -> pd.DataFrame:
    seen = visits(facts.visits, facts.member_month, grain="month")
    gap = comparison.channel_gap(facts.firsts, seen, split_of(facts, query))
    names = dict(Channel.objects.values_list("id", "code"))
    channels = gap.channels.assign(channel=gap.channels.channel_id.map(names))
    return pd.concat([gap.total.assign(channel=TOTAL), channels], ignore_index=True)


def _withhold_curves(answer: pd.DataFrame) -> pd.DataFrame:
    lost = answer.members - answer.active
    small = (answer.active < SMALLEST_CELL) | (lost < SMALLEST_CELL)
    return blank(answer, small, ["active", "retention", "low", "high"])


def _withhold_gap(answer: pd.DataFrame) -> pd.DataFrame:
    for side in ("before", "after"):
        people, back = answer[f"{side}_members"], answer[f"{side}_active"]
        small = (back < SMALLEST_CELL) | (people - back < SMALLEST_CELL)
        answer = blank(answer, small, [f"{side}_active", side, "change", "low", "high", "share"])
        answer = blank(answer, people < SMALLEST_CELL, ["members", f"{side}_members"])
    return answer


CURVES = register(
    Report(
        slug="retention-curves",
        title=_("Return rate, recent and earlier newcomers"),
        question=_("Is the difference between recent and earlier newcomers lasting?"),
        definition=_(
            "Months of first purchase are pooled into two groups: those within the last six full months, and the"
            " earlier ones. Only complete months count: people who came back divided by people, never a mean of rates."
        ),
        columns=(
            Column("group", _("Group"), Kind.LABEL, _("before: earlier months of first purchase; recent: the newest")),
            Column("age", _("Months later"), Kind.COUNT, _("Months after the month of first purchase")),
            Column("members", _("People"), Kind.COUNT, _("Members of the months that are complete at this age")),
            Column("active", _("Came back"), Kind.COUNT, _("Those of them with a purchase in that month")),
            Column("retention", _("Return rate"), Kind.RATE, _("Came back divided by people")),
            Column("low", _("Low"), Kind.RATE, _("Lower end of the 95 % Wilson interval")),
            Column("high", _("High"), Kind.RATE, _("Upper end of the 95 % Wilson interval")),
            Column("cohorts", _("Months pooled"), Kind.COUNT, _("Months of first purchase behind the row")),
            Column("partial", _("Few months"), Kind.FLAG, _("Fewer than three months: for orientation only")),
        ),
        choices=Choices(),
        compute=_compute_curves,
        withhold=_withhold_curves,
    )
)

GAP = register(
    Report(
        slug="retention-gap",
        title=_("Where the gap comes from"),
        question=_("In which channel do recent newcomers come back less than earlier ones?"),
        definition=_(
            "Return rate in the month after the first purchase, by the channel of the first purchase: recent against"
            " earlier newcomers. A channel is judged only when the interval of its change excludes zero, with all"
            " channels looked at together, and when it also differs from the other channels, so that a season, which"
            " moves all of them, is not blamed on one. The first row, without a channel, is all of them."
        ),
        columns=(
            Column("channel", _("Channel"), Kind.LABEL, _("Channel of the first purchase; empty: all together")),
            Column("members", _("People"), Kind.COUNT, _("Members of both groups")),
            Column("before_members", _("Earlier people"), Kind.COUNT, _("Earlier newcomers")),
            Column("before_active", _("Earlier, came back"), Kind.COUNT, _("Those who bought in the next month")),
            Column("before", _("Earlier rate"), Kind.RATE, _("Came back divided by people")),
            Column("after_members", _("Recent people"), Kind.COUNT, _("Recent newcomers")),
            Column("after_active", _("Recent, came back"), Kind.COUNT, _("Those who bought in the next month")),
            Column("after", _("Recent rate"), Kind.RATE, _("Came back divided by people")),
            Column("change", pgettext_lazy("difference", "Change"), Kind.RATE, _("Recent rate less earlier rate")),
            Column("low", _("Low"), Kind.RATE, _("Lower end of the Newcombe interval of the change")),
            Column("high", _("High"), Kind.RATE, _("Upper end of the Newcombe interval of the change")),
            Column("share", _("Share of the gap"), Kind.RATE, _("Part of the total change that this channel makes")),
            Column("verdict", _("Verdict"), Kind.LABEL, _("worse, better, unclear or few (under 30 people)")),
        ),
        choices=Choices(),
        compute=_compute_gap,
        withhold=_withhold_gap,
    )
)

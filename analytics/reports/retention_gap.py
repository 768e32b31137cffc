"""Recent against earlier newcomers, channel by channel: where a gap in the return rate comes from."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import comparison, people
from analytics.metrics.comparison import FEW_MEMBERS
from analytics.metrics.retention import visits
from analytics.reports import wording
from analytics.reports.columns import Column, Kind
from analytics.reports.comparison import split_of
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from analytics.reports.small_groups import with_one_more
from members.lib.roles import SMALLEST_CELL
from members.models import Channel

TOTAL = ""  # the channel of the row that stands for all of them


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    seen = visits(facts.visits, facts.member_month, grain="month")
    gap = comparison.channel_gap(facts.firsts, seen, split_of(facts, query))
    names = dict(Channel.objects.values_list("id", "code"))
    channels = gap.channels.assign(channel=gap.channels.channel_id.map(names))
    return pd.concat([gap.total.assign(channel=TOTAL), channels], ignore_index=True)


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """The small cells of each side, and in the channels as many more as the row of all of them would tell of."""
    whole = answer
    for side in ("before", "after"):
        people, back = whole[f"{side}_members"], whole[f"{side}_active"]
        few = _kept(whole, people < SMALLEST_CELL, people)
        split = few | (back < SMALLEST_CELL) | (people - back < SMALLEST_CELL)
        split = _kept(whole, _kept(whole, split, back), people - back)
        answer = blank(answer, split, [f"{side}_active", side, "change", "low", "high", "share", "verdict"])
        answer = blank(answer, few, ["members", f"{side}_members"])
    return answer


def _kept(answer: pd.DataFrame, small: "pd.Series[bool]", people: "pd.Series[int]") -> "pd.Series[bool]":
    channels = answer["channel"] != TOTAL
    return small.where(
        ~channels, with_one_more(small[channels], people[channels]).reindex(small.index, fill_value=False)
    )


def said(row: Mapping[Hashable, Any]) -> str:
    """What is said of a row; of too few people, on which side they are and how many."""
    few = {
        "before": gettext("Too few before: %(n)s (under 30)"),
        "after": gettext("Too few recently: %(n)s (under 30)"),
    }
    for side, text in few.items():
        people = row[f"{side}_members"]
        if row["verdict"] == "few" and pd.notna(people) and people < FEW_MEMBERS:
            return text % {"n": int(people)}
    return wording.verdicts().get(str(row["verdict"]), "")


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    parts = split_of(facts, query)
    side, _underscore, came = group.partition("_")
    months = list(parts.before if side == "before" else parts.recent)
    members = facts.firsts.filter(facts.firsts.first_month.isin(months))
    if cell:
        members = members.filter(members.channel_id == dict(Channel.objects.values_list("code", "id"))[cell])
    if not came:
        return people.ids(members)
    back = people.came_back_later(members, facts.visits, 1)
    return people.ids(back if came == "active" else members.anti_join(back, "member_id"))


def _title(query: Query, cell: str, group: str) -> str:
    channel = Channel.objects.filter(code=cell).first() if cell else None
    return {
        "before": gettext("%(channel)s: earlier newcomers"),
        "before_active": gettext("%(channel)s: earlier newcomers who came back the next month"),
        "before_lost": gettext("%(channel)s: earlier newcomers who did not come back the next month"),
        "after": gettext("%(channel)s: recent newcomers"),
        "after_active": gettext("%(channel)s: recent newcomers who came back the next month"),
        "after_lost": gettext("%(channel)s: recent newcomers who did not come back the next month"),
    }[group] % {"channel": channel.name if channel else gettext("All channels")}


REPORT = register(
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
        formula=_(
            "Change = recent return rate − earlier return rate, by channel, with its 95 % interval for all "
            "channels together."
        ),
        example=_(
            "A channel fell from 30 % to 20 % while the others stayed, and the interval is −13 to −7 points: "
            "this channel became worse."
        ),
        limits=_("It says where the gap is, not why. Under 30 people on a side nothing is judged."),
        shown=_("Retention and Today; for knowing where to look first."),
        columns=(
            Column("channel", _("Channel"), Kind.LABEL, _("Channel of the first purchase; empty: all together")),
            Column("members", _("People"), Kind.COUNT, _("Members of both groups")),
            Column("before_members", _("Earlier people"), Kind.COUNT, _("Earlier newcomers"), opens="before"),
            Column("before_active", _("Earlier, came back"), Kind.COUNT, _("Those who bought in the next month")),
            Column("before", _("Earlier rate"), Kind.RATE, _("Came back divided by people")),
            Column("after_members", _("Recent people"), Kind.COUNT, _("Recent newcomers"), opens="after"),
            Column("after_active", _("Recent, came back"), Kind.COUNT, _("Those who bought in the next month")),
            Column("after", _("Recent rate"), Kind.RATE, _("Came back divided by people")),
            Column("change", pgettext_lazy("difference", "Change"), Kind.POINTS, _("Recent rate less earlier rate")),
            Column("low", _("Low"), Kind.POINTS, _("Lower end of the Newcombe interval of the change")),
            Column("high", _("High"), Kind.POINTS, _("Upper end of the Newcombe interval of the change")),
            Column("share", _("Share of the gap"), Kind.RATE, _("Part of the total change that this channel makes")),
            Column(
                "verdict",
                _("Verdict"),
                Kind.LABEL,
                _("worse, better, unclear or few (under 30 people before or recently)"),
                words=wording.verdicts,
            ),
        ),
        choices=Choices(),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(
            ("channel",),
            dict.fromkeys(("before", "before_active", "before_lost", "after", "after_active", "after_lost"), "members"),
            _ids,
            _title,
            page="analytics:retention",
        ),
    )
)

import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.programme import benefit_cost
from analytics.reports import tier_words
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL


def _span(facts: Facts, query: Query) -> tuple[int, int]:
    last = facts.last_day if query.last_day is None else min(query.last_day, facts.last_day)
    return query.first_day or 0, last


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    first, last = _span(facts, query)
    frame = benefit_cost(
        facts.benefit_uses, facts.tier_stays, facts.firsts, base=tier_words.base(), first_day=first, last_day=last
    )
    codes = tier_words.codes()
    frame = frame[frame["rank"].isin(codes)].reset_index(drop=True)  # none without tiers
    return frame.assign(tier=[codes[rank] for rank in frame["rank"]])


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    few = answer["users"].between(1, SMALLEST_CELL - 1)
    answer = blank(answer, few, ["users", "uses", "cost", "per_member"])
    return blank(answer, answer["members"].between(1, SMALLEST_CELL - 1), ["members", "per_member"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    first, last = _span(facts, query)
    uses = facts.benefit_uses
    return people.ids(uses.filter(uses["rank"] == tier_words.rank_of(cell), uses.day.between(first, last)))


def _title(query: Query, cell: str, group: str) -> str:
    tier = tier_words.words()[cell]
    return gettext("Members who used a benefit of “%(tier)s”") % {"tier": tier}


REPORT = register(
    Report(
        slug="benefit-cost",
        title=_("What the tiers cost"),
        question=_("What do the benefits of each tier cost us?"),
        definition=_(
            "Uses of benefits in the days asked for, by the tier that gives them, with the cost that each had then."
            " Members are those in the tier at the end."
        ),
        formula=_("Cost per member = cost of the uses ÷ members of the tier."),
        example=_("Forty gold members used 60 benefits of 8 each: 480, 12 a member."),
        limits=_("Points and coupons are not in it, nor what staff time a benefit takes."),
        shown=_("The tiers page; for whoever decides what a tier gives."),
        columns=(
            Column("tier", _("Tier"), Kind.LABEL, _("Which gives the benefit"), words=tier_words.words),
            Column("members", _("Members"), Kind.COUNT, _("In the tier at the end")),
            Column("users", _("Used one"), Kind.COUNT, _("Members with a use"), opens="users"),
            Column("uses", _("Uses"), Kind.COUNT, _("In the days asked for")),
            Column("cost", _("Cost"), Kind.MONEY, _("Of these uses")),
            Column("per_member", _("Cost per member"), Kind.MEAN_MONEY, _("Cost divided by members")),
        ),
        choices=Choices(),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("tier",), {"users": "members"}, _ids, _title),
    )
)

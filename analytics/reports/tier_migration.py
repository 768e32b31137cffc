import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.programme import moves, tier_migration
from analytics.reports import tier_words
from analytics.reports.columns import WILSON, Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL

_YEAR = 365


def span(facts: Facts, query: Query) -> tuple[int, int]:
    """The two days at whose ends tiers are read: the day before the first one asked for, and the last."""
    last = facts.last_day if query.last_day is None else min(query.last_day, facts.last_day)
    return (last - _YEAR if query.first_day is None else query.first_day - 1), last


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    first, last = span(facts, query)
    frame = tier_migration(facts.tier_stays, facts.firsts, base=tier_words.base(), first_day=first, last_day=last)
    codes = tier_words.codes()
    frame = frame[frame["before"].isin(codes) & frame["after"].isin(codes)].reset_index(drop=True)  # none without tiers
    for column in ("before", "after"):
        frame[column] = [codes[rank] for rank in frame[column]]
    return frame


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """A row with a small cell is withheld whole: its other cells add up to what is known."""
    small = answer["members"].lt(SMALLEST_CELL).groupby(answer["before"]).transform("any").astype(bool)
    return blank(answer, small, ["members", "of", "share", "low", "high"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    before, after = (tier_words.rank_of(code) for code in cell.split(":"))
    first, last = span(facts, query)
    moved = moves(facts.tier_stays, facts.firsts, base=tier_words.base(), first_day=first, last_day=last)
    return people.ids(moved.filter(moved.before == before, moved.after == after))


def _title(query: Query, cell: str, group: str) -> str:
    words = tier_words.words()
    before, after = (words[code] for code in cell.split(":"))
    return gettext("From “%(before)s” to “%(after)s”") % {"before": before, "after": after}


REPORT = register(
    Report(
        slug="tier-migration",
        title=_("Moves between tiers"),
        question=_("Who rose, who fell, and who stayed?"),
        definition=_(
            "The tier of every member on the day before the first and on the last of the days asked for (a year without"
            " dates). Who has no time in a tier is in the lowest; who first bought in between was no member yet."
        ),
        formula=_("Share = members who went from one tier to the other ÷ all who were in the first."),
        example=_("Of 200 silver members 30 are gold a year later: 15 %."),
        limits=_("A tier does not make people spend: who rises has spent more already. Compare tiers by a test only."),
        shown=_("The points page and the tiers page; for whoever sets the rules of tiers."),
        columns=(
            Column("before", _("Before"), Kind.LABEL, _("Tier on the day before the first"), words=tier_words.words),
            Column("after", _("After"), Kind.LABEL, _("Tier on the last day"), words=tier_words.words),
            Column("members", _("People"), Kind.COUNT, _("Members who went this way"), opens="members"),
            Column("of", _("Of"), Kind.COUNT, _("All who were in the first tier")),
            Column("share", _("Share"), Kind.RATE, _("People divided by all of them")),
            *WILSON,
        ),
        choices=Choices(),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("before", "after"), {"members": "members"}, _ids, _title),
    )
)

import pandas as pd
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.rhythm import LATER, of_newcomers, repurchase_interval
from analytics.reports.columns import Column, Kind
from analytics.reports.groups import BY_PLACE
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL

_PLACES = {**{str(place): place for place in range(1, LATER)}, f"{LATER}+": LATER}


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    return repurchase_interval(
        facts.occasions,
        facts.firsts,
        last_day=facts.last_day,
        first_from=query.first_day,
        first_to=query.last_day,
    )


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """Small rows, and how many are left in every row behind one: n of the next is n less those who stopped here.

    What is hidden of a row would follow from the share of those who have not come back, which goes with it.
    """
    small = (answer.returned < SMALLEST_CELL) | (answer.n - answer.returned < SMALLEST_CELL)
    behind = small.shift(fill_value=False).cummax()
    answer = blank(answer, small, ["median", "p80", "low", "high", "never"])
    return blank(answer, behind | (answer.n < SMALLEST_CELL), ["n", "never"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    occasions = of_newcomers(facts.occasions, facts.firsts, query.first_day, query.last_day)
    return people.ids(occasions.filter(occasions.nth == _PLACES[cell]))


def _title(query: Query, cell: str, group: str) -> str:
    place = _PLACES[cell]
    return ngettext("Bought on %(n)s day at least", "Bought on %(n)s days at least", place) % {"n": place}


def _places() -> dict[str, str]:
    """1 → 2 and so on, as readers see which purchases a row lies between."""
    names = {cell: f"{place} → {place + 1}" for cell, place in _PLACES.items()}
    return names | {f"{LATER}+": gettext("%(n)s → later ones") % {"n": LATER}}


REPORT = register(
    Report(
        slug="repurchase-interval",
        title=_("Days between purchases"),
        question=_("How long does it take until they buy again, after the first, second, third time?"),
        definition=_(
            "Days from the n-th purchase to the next; a purchase is a day with one or more orders. Members who have"
            " not come back yet count for as long as they have been seen (Kaplan-Meier), else the quick ones alone"
            " would be averaged. From the fifth purchase on all gaps are taken together: one person gives many of"
            " them, so their median has no interval."
        ),
        formula=_(
            "Half within = the first day by which half of the gaps are over, with the gaps that are still open "
            "counted for as long as they last so far (Kaplan-Meier)."
        ),
        example=_(
            "Purchases on 1, 11 and 31 January: 10 days after the first purchase, 20 days after the second, "
            "and a gap after the third that is still open."
        ),
        limits=_(
            "“Not come back so far” does not mean never: nobody can know that yet. From the fifth purchase on, "
            "one member gives several gaps."
        ),
        shown=_("Its report page; for choosing when to remind whom."),
        columns=(
            Column(
                "order_index", _("Purchase"), Kind.LABEL, _("Which purchase the days are counted from"), words=_places
            ),
            Column("n", _("People"), Kind.COUNT, _("Members with that many purchases"), opens="n"),
            Column("median", _("Half within"), Kind.COUNT, _("Days by which half have bought again; empty: not yet")),
            Column("p80", _("80 % within"), Kind.COUNT, _("Days by which 80 % have bought again; empty: not yet")),
            Column("low", _("Low"), Kind.COUNT, _("Lower end of the 95 % interval of the median (Greenwood, log-log)")),
            Column("high", _("High"), Kind.COUNT, _("Upper end of it; empty: the data do not bound it")),
            Column(
                "never",
                _("Not come back so far"),
                Kind.RATE,
                _("Share without a next purchase as far as the data reach"),
            ),
        ),
        choices=Choices(groups=BY_PLACE),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("order_index",), {"n": "members"}, _ids, _title, "analytics:retention", tab="rhythm"),
    )
)

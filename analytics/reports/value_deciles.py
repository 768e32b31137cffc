import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.value import DECILES, ranked, value_deciles
from analytics.reports import rfm
from analytics.reports.columns import Column, Kind
from analytics.reports.groups import BY_PLACE
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    return value_deciles(rfm.measured(facts, query))


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """Tenths are equal but for one member: when one is small, the sums of the others would tell it."""
    small = pd.Series((answer.members < SMALLEST_CELL).any(), index=answer.index)
    return blank(answer, small, ["members", "gross", "share", "cum_share"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    decile = int(cell)
    if decile not in DECILES:
        raise ValueError(cell)
    members = ranked(rfm.measured(facts, query))
    return people.ids(members.filter(members.decile == decile))


def _title(query: Query, cell: str, group: str) -> str:
    if cell == "1":
        return gettext("The tenth of the members who spent most")
    return gettext("Tenth %(decile)s of the members by what they spent") % {"decile": cell}


REPORT = register(
    Report(
        slug="value-deciles",
        title=_("Spending by tenths of the members"),
        question=_("How much of the sales do the members who spend most bring?"),
        definition=_(
            "Members with a purchase, in any store, ordered by what their orders came to and cut in ten equal parts;"
            " of equal spenders the one recorded first goes first. Orders refunded in full are no purchase; other"
            " refunds are not taken off."
        ),
        columns=(
            Column("decile", _("Tenth"), Kind.COUNT, _("1: the tenth that spent most")),
            Column("members", _("People"), Kind.COUNT, _("Members of the tenth"), opens="members"),
            Column("gross", _("Spent together"), Kind.MONEY, _("Sum of the tenth, before refunds")),
            Column("share", _("Share of sales"), Kind.RATE, _("Of all ten tenths")),
            Column("cum_share", _("Share up to here"), Kind.RATE, _("Of this tenth and those before it")),
        ),
        choices=Choices(options={"lookback": ("all", "365")}, groups=BY_PLACE, dated=False),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("decile",), {"members": "members"}, _ids, _title, page="analytics:value"),
    )
)

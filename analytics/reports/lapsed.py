import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.rhythm import in_state, lapsed, limits
from analytics.reports.columns import Column, Kind
from analytics.reports.groups import BY_PLACE
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from analytics.reports.small_groups import with_one_more
from members.lib.roles import SMALLEST_CELL


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    return lapsed(facts.firsts, facts.occasions, last_day=facts.last_day)


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    return blank(answer, with_one_more(answer.members < SMALLEST_CELL, answer.members), ["members", "share"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    border = limits(facts.occasions, last_day=facts.last_day)
    return people.ids(in_state(facts.firsts, cell, border, facts.last_day))


def _title(query: Query, cell: str, group: str) -> str:
    return {
        "active": gettext("Bought recently, by how others buy again"),
        "at_risk": gettext("Away longer than half of the gaps between purchases"),
        "lapsed": gettext("Away longer than four fifths of the gaps between purchases"),
    }[cell]


def states() -> dict[str, str]:
    """The states as readers call them, by their codes."""
    return {"active": gettext("Active"), "at_risk": gettext("Gone quiet"), "lapsed": gettext("Lapsed")}


REPORT = register(
    Report(
        slug="lapsed",
        title=_("Who has gone quiet"),
        question=_("Who has been away longer than members usually take to buy again?"),
        definition=_(
            "Days since a member’s last purchase, held against the days by which half and 80 % of all gaps between"
            " purchases are over (Kaplan-Meier, open gaps included; every gap counts once, so who buys often weighs"
            " more). Up to the first limit a member is active, beyond the second one lapsed. Who comes back is active"
            " again. While too few come back for a limit, nobody is beyond it."
        ),
        formula=_(
            "Active: days since the last purchase ≤ the days by which half of all gaps are over. At risk: more "
            "than that, up to the days by which 80 % are. Lapsed: longer still."
        ),
        example=_("Half of all gaps are over by day 20 and 80 % by day 45: who last bought 30 days ago is at risk."),
        limits=_(
            "One pair of limits for all members: who by habit buys rarely looks at risk too soon. A state is "
            "that of the last day of data."
        ),
        shown=_("Its report page; for a list of people to win back."),
        columns=(
            Column("state", _("State"), Kind.LABEL, _("active, at_risk or lapsed"), words=states),
            Column("members", _("People"), Kind.COUNT, _("Members in this state"), opens="members"),
            Column("share", _("Share"), Kind.RATE, _("Of all members with a purchase")),
            Column(
                "days_from", _("From days"), Kind.COUNT, _("Fewest days since the last purchase; empty: no limit yet")
            ),
            Column("days_to", _("To days"), Kind.COUNT, _("Most days since the last purchase; empty: no limit")),
        ),
        choices=Choices(groups=BY_PLACE, dated=False),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("state",), {"members": "members"}, _ids, _title, "analytics:retention", tab="rhythm"),
    )
)

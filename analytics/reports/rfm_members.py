import pandas as pd
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.reports import rfm
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Report, register


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    members, by = rfm.scored(facts, query)
    answer = members.order_by(members.monetary.desc(), "member_id").to_pandas().rename(columns={"member_id": "member"})
    answer.attrs.update(rfm.told(by))
    return answer


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    return answer.head(0)  # who may not see small groups sees no single member


REPORT = register(
    Report(
        slug="rfm-members",
        title=_("RFM of every member"),
        question=_("How recently, how often and for how much did each member buy?"),
        definition=_("The members behind the RFM groups, one row each, whoever spent most first. Counted as there."),
        columns=(
            Column("member", _("Member number"), Kind.MEMBER, _("The member’s number")),
            Column("recency", _("Days since last purchase"), Kind.COUNT, _("To the end of the data")),
            Column("frequency", _("Purchases"), Kind.COUNT, _("Orders not refunded in full")),
            Column("monetary", _("Spent"), Kind.MONEY, _("What they came to, before refunds")),
            *rfm.SCORES,
        ),
        choices=Choices(options={"lookback": rfm.LOOKBACKS, "cuts": rfm.CUTS}, dated=False),
        compute=_compute,
        withhold=_withhold,
        remarks=rfm.remarks,
        paged=True,
    )
)

from collections.abc import Mapping

import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts import schema
from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.voices import response_rate
from analytics.reports import told, wording
from analytics.reports.columns import WILSON, Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register


def _words() -> Mapping[str, str]:
    return {
        **told.words(), "none": gettext("Not by message"), "sms": gettext("By text message"),
        "email": gettext("By e-mail"),
    }  # fmt: skip


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    by = query.option("by")
    asked = told.within(facts.invitations, query)
    if by != "sent_by":
        return told.coded(response_rate(asked, told.COLUMNS[by]), by)
    frame = response_rate(asked, "sent_by")
    return frame.assign(part=[schema.SENT_BY[part] for part in frame["part"]])


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    few = told.few(answer, "asked") | told.few(answer, "answered")
    return blank(answer, few, ["asked", "delivered", "answered", "members", "rate", "low", "high"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    by, asked = query.option("by"), told.within(facts.invitations, query)
    if by == "sent_by":
        asked = asked.filter(asked.sent_by == schema.SENT_BY.index(cell))
    else:
        asked = told.part_of(asked, by, cell)
    return people.ids(asked.filter(asked.is_answered == 1, asked.member_id.notnull()))


def _title(query: Query, cell: str, group: str) -> str:
    part = wording.span(cell) if query.option("by") == "month" else _words().get(cell, cell)
    return gettext("%(part)s: members who answered an invitation") % {"part": part}


REPORT = register(
    Report(
        slug="response-rate",
        title=_("Who answers"),
        question=_("How many of those whom we reached answered?"),
        definition=_(
            "Invitations of the days asked for: sent, arrived, and answered to the end. A text message arrived when the"
            " provider said so, a mail when the server took it; who answered was reached."
        ),
        formula=_("Response rate = answered ÷ arrived."),
        example=_("2,140 arrived, 386 were answered: 18.0 %, between 16.5 % and 19.7 %."),
        limits=_("Codes in the shop and paper have no rate: nobody knows how many saw them."),
        shown=_("The results of a survey; for whoever asks."),
        columns=(
            Column("part", _("Part"), Kind.LABEL, _("Way of sending, month, store or channel"), words=_words),
            Column("asked", _("Asked"), Kind.COUNT, _("Invitations")),
            Column("delivered", _("Arrived"), Kind.COUNT, _("Of the invitations")),
            Column("answered", _("Answered"), Kind.COUNT, _("To the end")),
            Column("members", _("People"), Kind.COUNT, _("Members who answered"), opens="members"),
            Column("rate", _("Response rate"), Kind.RATE, _("Answered of those that arrived")),
            *WILSON,
        ),
        choices=Choices(options={"by": ("sent_by", "month", "store", "channel", "all")}, of_survey=True),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("part",), {"members": "members"}, _ids, _title),
    )
)

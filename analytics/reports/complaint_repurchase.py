from collections.abc import Mapping

import ibis.expr.types as ir
import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import complaint_repurchase as metric
from analytics.metrics import people
from analytics.reports import told, told_cases
from analytics.reports.columns import WILSON, Column, Kind
from analytics.reports.groups import BY_PLACE
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from analytics.reports.small_groups import with_one_more

_CODES = {
    metric.WITHOUT: "none", metric.WITH: "all", 0: "60", 1: "240", 2: "480", metric.SLOWER: "slower",
    metric.UNANSWERED: "unanswered", metric.UNKNOWN: "unknown",
}  # fmt: skip


def _words() -> Mapping[str, str]:
    return {
        "none": gettext("Without a complaint"),
        "all": gettext("With a complaint"),
        "60": gettext("Answered within 1 hour"),
        "240": gettext("Answered within 1 to 4 hours"),
        "480": gettext("Answered within 4 to 8 hours"),
        "slower": gettext("Answered later"),
        "unanswered": gettext("Not answered yet"),
        "unknown": gettext("Not known when"),
    }


def _bought(facts: Facts, query: Query) -> ir.Table:
    return metric.purchases(
        facts.sales,
        told_cases.complaints(facts),
        window=int(query.option("window")),
        last_day=facts.last_day,
        until=told_cases.until(facts, query),
        first_from=query.first_day,
        first_to=query.last_day,
    )


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    frame = metric.complaint_repurchase(_bought(facts, query))
    return frame.assign(band=[_CODES[band] for band in frame["band"]])


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """The bands add up to all with a complaint, so a small one takes another with it."""
    away = answer.assign(away=answer["n"] - answer["again"])
    small = told.few(answer) | told.few(answer, "again") | told.few(away, "away") | told.few(answer, "members")
    bands = answer.index >= 2
    small = pd.concat([small[~bands], with_one_more(small[bands], answer["n"][bands])])
    return blank(answer, small, [column.key for column in REPORT.columns if column.key != "band"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    number = {code: band for band, code in _CODES.items()}[cell]
    bought = metric.of_band(_bought(facts, query), number)
    return people.ids(bought.filter(bought.again == 1) if group == "back" else bought)


def _title(query: Query, cell: str, group: str) -> str:
    sentences = {"members": gettext("%(part)s: members who bought"), "back": gettext("%(part)s: members who came back")}
    return sentences[group] % {"part": _words()[cell]}


REPORT = register(
    Report(
        slug="complaint-repurchase",
        title=_("Do they come back after a complaint?"),
        question=_("Do members buy again after a complaint, and does a fast answer help?"),
        definition=_(
            "Days on which a member bought, and whether the same member bought again within 60 or 90 days after it:"
            " with and without a complaint about it, and by the business minutes to the first answer. A complaint is"
            " about the order that it names, else about the last purchase in the 30 days before it. Purchases younger"
            " than the window are left out; an order refunded in full may be complained of, but is no return."
        ),
        formula=_(
            "Rate = purchases followed by another within the window ÷ purchases, with a 95 % Wilson interval."
            " Difference to those without a complaint, with Newcombe’s interval."
        ),
        example=_("45 of 90 with a complaint and 6,000 of 10,000 without: 50 % and 60 %, −10 points (−20.2 to 0.2)."),
        limits=_(
            "No proof of an effect: who complains may care more, and easy cases are answered faster. A return before"
            " the complaint or its answer counts too. A member with several purchases counts several times, so the"
            " intervals are a little too narrow. A filter by store asks about purchases, complaints and returns there;"
            " one by channel knows only complaints that name an order."
        ),
        shown=_("Its report page; for whoever answers for cases."),
        columns=(
            Column("band", _("With or without"), Kind.LABEL, _("Without, with, and by the first answer"), words=_words),
            Column("n", _("Purchases"), Kind.COUNT, _("Days on which a member bought, old enough")),
            Column("members", _("People"), Kind.COUNT, _("Members who bought on them"), opens="members"),
            Column("again", _("Followed by another"), Kind.COUNT, _("Within the window")),
            Column("back", _("Came back"), Kind.COUNT, _("Members of those"), opens="back"),
            Column("rate", _("Repurchase rate"), Kind.RATE, _("Of the purchases")),
            *WILSON,
            Column("gap", _("Gap to those without"), Kind.POINTS, _("To purchases without a complaint")),
            Column("gap_low", _("Gap, low"), Kind.POINTS, _("Lower end of the 95 % interval")),
            Column("gap_high", _("Gap, high"), Kind.POINTS, _("Upper end of the 95 % interval")),
        ),
        choices=Choices(options={"window": ("90", "60")}, groups=BY_PLACE),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("band",), {"members": "members", "back": "members"}, _ids, _title),
    )
)

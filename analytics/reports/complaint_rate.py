import ibis.expr.types as ir
import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.complaints import complaint_rate, with_repeats
from analytics.reports import told, told_cases
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL

_OF_ORDERS = ["per_orders", "orders_low", "orders_high"]
_OF_MEMBERS = ["per_members", "members_low", "members_high"]
_REPEATS = ["named", "repeated", "repeat_rate", "low", "high"]


def _complaints(facts: Facts, query: Query) -> ir.Table:
    """Those of the days asked for of which sales are known: more would stand against no orders."""
    rows = with_repeats(told_cases.complaints(facts))
    return told.within(rows.filter(rows.day.between(facts.first_day, facts.last_day)), query)


def _sold_by(query: Query) -> str:
    """What sales are told apart by: of which cause an order is, nobody knows."""
    by = query.option("by")
    return "all" if by == "cause" else by


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    by = query.option("by")
    part, sold_part = told_cases.COLUMNS[by], told_cases.COLUMNS[_sold_by(query)]
    frame = complaint_rate(_complaints(facts, query), told.within(facts.sales, query), part, sold_part)
    return told_cases.coded(frame, by)


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    few = told.few(answer, "complaints") | told.few(answer, "members")
    few_buy = told.few(answer, "active")
    again, once = answer["repeated"], answer["named"] - answer["repeated"]
    few_again = again.between(1, SMALLEST_CELL - 1) | once.between(1, SMALLEST_CELL - 1)
    answer = blank(answer, few | few_again, _REPEATS)
    answer = blank(answer, few_buy, ["orders", "active"])
    answer = blank(answer, few | few_buy, [*_OF_ORDERS, *_OF_MEMBERS])
    return blank(answer, few, ["complaints", "members"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    by = query.option("by")
    if group == "members":
        return people.ids(told_cases.part_of(_complaints(facts, query), by, cell))
    sold = told.part_of(told.within(facts.sales, query), _sold_by(query), cell)
    return people.ids(sold, "order_id" if group == "orders" else "member_id")


def _title(query: Query, cell: str, group: str) -> str:
    sentences = {
        "members": gettext("%(part)s: members who complained"),
        "orders": gettext("%(part)s: valid orders"),
        "active": gettext("%(part)s: members who bought"),
    }
    return sentences[group] % {"part": told_cases.named(query, cell)}


REPORT = register(
    Report(
        slug="complaint-rate",
        title=_("How often customers complain"),
        question=_("How many complaints come in for what we sell?"),
        definition=_(
            "Complaints by the day on which they came in, against the valid orders of the same days and the members"
            " who bought in them. Service cases are no complaints. Days of which no sales are known are left out."
            " Repeated: the same member complained of the same cause within the 30 days before."
        ),
        formula=_(
            "Complaints × 1,000 ÷ valid orders; complaints × 1,000 ÷ members who bought. 95 % interval of a count:"
            " (k + z²/2 ± z × √(k + z²/4)) × 1,000 ÷ n. Repeated ÷ complaints with member and cause, with Wilson’s"
            " interval."
        ),
        example=_("12 complaints for 4,000 orders of 1,500 members: 3.0 per 1,000 orders (1.7 to 5.2), 8.0 members."),
        limits=_(
            "A complaint may be about an order of the month before. Groups of causes stand against all orders. A"
            " channel has only the complaints that name an order. Counting well brings more complaints: fewer of them"
            " need not be good."
        ),
        shown=_("Its report page; for whoever answers for the stores."),
        columns=(
            told_cases.PART,
            Column("complaints", _("Complaints"), Kind.COUNT, _("That came in")),
            Column("members", _("People"), Kind.COUNT, _("Known members who complained"), opens="members"),
            Column("orders", _("Orders"), Kind.COUNT, _("Valid orders, guests’ too"), opens="orders"),
            Column("active", _("Bought"), Kind.COUNT, _("Members who bought"), opens="active"),
            Column("per_orders", _("Per 1,000 orders"), Kind.MEAN, _("Complaints per 1,000 valid orders")),
            Column("orders_low", _("Per 1,000 orders, low"), Kind.MEAN, _("Lower end of the 95 % interval")),
            Column("orders_high", _("Per 1,000 orders, high"), Kind.MEAN, _("Upper end of the 95 % interval")),
            Column("per_members", _("Per 1,000 members"), Kind.MEAN, _("Complaints per 1,000 members who bought")),
            Column("members_low", _("Per 1,000 members, low"), Kind.MEAN, _("Lower end of the 95 % interval")),
            Column("members_high", _("Per 1,000 members, high"), Kind.MEAN, _("Upper end of the 95 % interval")),
            Column("named", _("Of known people and cause"), Kind.COUNT, _("Complaints with both")),
            Column("repeated", _("Repeated"), Kind.COUNT, _("Of the same member about the same cause in 30 days")),
            Column("repeat_rate", _("Repeated, share"), Kind.RATE, _("Of those of known people and cause")),
            Column("low", _("Repeated, low"), Kind.RATE, _("Lower end of the 95 % Wilson interval")),
            Column("high", _("Repeated, high"), Kind.RATE, _("Upper end of the 95 % Wilson interval")),
        ),
        choices=Choices(options={"by": ("month", "store", "channel", "cause", "all")}),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("part",), {"members": "members", "orders": "orders", "active": "members"}, _ids, _title),
    )
)

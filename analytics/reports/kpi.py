from collections.abc import Sequence
from typing import TypedDict

import pandas as pd
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people, periods
from analytics.metrics.kpi import By, KpiGrain, kpi, kpi_by, label
from analytics.reports import wording
from analytics.reports.columns import Column, Kind
from analytics.reports.groups import BY_PLACE
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL

_MEMBER_FIGURES = [
    "active_members", "new_members", "returning_members", "orders", "gross", "refunds", "net", "new_gross",
    "returning_gross", "aov", "orders_per_member",
]  # fmt: skip
REFUNDED = ["refunds", "net"]
GUESTS = ["guest_orders", "guest_gross"]
SPLIT = ["new_members", "returning_members", "new_gross", "returning_gross"]


class Asked(TypedDict):
    """What `kpi` is asked for."""

    grain: KpiGrain
    first_day: int
    last_day: int


def span(facts: Facts, query: Query) -> tuple[int, int]:
    """First and last day number that count: those asked for, no further than there is data. Reversed when none do."""
    first = facts.first_day if query.first_day is None else max(query.first_day, facts.first_day)
    return first, facts.last_day if query.last_day is None else min(query.last_day, facts.last_day)


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    return _named(kpi(facts.sales, facts.money_back, facts.births, **_asked(facts, query)), facts, query)


def _compute_by(facts: Facts, query: Query, by: By, places: Sequence[int]) -> dict[int, pd.DataFrame]:
    tables = (facts.sales, facts.money_back, facts.births)
    found = kpi_by(*tables, by=by, places=places, **_asked(facts, query))
    return {place: _named(frame, facts, query) for place, frame in found.items()}


def _asked(facts: Facts, query: Query) -> Asked:
    first, last = span(facts, query)
    return {"grain": query.grain, "first_day": first, "last_day": last}  # type: ignore[typeddict-item]


def _named(frame: pd.DataFrame, facts: Facts, query: Query) -> pd.DataFrame:
    """The one row of all the days is named by those that were asked for."""
    if query.grain != "all":
        return frame
    first, last = span(facts, query)
    return frame.assign(period=label(0, "all", query.first_day or first, query.last_day or last))


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    split_small = (answer.new_members < SMALLEST_CELL) | (answer.returning_members < SMALLEST_CELL)
    answer = blank(answer, answer.refunded_members.between(1, SMALLEST_CELL - 1), REFUNDED)
    answer = blank(answer, answer.guest_orders.between(1, SMALLEST_CELL - 1), GUESTS)
    all_small = answer.active_members < SMALLEST_CELL
    return blank(blank(answer, split_small, SPLIT), all_small, _MEMBER_FIGURES)


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    grain: KpiGrain = query.grain  # type: ignore[assignment]
    first, last = span(facts, query)
    period = 0 if grain == "all" else periods.parse(cell, grain)
    sold = people.sold_in(facts.sales, grain, period, first, last)
    if group in {"orders", "guest_orders"}:
        wanted = sold.member_id.notnull() if group == "orders" else sold.member_id.isnull()
        return people.ids(sold.filter(wanted), "order_id")
    if group == "active":
        return people.ids(sold)
    born = people.born_in(facts.births, grain, period, first, last)
    return people.ids(sold.semi_join(born, "member_id") if group == "new" else sold.anti_join(born, "member_id"))


def _title(query: Query, cell: str, group: str) -> str:
    return {
        "active": gettext("%(period)s: members who bought"),
        "new": gettext("%(period)s: members who bought for the first time"),
        "returning": gettext("%(period)s: members who had bought before"),
        "orders": gettext("%(period)s: orders of members"),
        "guest_orders": gettext("%(period)s: guest orders"),
    }[group] % {"period": wording.span(cell)}


REPORT = register(
    Report(
        slug="kpi",
        title=_("Key figures"),
        question=_("How many members bought, and for how much?"),
        definition=_(
            "Every valid order counts (paid, more than zero, buyer not excluded); refunds are booked on their own"
            " date. A member is new in the period of the first valid order anywhere. Guests are counted separately."
        ),
        formula=_(
            "Sales = active members × orders per member × average order. Net sales = sales − refunds of the "
            "period. Returning = active − new."
        ),
        example=_(
            "Three orders of 20, 30 and 40 by two members, the one of 40 by a new one, and a refund of 10: 2 "
            "active, 1 new, sales 90, net sales 80, average order 30, 1.5 orders per member."
        ),
        limits=_(
            "Members who bought before the data begin look new at first. A refund counts in the period it was "
            "given, even for an older order."
        ),
        shown=_("Today; for whoever runs the shop day by day."),
        columns=(
            Column(
                "period",
                _("Period"),
                Kind.LABEL,
                _("Day, week (named by its Monday), month, or all the days asked for"),
            ),
            Column(
                "active_members",
                _("Active members"),
                Kind.COUNT,
                _("Members with at least one valid order"),
                opens="active",
            ),
            Column(
                "new_members",
                _("New members"),
                Kind.COUNT,
                _("Those whose first valid order falls in the period"),
                opens="new",
            ),
            Column(
                "returning_members",
                _("Returning members"),
                Kind.COUNT,
                _("Active members who are not new"),
                opens="returning",
            ),
            Column(
                "orders", pgettext_lazy("count", "Orders"), Kind.COUNT, _("Valid orders of members"), opens="orders"
            ),
            Column("gross", _("Sales"), Kind.MONEY, _("Revenue of members’ valid orders, before refunds")),
            Column("refunds", _("Refunds"), Kind.MONEY, _("Refunded to members in the period, for any order")),
            Column("net", _("Net sales"), Kind.MONEY, _("Sales less refunds")),
            Column(
                "new_gross",
                _("Sales to new members"),
                Kind.MONEY,
                _("Sales to members who are new in the period"),
            ),
            Column("returning_gross", _("Sales to returning members"), Kind.MONEY, _("The rest of the sales")),
            Column("aov", _("Average order"), Kind.MEAN_MONEY, _("Sales divided by orders")),
            Column("orders_per_member", _("Orders per member"), Kind.MEAN, _("Orders divided by active members")),
            Column(
                "guest_orders",
                _("Guest orders"),
                Kind.COUNT,
                _("Valid orders that belong to no member"),
                opens="guest_orders",
            ),
            Column("guest_gross", _("Guest sales"), Kind.MONEY, _("Revenue of guest orders")),
        ),
        choices=Choices(grains=("month", "week", "day", "all"), groups=BY_PLACE),
        compute=_compute,
        compute_by=_compute_by,
        withhold=_withhold,
        drill=Drill(
            ("period",),
            {
                "active": "members",
                "new": "members",
                "returning": "members",
                "orders": "orders",
                "guest_orders": "orders",
            },
            _ids,
            _title,
            page="today",
        ),
    )
)

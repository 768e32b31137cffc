"""The heat map of the report of weekdays and hours."""

import math
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from analytics.reports import drill, wording
from analytics.reports.columns import missing
from analytics.reports.hour_weekday import hours, weekdays
from analytics.views.answer import Answer, Record
from analytics.views.value_cards import SHADES
from members.lib import display
from members.lib.money import SCALE
from members.lib.roles import Right
from members.lib.widgets import ChartCard


@dataclass(frozen=True, slots=True)
class HourCell:
    """An hour of a weekday: its orders as shown and exactly, the link to them, how deep its colour is, what it is."""

    shown: str
    value: str
    url: str
    shade: int
    said: str


@dataclass(frozen=True, slots=True)
class Hours:
    """The heat map: its head and foot, the hours across, the weekdays down."""

    template: ClassVar[str] = "analytics/hour_grid.html"
    card: ChartCard
    columns: list[str]
    rows: list[tuple[str, list[HourCell]]]


def card(answer: Answer) -> Hours | None:
    """The orders of the week as a picture; None for a report told apart by place, or without any order."""
    records = answer.records()
    open_hours = [int(row["hour"]) for row in records if missing(row["orders"]) or row["orders"]]
    if answer.page.query.group or not open_hours:
        return None
    shown = range(min(open_hours), max(open_hours) + 1)
    most = max((int(row["orders"]) for row in records if not missing(row["orders"])), default=0)
    rows = [
        (
            name,
            [_cell(answer, row, most) for row in records if str(row["weekday"]) == day and row["hour"] in shown],
        )
        for day, name in weekdays().items()
    ]
    head = ChartCard(
        slug="hours",
        title=_("When do they come?"),
        answer=_busiest(records),
        note=_("Hours by the clock of each store. The earliest and latest hours without any order are left out."),
    )
    return Hours(head, [str(hour) for hour in shown], rows)


def _cell(answer: Answer, row: Record, most: int) -> HourCell:
    when = f"{weekdays()[str(row['weekday'])]} {hours(int(row['hour']))}"
    if missing(row["orders"]):
        return HourCell(display.NONE, "", "", 0, wording.sentences(when, _("fewer than five people, not shown")))
    orders = int(row["orders"])
    url = ""
    if orders and answer.actor.may(Right.SEE_MEMBERS):
        url = drill.link(answer.page, answer.slug, f"{row['weekday']}:{row['hour']}", "orders")
    money = display.money(display.exact(int(row["gross"])) / SCALE, answer.currency)
    shade = math.ceil(SHADES * orders / most) if orders else 0
    return HourCell(display.number(orders) if orders else "", str(orders), url, shade, f"{when}, {money}")


def _busiest(records: list[Record]) -> str:
    known = [row for row in records if not missing(row["orders"])]
    top = max(known, key=lambda row: int(row["orders"]))
    total = sum(int(row["orders"]) for row in known)
    if not total:
        return _("Too few orders to tell.")
    return _("Most orders come on %(weekday)s, %(hours)s: %(orders)s, %(share)s of those shown") % {
        "weekday": weekdays()[str(top["weekday"])],
        "hours": hours(int(top["hour"])),
        "orders": display.number(int(top["orders"])),
        "share": display.percent(int(top["orders"]) / total),
    }

"""The figures of the Today page as cards."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.charts.daily_line import LineText, daily_money
from analytics.reports import drill, headline, wording
from analytics.reports.columns import missing, rows
from analytics.reports.headline import Against, Headline
from analytics.reports.page_query import PageQuery
from analytics.reports.report import get
from analytics.views.tables import frame_table
from members.lib import display
from members.lib.actor import Actor
from members.lib.money import from_units
from members.lib.registry import Link
from members.lib.roles import Right
from members.lib.widgets import Cell, Change, ChartCard, Column, Kpi, Table, Target
from members.queries import merchants


def kpis(actor: Actor, page: PageQuery, found: Headline) -> list[Kpi]:
    """The five cards, each leading to the people or orders behind it."""
    currency = merchants.current().currency
    now = found.now
    opens = actor.may(Right.SEE_MEMBERS)

    def behind(group: str) -> str:
        return drill.link(_whole(page), "kpi", str(now["period"]), group) if opens else ""

    sales = None if missing(now["gross"]) else from_units(int(now["gross"]))
    guests, orders, together = now["guest_orders"], now["orders"], headline.all_orders(now)
    share = None if missing(together) or not together else float(guests) / float(together)
    return [
        _repeat(actor, page, found),
        Kpi(
            label=_("Member sales"),
            value=display.money(sales, currency),
            url=behind("orders"),
            change=_change(found.sales, "percent", "up"),
            note=_("%(n)s orders") % {"n": _count(orders)},
            spark=_spark(found.days["gross"]),
        ),
        Kpi(
            label=_("Active members"),
            value=_count(now["active_members"]),
            url=behind("active"),
            change=_change(found.active, "percent", "up"),
            note=_("%(n)s had bought before") % {"n": _count(now["returning_members"])},
            spark=_spark(found.days["active_members"]),
        ),
        Kpi(
            label=_("New members"),
            value=_count(now["new_members"]),
            url=behind("new"),
            change=_change(found.new, "percent", "up"),
            note=_("first purchase in these days"),
            spark=_spark(found.days["new_members"]),
        ),
        Kpi(
            label=_("Guest share of orders"),
            value=display.percent(share),
            url=behind("guest_orders"),
            change=_change(found.guests, "points", "down"),
            note=_("%(k)s of %(n)s orders name no member") % {"k": _count(guests), "n": _count(together)},
            spark=_spark(found.days["guest_orders"]),
            quiet=True,
        ),
    ]


def _repeat(actor: Actor, page: PageQuery, found: Headline) -> Kpi:
    row, days = found.repeat, str(headline.WINDOW)
    rate = None if missing(row["rate"]) else float(row["rate"])
    url = ""
    if actor.may(Right.SEE_MEMBERS) and row["eligible"]:
        url = drill.link(page.with_query(found.repeat_query), "repeat-purchase", days, "repeated")
    note = _("no newcomer’s 90 days ended in these days")
    if rate is not None:
        note = _("%(k)s of %(n)s whose 90 days ended in these days") % {
            "k": _count(row["repeated"]),
            "n": _count(row["eligible"]),
        }
    return Kpi(
        label=_("Repeat rate (within 90 days)"),
        value=display.percent(rate),
        url=url,
        change=_change(found.repeat_change, "points", "up"),
        note=note,
        target=_target(rate),
    )


def _target(rate: float | None) -> Target | None:
    """The merchant's goal for the repeat rate, and the gap in words."""
    goal = merchants.current().repeat_target
    if rate is None or goal is None:
        return None
    gap = goal / 100 - rate
    words = {"goal": display.percent(goal / 100), "gap": display.number(gap * 100, 1)}
    text = _("target %(goal)s, %(gap)s to go") if gap > 0 else _("target %(goal)s, reached")
    return Target(value=rate, goal=goal / 100, text=text % words)


def sales(actor: Actor, page: PageQuery, found: Headline) -> ChartCard:
    """Member sales day by day, over the same weekdays before."""
    currency = merchants.current().currency
    text = LineText(
        now=_("These days"),
        then=_("The days before"),
        symbol=display.symbol(currency),
        point=_("%(date)s: %(amount)s"),
        dates=_("%b %-d"),
    )
    day_page = page.with_grain("day")
    return ChartCard(
        slug="sales",
        title=_("Member sales by day"),
        answer=comparison_in_words(page),
        figure=json.loads(daily_money(found.days, text, previous=found.days_before).to_json()),
        label=_("Two lines: member sales by day, and of the same weekdays before"),
        height="s",
        table=_with_before(frame_table("kpi", found.days, day_page, actor), found.days_before),
        csv_url=day_page.link(reverse("analytics:report-csv", args=["kpi"]), by="day"),
        note=_("Valid orders of members, before refunds. Guests are counted separately."),
        note_link=Link(_("How numbers are counted"), reverse("analytics:metric-help") + "#kpi"),
    )


def _with_before(now: Table, before: pd.DataFrame) -> Table:
    """The table with the days of the dashed line, first beside first as they are drawn."""
    days = [(row["period"], row["gross"]) for row in rows(before, get("kpi").columns)]
    days += [("", "")] * (len(now.rows) - len(days))
    currency = merchants.current().currency

    def money(exact: str) -> Cell:
        return Cell(display.money(Decimal(exact), currency, 2) if exact else "", value=exact)

    return replace(
        now,
        columns=[*now.columns, Column(_("Compared with")), Column(_("Member sales of that day"), numeric=True)],
        rows=[
            replace(row, cells=[*row.cells, Cell(day), money(gross)])
            for row, (day, gross) in zip(now.rows, days, strict=False)
        ],
    )


def comparison_in_words(page: PageQuery) -> str:
    """Which days the changes are held against."""
    earlier = headline.shifted(page.query)
    return _("Compared with %(first)s to %(last)s, the same weekdays") % {
        "first": wording.day(earlier.date_from),
        "last": wording.day(earlier.date_to),
    }


def _whole(page: PageQuery) -> PageQuery:
    return page.with_grain("all")


def _change(against: Against, unit: str, good: str) -> Change:
    return Change(against.change, unit, good, against.clear)


def _count(value: Any) -> str:
    return display.NONE if missing(value) else display.number(int(value))


def _spark(values: "pd.Series[float]") -> list[float]:
    """The line of a card; none when days are withheld."""
    return [] if values.isna().any() else [float(value) for value in values]

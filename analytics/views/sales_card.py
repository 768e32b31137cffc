"""Member sales day by day, over the days they are held against."""

import json
from dataclasses import replace
from decimal import Decimal

import pandas as pd
from django.utils.translation import gettext as _

from analytics.charts.daily_line import LineText, daily_money
from analytics.reports.columns import rows
from analytics.reports.headline import Headline
from analytics.reports.page_query import PageQuery
from analytics.reports.report import get
from analytics.views import comparing, links
from analytics.views.tables import frame_table
from members.lib import display
from members.lib.actor import Actor
from members.lib.widgets import Cell, ChartCard, Column, Table
from members.queries import merchants


def sales(actor: Actor, page: PageQuery, found: Headline) -> ChartCard:
    """One line, and a dashed one of the same length below when something is compared with."""
    text = LineText(
        now=_("These days"),
        then=_("Compared with"),
        symbol=display.symbol(merchants.current().currency),
        point=_("%(date)s: %(amount)s"),
        dates=_("%-d %b"),
    )
    day_page = comparing.of_figures(page).with_grain("day")
    table = frame_table("kpi", found.days, day_page, actor)
    before = found.days_before
    return ChartCard(
        slug="sales",
        title=_("Member sales by day"),
        answer=comparing.in_words(page),
        figure=json.loads(daily_money(found.days, text, previous=before).to_json()),
        label=_("Member sales by day")
        if before is None
        else _("Two lines: member sales by day, and of the days they are compared with"),
        height="s",
        table=table if before is None else _with_before(table, before),
        csv_url=links.csv(day_page, "kpi", by="day"),
        note=_("Valid orders of members, before refunds. Guests are counted separately."),
        note_link=links.definition("kpi"),
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

"""What of the last four weeks is worth knowing: sales or members that clearly changed, and a rising share of guests.

Fixed sentences behind a gate: the 95 % interval excludes zero (for single stores it holds for all of them together),
at least thirty people are behind the figure on either side, and the change is of a size that matters.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.facts.door import NoData
from analytics.metrics import periods
from analytics.metrics.comparison import FEW_MEMBERS
from analytics.metrics.intervals import Z95
from analytics.panels import asked as filters
from analytics.reports import drill, headline, wording
from analytics.reports import kpi as kpi_report
from analytics.reports import kpi_change as report
from analytics.reports import report as reports
from analytics.reports.columns import missing
from analytics.reports.headline import Record, by_figure
from analytics.reports.page_query import PageQuery
from members.lib import display
from members.lib.actor import Actor
from members.lib.money import from_units
from members.lib.registry import Insight, Link, Params
from members.lib.roles import Right
from members.queries import merchants

WEEKS = 4
LEAST_CHANGE = 0.03  # of sales or members
LEAST_POINTS = 0.01  # of the share of guests


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks, and the last four weeks of what they filter."""

    actor: Actor
    page: PageQuery

    def links(self) -> list[Link]:
        """The figures beside their values before, and who they are about."""
        there = self.page.link(reverse("analytics:report", args=["kpi"]))
        links = [Link(_("See what changed"), f"{there}#changes")]
        if self.actor.may(Right.SEE_MEMBERS):
            whole = self.page.asking(kpi_report.REPORT.choices).with_grain("all")
            cell = f"{self.page.first}..{self.page.last}"
            links.append(Link(_("See who bought"), drill.link(whole, "kpi", cell, "active")))
        return links


def change_insights(actor: Actor, params: Params) -> Sequence[Insight]:
    """What clearly changed in the last four weeks against the four before them."""
    if not actor.may(Right.SEE_REPORTS):
        return ()
    page = filters.read(actor, params, report.REPORT.choices, "30d")
    if page.last is None:
        return ()
    end = min(periods.day_number(date) for date in (page.last, page.query.as_of) if date)
    page = page.with_query(page.query.between(end - WEEKS * 7 + 1, end))
    asked = _Asked(actor, page)
    try:
        rows = by_figure(reports.frame("kpi-change", actor, page.query))
        overall = _overall(asked, rows)
        return [*overall, *([] if overall else _stores(asked)), *_guests(asked, rows)]
    except NoData:
        return ()


def _overall(asked: _Asked, rows: Mapping[str, Record]) -> list[Insight]:
    """Sales when they clearly changed, else the members who buy."""
    texts = {
        ("gross", "up"): _("Member sales have risen."),
        ("gross", "down"): _("Member sales have fallen."),
        ("active_members", "up"): _("More members buy."),
        ("active_members", "down"): _("Fewer members buy."),
    }
    for figure in ("gross", "active_members"):
        row = rows[figure]
        if _is_news(row, str(row["verdict"])):
            key = f"change:{figure}:{row['verdict']}:{asked.page.place}"
            return [_insight(asked, row, texts[figure, str(row["verdict"])], key)]
    return []


def _is_news(row: Record, verdict: str) -> bool:
    if verdict not in {"up", "down"} or missing(row["change"]):
        return False
    return min(row["n_now"], row["n_before"]) >= FEW_MEMBERS and abs(row["change"]) >= LEAST_CHANGE


def _insight(asked: _Asked, row: Record, claim: str, key: str) -> Insight:
    currency = merchants.current().currency

    def shown(value: Any) -> str:
        if row["figure"] == "gross":
            return display.money(from_units(int(value)), currency)
        return _("%(n)s members") % {"n": display.number(int(value))}

    evidence = _(
        "%(now)s in the last four weeks, %(before)s in the four before: %(change)s (95%% interval %(low)s to %(high)s;"
        " %(n)s members)."
    ) % {
        "now": shown(row["now"]),
        "before": shown(row["before"]),
        "change": wording.signed_percent(float(row["change"])),
        "low": wording.signed_percent(float(row["low"])),
        "high": wording.signed_percent(float(row["high"])),
        "n": display.number(int(row["n_now"])),
    }
    at_stake = abs(float(row["change"])) * float(row["n_before"])  # as many members' worth
    return Insight(claim, evidence, asked.links(), rank=at_stake, key=key, size=at_stake)


def _stores(asked: _Asked) -> list[Insight]:
    """The store whose sales changed most, when that is clear among all the stores that are looked at."""
    frame = reports.frame("kpi-change", asked.actor, replace(asked.page.query, group="store")).frame
    rows: list[Record] = frame.to_dict("records")  # type: ignore[assignment]
    judged = [row for row in rows if row["figure"] == "gross" and not missing(row["change"])]
    z = NormalDist().inv_cdf(1 - 0.025 / max(len(judged), 1))
    news = [row for row in judged if _is_news(row, _verdict_at(row, z))]
    if not news:
        return []
    row = max(news, key=lambda each: abs(each["change"]) * each["n_before"])
    name = {store.code: store.name for store in asked.page.stores}[str(row["store"])]
    texts = {
        "up": _("Member sales of %(store)s have risen."),
        "down": _("Member sales of %(store)s have fallen."),
    }
    verdict = _verdict_at(row, z)
    there = replace(asked, page=asked.page.with_query(replace(asked.page.query, stores=(str(row["store"]),))))
    return [
        _insight(there, row, texts[verdict] % {"store": name}, f"store:{row['store']}:{verdict}:{asked.page.place}")
    ]


def _verdict_at(row: Record, z: float) -> str:
    """The verdict at another level than 95 %, from the interval that stands in the row."""
    low, high = 1 + float(row["low"]), 1 + float(row["high"])
    if low <= 0:
        return str(row["verdict"])
    middle, reach = (math.log(high) + math.log(low)) / 2, (math.log(high) - math.log(low)) / 2 * z / Z95
    return "unclear" if abs(middle) <= reach else "up" if middle > 0 else "down"


def _guests(asked: _Asked, rows: Mapping[str, Record]) -> list[Insight]:
    """That more orders name no member: then every figure about members sees less of the shop."""
    found = headline.guest_share_change(rows)
    if found.change is None or found.low is None or found.low <= 0 or found.change < LEAST_POINTS:
        return []
    (guests, together), (guests_before, before) = (headline.guest_orders(rows, side) for side in ("now", "before"))
    if min(guests, guests_before) < FEW_MEMBERS:
        return []
    evidence = _(
        "In the last four weeks %(now)s of %(n)s orders name no member, in the four before %(before)s"
        " (95%% interval of the difference: %(interval)s). What they bought is in no rate."
    ) % {
        "now": display.percent(float(guests) / float(together)),
        "n": display.number(int(together)),
        "before": display.percent(float(guests_before) / float(before)),
        "interval": wording.interval(found.low, found.high or found.low),
    }
    links = [Link(_("See data quality"), reverse("members:quality"))] if asked.actor.may(Right.SEE_MEMBERS) else []
    size = found.change * float(together)
    key = f"guests:{asked.page.place}"
    return [Insight(_("More orders name no member."), evidence, links, rank=size, key=key, size=size, is_data=True)]

"""The figures of the Today page as cards."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.reports import drill, headline, wording
from analytics.reports import report as reports
from analytics.reports.columns import missing
from analytics.reports.headline import Headline
from analytics.reports.page_query import PageQuery
from analytics.reports.points_liability import ALL
from analytics.views import comparing, links, today_targets
from members.lib import display
from members.lib.actor import Actor
from members.lib.money import from_units
from members.lib.roles import Right
from members.lib.widgets import Change, Kpi
from members.queries import merchants

MOST = 6


def kpis(actor: Actor, page: PageQuery, found: Headline) -> list[Kpi]:
    """At most six cards, each leading to the people or orders behind it; guests give way to answers and points."""
    whole = comparing.of_figures(page).with_grain("all")
    now, goals = found.now, today_targets.standing(actor, page)

    def behind(group: str) -> str:
        return drill.link(whole, "kpi", str(now["period"]), group) if actor.may(Right.SEE_MEMBERS) else ""

    sales = None if missing(now["gross"]) else from_units(int(now["gross"]))
    cards = [
        _repeat(actor, page, found, goals),
        Kpi(
            label=_("Member sales"),
            value=display.money(sales, merchants.current().currency),
            url=behind("orders"),
            change=_change(found, "gross"),
            note=_("%(n)s orders") % {"n": _count(now["orders"])},
            target=(goal := today_targets.sales(actor, page, goals)),
            spark=[] if goal else _spark(found.days["gross"]),
        ),
        Kpi(
            label=_("Active members"),
            value=_count(now["active_members"]),
            url=behind("active"),
            change=_change(found, "active_members"),
            note=_("%(n)s had bought before") % {"n": _count(now["returning_members"])},
            target=(people := today_targets.active_members(actor, page, goals)),
            spark=[] if people else _spark(found.days["active_members"]),
        ),
        Kpi(
            label=_("New members"),
            value=_count(now["new_members"]),
            url=behind("new"),
            change=_change(found, "new_members"),
            note=_("first purchase in these days"),
            spark=_spark(found.days["new_members"]),
        ),
        *_nps(actor, page),
        *_points(actor, page),
        _guests(found, behind("guest_orders")),
    ]
    return cards[:MOST]


def _nps(actor: Actor, page: PageQuery) -> list[Kpi]:
    """Whether customers would recommend us, over the days and stores of the page; none without answers."""
    own = page.asking(reports.get("nps").choices, by="all")
    rows = reports.frame("nps", actor, own.query).frame.to_dict("records")
    if not rows or missing(rows[0]["nps"]):
        return []
    row = rows[0]
    return [
        Kpi(
            label=_("Would recommend us (NPS)"),
            value=display.number(round(float(row["nps"]))),
            small=f"± {display.number(round(float(row['half'])))}",
            url=own.link(reverse("analytics:report", args=["nps"])),
            note=_("%(n)s answers in these days") % {"n": _count(row["n"])},
        )
    ]


def _points(actor: Actor, page: PageQuery) -> list[Kpi]:
    """What the points that are out will cost, of the stores and channels of the page; none while there are none."""
    own = page.asking(reports.get("points-liability").choices)
    result = reports.frame("points-liability", actor, replace(own.query, date_from=None, date_to=None))
    total = next(row for row in result.frame.to_dict("records") if row["expires"] == ALL)
    if missing(total["points"]) or not total["points"]:
        return []
    points, currency = int(total["points"]), merchants.current().currency
    worth = next((total[name] for name in ("value", "gross") if not missing(total[name])), None)
    said = ngettext("%(points)s point", "%(points)s points", points) % {"points": display.number(points)}
    spread = ""
    if not missing(total["value"]):
        low, high = (display.money_short(from_units(int(total[end])), currency) for end in ("value_low", "value_high"))
        spread = _("%(low)s to %(high)s") % {"low": low, "high": high}
    return [
        Kpi(
            label=_("Points that are out"),
            value=said if worth is None else display.money_short(from_units(int(worth)), currency),
            url=reverse("analytics:points"),
            beside=spread,
            note=_("%(people)s hold them") % {"people": links.people(int(total["members"]))}
            if worth is None
            else _("%(points)s, what will be spent of them") % {"points": said}
            if spread
            else _("%(points)s, if all were spent") % {"points": said},
        )
    ]


def _guests(found: Headline, url: str) -> Kpi:
    guests, together = found.now["guest_orders"], headline.all_orders(found.now)
    share = None if missing(together) or not together else float(guests) / float(together)
    return Kpi(
        label=_("Guest share of orders"),
        value=display.percent(share),
        url=url,
        change=_change(found, "guest_share", "points", "down"),
        note=_("%(k)s of %(n)s orders name no member") % {"k": _count(guests), "n": _count(together)},
        spark=_spark(found.days["guest_orders"]),
        quiet=True,
    )


def _repeat(actor: Actor, page: PageQuery, found: Headline, goals: Mapping[str, int]) -> Kpi:
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
        label=_("Repeat rate (90 days)"),
        value=display.percent(rate),
        url=url,
        change=_change(found, "repeat_rate", "points"),
        note=note,
        target=today_targets.repeat_rate(goals, rate),
    )


def _change(found: Headline, figure: str, unit: str = "percent", good: str = "up") -> Change | None:
    """The change of a figure with its interval; none when the page compares with nothing."""
    if not found.changes:
        return None
    against = found.changes[figure]
    why = wording.moves()[against.why]
    return Change(against.change, unit, good, against.clear, against.low, against.high, why)


def _count(value: Any) -> str:
    return display.NONE if missing(value) else display.number(int(value))


def _spark(values: "pd.Series[float]") -> list[float]:
    """The line of a card; none when days are withheld."""
    return [] if values.isna().any() else [float(value) for value in values]

"""How far a figure of Today is from what the merchant wants to reach, as a bar and in words."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.metrics import periods
from analytics.reports import report as reports
from analytics.reports.columns import missing
from analytics.reports.headline import WINDOW
from analytics.reports.page_query import PageQuery
from analytics.reports.query import Query
from members.lib import display
from members.lib.actor import Actor
from members.lib.money import SCALE, from_units
from members.lib.widgets import Target
from members.queries import merchants, targets


def standing(actor: Actor, page: PageQuery) -> Mapping[str, int]:
    """The targets that hold at the end of the dates shown; of a part of the shop there are none."""
    if page.last is None or page.query.stores or page.query.channels or page.query.people:
        return {}
    return targets.standing(actor, page.last)


def repeat_rate(goals: Mapping[str, int], rate: float | None) -> Target | None:
    goal = goals.get("repeat_rate")
    if goal is None or rate is None:
        return None
    wanted = goal / SCALE
    words = {"goal": display.percent(wanted), "gap": display.number((wanted - rate) * 100, 1)}
    text = _("target %(goal)s, %(gap)s to go") if rate < wanted else _("target %(goal)s, reached")
    return Target(value=rate, goal=wanted, text=text % words)


def sales(actor: Actor, page: PageQuery, goals: Mapping[str, int]) -> Target | None:
    """Sales of the month so far against the part of the month's target that belongs to the days gone by."""
    goal, last = goals.get("sales"), page.query.last_day
    if goal is None or last is None:
        return None
    month = periods.period_of(last, "month")
    first, end = periods.first_day(month, "month"), periods.last_day(month, "month")
    gone = last - first + 1
    sold = _figure(actor, page.query.between(first, last), "gross")
    if sold is None:
        return None
    due = int(Fraction(goal * gone, end - first + 1))
    currency = merchants.current().currency
    words = {
        "sold": display.money(from_units(sold), currency),
        "due": display.money(from_units(due), currency),
        "gap": display.money(from_units(abs(due - sold)), currency),
        "n": gone,
    }
    behind = ngettext(
        "this month %(sold)s; the month’s target for %(n)s day is %(due)s, %(gap)s to go",
        "this month %(sold)s; the month’s target for %(n)s days is %(due)s, %(gap)s to go",
        gone,
    )
    ahead = ngettext(
        "this month %(sold)s; the month’s target for %(n)s day is %(due)s, %(gap)s ahead",
        "this month %(sold)s; the month’s target for %(n)s days is %(due)s, %(gap)s ahead",
        gone,
    )
    return Target(value=sold, goal=due, text=(behind if sold < due else ahead) % words)


def active_members(actor: Actor, page: PageQuery, goals: Mapping[str, int]) -> Target | None:
    """Members active in the last 90 days of the dates shown."""
    goal, last = goals.get("active_members"), page.query.last_day
    if goal is None or last is None:
        return None
    active = _figure(actor, page.query.between(last - WINDOW + 1, last), "active_members")
    if active is None:
        return None
    words = {
        "active": display.number(active),
        "goal": display.number(goal),
        "gap": display.number(goal - active),
    }
    behind = _("in 90 days %(active)s; target %(goal)s, %(gap)s to go")
    reached = _("in 90 days %(active)s; target %(goal)s, reached")
    return Target(value=active, goal=goal, text=(behind if active < goal else reached) % words)


def _figure(actor: Actor, query: Query, key: str) -> int | None:
    """One of the key figures over the days of a query; None when it is withheld."""
    asked = replace(query, options=(), group="", grain="all")
    value = reports.frame("kpi", actor, asked).frame[key].iloc[0]
    return None if missing(value) else int(value)

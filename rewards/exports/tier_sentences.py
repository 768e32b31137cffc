"""A member's tier in words, for staff and for the member."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import display
from members.lib.money import from_units
from rewards.queries.tiers import Standing


@dataclass(frozen=True, slots=True)
class Told:
    """The tier, what is missing to the next, and how far the member has come (0 to 100; None: there is no next)."""

    name: str
    sentences: tuple[str, ...]
    percent: int | None


def told(standing: Standing, currency: str) -> Told:
    sentences = [_kept(standing.kept_until) if standing.kept_until else "", _next(standing, currency)]
    return Told(standing.tier.name, tuple(filter(None, sentences)), _percent(standing))


def _kept(day: dt.date) -> str:
    return _("Good until %(day)s.") % {"day": date_format(day)}


def _next(standing: Standing, currency: str) -> str:
    if standing.next is None:
        return ""
    spend, orders, points = standing.gap_spend, standing.gap_orders, standing.gap_points
    missing = [
        display.money(spend, currency, 2) if spend else "",
        ngettext("%(n)s purchase", "%(n)s purchases", orders) % {"n": display.number(orders)} if orders else "",
        ngettext("%(n)s point", "%(n)s points", points) % {"n": display.number(points)} if points else "",
    ]
    listed = (_(" or ") if standing.any_condition else _(" and ")).join(filter(None, missing))
    if not listed:
        return ""
    return _("%(missing)s more until %(tier)s.") % {"missing": listed, "tier": standing.next.name}


def _percent(standing: Standing) -> int | None:
    """Of what is asked for: the condition that is nearest where one is enough, the farthest where all are asked for."""
    have = standing.measures
    pairs: list[tuple[Decimal | int, Decimal | int | None]] = [
        (from_units(have.spend), standing.gap_spend), (have.orders, standing.gap_orders),
        (have.points, standing.gap_points),
    ]  # fmt: skip
    shares = [
        Decimal(max(done, 0)) / (max(done, 0) + gap) if gap else Decimal(1) for done, gap in pairs if gap is not None
    ]
    if standing.next is None or not shares:
        return None
    return int((max(shares) if standing.any_condition else min(shares)) * 100)

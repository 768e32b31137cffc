"""Rules of points in plain sentences, for who decides about them and for who asks why."""

from collections.abc import Iterable, Iterator

from django.utils import dates, formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import display
from members.queries import merchants
from rewards.models import Multiplier, PointsRules

Expiry = PointsRules.Expiry


def topics(version: PointsRules) -> Iterator[tuple[str, str]]:
    """Topic and sentence, the most asked for first."""
    yield _("Earning"), _earning(version)
    if said := _left_out(version):
        yield _("What counts"), said
    if said := _caps(version):
        yield _("At most"), said
    for one in version.multipliers.all():
        yield one.name, multiplier(one)
    for event in version.events.all():
        yield str(event.get_event_display()), _event(event.points, event.times, str(event.get_per_display()))
    yield _("Available"), _available(version)
    yield _("Expiry"), expiry(version)
    yield (
        _("Refunds"),
        _("Take the points back in proportion. When they are spent: %(what)s.")
        % {"what": version.get_refund_display()},
    )
    yield _("Paying with points"), _cash(version)


def _earning(version: PointsRules) -> str:
    per = _money(version.per)
    said = ngettext(
        "%(n)s point for each %(per)s of an order, rounded: %(rounding)s.",
        "%(n)s points for each %(per)s of an order, rounded: %(rounding)s.",
        version.points,
    ) % {"n": version.points, "per": per, "rounding": version.get_rounding_display()}
    if version.minimum:
        said += " " + _("Orders below %(amount)s earn nothing.") % {"amount": _money(version.minimum)}
    return said + " " + _("Gift cards and what points or coupons paid earn nothing.")


def _left_out(version: PointsRules) -> str:
    lists = [
        (_("stores"), version.stores.all(), version.all_but_stores),
        (_("channels"), version.channels.all(), version.all_but_channels),
        (_("products"), version.products.all(), version.all_but_products),
        (_("categories"), version.categories.all(), version.all_but_categories),
    ]
    return " ".join(_chosen(what, rows, is_all_but) for what, rows, is_all_but in lists if rows)


def _chosen(what: str, rows: Iterable[object], is_all_but: bool) -> str:
    said = {"what": what, "names": _listed(map(str, rows))}
    return (_("All %(what)s but: %(names)s.") if is_all_but else _("Only these %(what)s: %(names)s.")) % said


def _caps(version: PointsRules) -> str:
    said = []
    if version.per_order is not None:
        said.append(_("%(n)s points for an order.") % {"n": display.number(version.per_order)})
    if version.per_day is not None:
        said.append(_("%(n)s points for a member on a day, over all stores.") % {"n": display.number(version.per_day)})
    return " ".join(said)


def multiplier(one: Multiplier) -> str:
    """“1.5 times the points, for Gold, on Friday”; of several that hold the best counts."""
    times = f"{one.percent / 100:g}"
    said = [_("%(times)s times the points") % {"times": times}]
    if names := [tier.name for tier in one.tiers.all()]:
        said.append(_("for %(tiers)s") % {"tiers": _listed(names)})
    if one.weekdays:
        said.append(_("on %(days)s") % {"days": _listed(str(dates.WEEKDAYS[day]) for day in one.weekdays)})
    if one.month_days:
        said.append(_("on day %(days)s of a month") % {"days": _listed(map(str, one.month_days))})
    if one.first_day:
        said.append(_("from %(day)s") % {"day": formats.date_format(one.first_day)})
    if one.last_day:
        said.append(_("until %(day)s") % {"day": formats.date_format(one.last_day)})
    return _(", ").join(said) + _(".")


def _event(points: int, times: int, per: str) -> str:
    return _("%(n)s points, at most %(times)s times. Counted: %(per)s.") % {"n": points, "times": times, "per": per}


def _available(version: PointsRules) -> str:
    if not version.pending_days:
        return _("At once.")
    days = version.pending_days
    return ngettext("After %(n)s day.", "After %(n)s days.", days) % {"n": days}


def expiry(version: PointsRules) -> str:
    """Until when points last."""
    length = version.expiry_length
    said = {
        Expiry.NEVER: _("Points never expire."),
        Expiry.DAYS: ngettext("%(n)s day after the purchase.", "%(n)s days after the purchase.", length),
        Expiry.MONTHS: ngettext("%(n)s month after the purchase.", "%(n)s months after the purchase.", length),
        Expiry.MONTH_END: ngettext(
            "At the end of the month, %(n)s month after the purchase.",
            "At the end of the month, %(n)s months after the purchase.", length,
        ),
        Expiry.YEAR_END: ngettext(
            "At the end of the year, %(n)s year after the purchase.",
            "At the end of the year, %(n)s years after the purchase.", length,
        ),
        Expiry.ACTIVITY: ngettext(
            "%(n)s month after the last purchase; each purchase keeps all points alive.",
            "%(n)s months after the last purchase; each purchase keeps all points alive.", length,
        ),
    }[Expiry(version.expiry)]  # fmt: skip
    return said % {"n": length} if version.expiry != Expiry.NEVER else said


def _cash(version: PointsRules) -> str:
    if not version.cash_points or not version.cash_amount:
        return _("Points pay nothing at the till.")
    said = {
        "points": display.number(version.cash_points), "amount": _money(version.cash_amount),
        "least": display.number(version.cash_minimum), "percent": version.cash_percent,
    }  # fmt: skip
    return _("%(points)s points pay %(amount)s; at least %(least)s, at most %(percent)s%% of an order.") % said


def _money(amount: object) -> str:
    return display.money(amount, merchants.current().currency, 2)  # type: ignore[arg-type]


def _listed(names: Iterable[str]) -> str:
    return _(", ").join(names)

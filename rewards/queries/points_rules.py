"""Which rules of points hold on a day, and what they say as plain values."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from members.lib.money import to_units
from members.models import Category
from rewards.models import PointsRules
from rewards.rules import earning
from rewards.rules.earning import Choice, Multiplier, Rounding, Rules

PARTS = ("stores", "channels", "products", "categories", "multipliers__tiers", "events")


def published() -> QuerySet[PointsRules]:
    """The versions in force or to come, newest first."""
    return PointsRules.objects.filter(published_at__isnull=False).prefetch_related(*PARTS)


def drafts() -> QuerySet[PointsRules]:
    """The versions that are still worked on, newest first."""
    return PointsRules.objects.filter(published_at__isnull=True).prefetch_related(*PARTS).order_by("-pk")


def on(day: dt.date) -> PointsRules | None:
    """The version in force on a business date; None: there was no programme yet."""
    return published().filter(first_day__lte=day).first()


def before(day: dt.date, other: PointsRules | None) -> PointsRules | None:
    """The version in force on a day but for one: what that one replaces."""
    found = published().filter(first_day__lte=day)
    return (found.exclude(pk=other.pk) if other and other.pk else found).first()


def version(rules_id: int) -> PointsRules | None:
    """A version or a draft by its id."""
    return PointsRules.objects.filter(pk=rules_id).prefetch_related(*PARTS).first()


class Versions:
    """All published versions, read once for many orders."""

    def __init__(self, versions: Iterable[PointsRules] | None = None) -> None:
        found = published().order_by("first_day") if versions is None else versions
        self._known = [(version, values(version)) for version in found]

    def on(self, day: dt.date) -> tuple[PointsRules, Rules] | None:
        """The version of a business date with its plain values; None before the first."""
        holding = [known for known in self._known if known[0].first_day and known[0].first_day <= day]
        return holding[-1] if holding else None

    @property
    def first_day(self) -> dt.date | None:
        """The day on which the programme began; None without any rules."""
        return self._known[0][0].first_day if self._known else None


def values(rules: PointsRules) -> Rules:
    """A version as what the arithmetic works with."""
    return Rules(
        points=rules.points, per=to_units(rules.per), minimum=to_units(rules.minimum),
        rounding=Rounding(rules.rounding), per_order=rules.per_order, per_day=rules.per_day,
        products=_choice(rules.products.all(), rules.all_but_products),
        categories=Choice(_with_children(rules), rules.all_but_categories),
        stores=_choice(rules.stores.all(), rules.all_but_stores),
        channels=_choice(rules.channels.all(), rules.all_but_channels),
        multipliers=_multipliers(rules),
    )  # fmt: skip


def _choice(rows: Iterable[object], is_all_but: bool) -> Choice:
    return Choice(frozenset(row.pk for row in rows), is_all_but)  # type: ignore[attr-defined]


def _with_children(rules: PointsRules) -> frozenset[int]:
    """Categories are at most nested in one other, and whoever names the outer one means both."""
    named = frozenset(category.pk for category in rules.categories.all())
    return named | frozenset(Category.objects.filter(parent__in=named).values_list("pk", flat=True)) if named else named


def _multipliers(rules: PointsRules) -> Sequence[Multiplier]:
    return tuple(
        earning.Multiplier(
            one.name, one.percent, one.first_day, one.last_day, frozenset(one.weekdays), frozenset(one.month_days),
            frozenset(tier.code for tier in one.tiers.all()),
        )
        for one in sorted(rules.multipliers.all(), key=lambda one: one.pk)
    )  # fmt: skip

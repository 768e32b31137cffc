import datetime as dt
from fractions import Fraction

from members.lib.money import to_units
from rewards.models import PointsRules


def of_a_point(day: dt.date) -> Fraction | None:
    """What a point pays at the till by the rules in force on a day, in ten-thousandths; None: points pay nothing."""
    rules = PointsRules.objects.filter(published_at__isnull=False, first_day__lte=day).order_by("-first_day").first()
    if rules is None or not rules.cash_points:
        return None
    return Fraction(to_units(rules.cash_amount), rules.cash_points) or None

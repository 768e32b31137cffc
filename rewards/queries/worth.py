import datetime as dt
from fractions import Fraction

from members.lib.money import to_units
from rewards.queries import points_rules


def of_a_point(day: dt.date) -> Fraction | None:
    """What a point pays at the till by the rules in force on a day, in ten-thousandths; None: points pay nothing."""
    rules = points_rules.on(day)
    if rules is None or not rules.cash_points:
        return None
    return Fraction(to_units(rules.cash_amount), rules.cash_points) or None


def per_sale(day: dt.date) -> Fraction | None:
    """What the points pay that a sale earns by the plain rate of a day, as a share of its price; None as above."""
    rules, value = points_rules.on(day), of_a_point(day)
    if rules is None or value is None:
        return None
    return rules.points * value / to_units(rules.per)

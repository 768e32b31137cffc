"""The people and orders behind a number, by the same conditions as the number itself."""

from dataclasses import dataclass
from typing import Literal

import ibis.expr.types as ir

from analytics.metrics.kpi import KpiGrain
from analytics.metrics.periods import Grain

Clock = Literal["calendar", "elapsed"]
Measure = Literal["classic", "rolling", "cumulative"]
Returns = Literal["any", "same_store"]


@dataclass(frozen=True, slots=True)
class Returning:
    """What counts as coming back.

    clock "calendar" counts periods after that of the first purchase, "elapsed" spans of 30 days (weeks: 7) after each
    member's own first purchase. measure "classic" asks for a purchase at that very age, "rolling" at that age or
    later, "cumulative" for a second purchase day up to that age. returns "same_store" asks for the store of the first
    purchase.
    """

    clock: Clock = "calendar"
    measure: Measure = "classic"
    returns: Returns = "any"


PLAIN = Returning()

SPAN: dict[str, int] = {"week": 7, "month": 30}
"""Days that stand for a period when time is counted from each member's own first purchase."""

AWAY_MONTHS = 3
"""Calendar months without a purchase that make a member count as churned."""


def cohort(firsts: ir.Table, grain: Grain, period: int) -> ir.Table:
    """The members whose first purchase falls in the period: member_id, cohort, first_day, home_store_id."""
    return newcomers(firsts.filter(firsts[f"first_{grain}"] == period), grain)


def began_in(firsts: ir.Table, first_from: int | None, first_to: int | None) -> ir.Table:
    """The members whose first purchase lies within the days (inclusive; None: no limit)."""
    wanted = [firsts.first_day.notnull()]
    if first_from is not None:
        wanted.append(firsts.first_day >= first_from)
    if first_to is not None:
        wanted.append(firsts.first_day <= first_to)
    return firsts.filter(wanted)


def newcomers(firsts: ir.Table, grain: Grain) -> ir.Table:
    """member_id, cohort (period of the first purchase), first_day and home_store_id of rows of firsts."""
    return firsts.select("member_id", "first_day", cohort=f"first_{grain}", home_store_id="store_id")


def purchases(members: ir.Table, visits: ir.Table, grain: Grain, how: Returning) -> ir.Table:
    """Every kept purchase of `members` (as `newcomers` gives them): member_id, cohort, age, again.

    `age` counts the calendar periods since that of the first purchase, or the spans of 30 days (weeks: 7) since its
    own day, of which the first ends on the 30th day after it. `again`: on a later day than the first.
    """
    kept = visits.filter(visits.kept == 1).select(
        visitor_id="member_id", visited_store_id="store_id", visited_day="day", visited=grain
    )
    conditions = [members.member_id == kept.visitor_id]
    if how.returns == "same_store":
        conditions.append(members.home_store_id == kept.visited_store_id)
    met = members.join(kept, conditions)
    span = SPAN[grain]
    spans = (met.visited_day - met.first_day + (span - 1)) // span
    age = met.visited - met.cohort if how.clock == "calendar" else spans
    return met.select("member_id", "cohort", age=age.cast("int64"), again=met.visited_day > met.first_day)


def came_back(members: ir.Table, bought: ir.Table, measure: Measure, age: int) -> ir.Table:
    """Those of `members` who, by their `purchases`, came back at this age (or later, or by then)."""
    wanted = {
        "classic": bought.age == age,
        "rolling": bought.age >= age,
        "cumulative": bought.again & (bought.age <= age),
    }[measure]
    return members.semi_join(bought.filter(wanted), "member_id")


def came_back_later(members: ir.Table, visits: ir.Table, months: int) -> ir.Table:
    """Those of `members` (rows of firsts) with a kept purchase so many calendar months after their first."""
    kept = visits.filter(visits.kept == 1).select(visitor_id="member_id", visited="month")
    return members.semi_join(kept, [members.member_id == kept.visitor_id, members.first_month + months == kept.visited])


def observed(firsts: ir.Table, window: int, last_day: int, first_from: int | None, first_to: int | None) -> ir.Table:
    """Members whose first purchase lies at least `window` days before last_day, within the asked days."""
    members = began_in(firsts, first_from, first_to)
    return members.filter(members.first_day <= last_day - window)


def bought_again(members: ir.Table, window: int) -> ir.Table:
    """Those of `members` (rows of firsts) with a second purchase day within the window."""
    return members.filter(members.second_day - members.first_day <= window)


def stayed_away(active: ir.Table, member_month: ir.Table) -> ir.Table:
    """Those rows of `active` (of member_month) whose member has none in the three months after."""
    later = member_month.select(later_id="member_id", later_month="month")
    return active.anti_join(
        later,
        [
            active.member_id == later.later_id,
            active.month < later.later_month,
            later.later_month <= active.month + AWAY_MONTHS,
        ],
    )


def sold_in(sales: ir.Table, grain: KpiGrain, period: int, first_day: int, last_day: int) -> ir.Table:
    """Valid orders of the period, within the asked days."""
    inside = sales.filter(sales.day.between(first_day, last_day))
    return inside if grain == "all" else inside.filter(inside[grain] == period)


def sold_at(sales: ir.Table, weekday: int, hour: int, first_day: int, last_day: int) -> ir.Table:
    """Valid orders of the weekday (0 is Monday) and hour, within the asked days."""
    inside = sales.filter(sales.day.between(first_day, last_day))
    return inside.filter((inside.day + 3) % 7 == weekday, inside.hour == hour)


def born_in(births: ir.Table, grain: KpiGrain, period: int, first_day: int, last_day: int) -> ir.Table:
    """member_id of those whose first valid order anywhere lies in the period, within the asked days."""
    inside = births.filter(births.first_order_day.between(first_day, last_day))
    if grain != "all":
        inside = inside.filter(inside[f"first_order_{grain}"] == period)
    return inside.select("member_id")


def ids(table: ir.Table, column: str = "member_id") -> list[int]:
    """The distinct ids of a column, without guests."""
    found = table.filter(table[column].notnull()).select(column).distinct()
    return found.to_pyarrow()[column].to_pylist()

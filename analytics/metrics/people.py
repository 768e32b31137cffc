"""The people and orders behind a number, by the same conditions as the number itself."""

import ibis.expr.types as ir

from analytics.metrics.kpi import KpiGrain
from analytics.metrics.periods import Grain

AWAY_MONTHS = 3
"""Calendar months without a purchase that make a member count as churned."""


def cohort(firsts: ir.Table, grain: Grain, period: int) -> ir.Table:
    """member_id of those whose first purchase falls in the period."""
    return firsts.filter(firsts[f"first_{grain}"] == period).select("member_id", home_store_id="store_id")


def came_back(members: ir.Table, visits: ir.Table, grain: Grain, period: int, *, same_store: bool = False) -> ir.Table:
    """Those of `members` with a kept purchase in the period, as `members`."""
    kept = visits.filter(visits.kept == 1, visits[grain] == period).select(
        visitor_id="member_id", visited_store_id="store_id"
    )
    conditions = [members.member_id == kept.visitor_id]
    if same_store:
        conditions.append(members.home_store_id == kept.visited_store_id)
    return members.semi_join(kept, conditions)


def came_back_later(members: ir.Table, visits: ir.Table, months: int) -> ir.Table:
    """Those of `members` (rows of firsts) with a kept purchase so many calendar months after their first."""
    kept = visits.filter(visits.kept == 1).select(visitor_id="member_id", visited="month")
    return members.semi_join(kept, [members.member_id == kept.visitor_id, members.first_month + months == kept.visited])


def observed(firsts: ir.Table, window: int, last_day: int, first_from: int | None, first_to: int | None) -> ir.Table:
    """Members whose first purchase lies at least `window` days before last_day, within the asked days."""
    members = firsts.filter(firsts.first_day.notnull(), firsts.first_day <= last_day - window)
    if first_from is not None:
        members = members.filter(members.first_day >= first_from)
    return members if first_to is None else members.filter(members.first_day <= first_to)


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

"""Retention: of the members whose first purchase fell in a period, how many bought again k periods later."""

from typing import Literal

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics import periods
from analytics.metrics.intervals import rate, wilson

CohortGrain = Literal["week", "month"]
Returns = Literal["any", "same_store"]


def retention(
    firsts: ir.Table,
    sales: ir.Table,
    *,
    grain: CohortGrain,
    last_day: int,
    member_month: ir.Table | None = None,
    first_cohort: int | None = None,
    last_cohort: int | None = None,
    returns: Returns = "any",
) -> pd.DataFrame:
    """Classic retention on the calendar clock, in the behaviour view (orders wholly refunded are no
    purchase).

    `firsts` decides whose cohorts are counted: pass it filtered by store or channel of the first purchase.
    Those members are followed anywhere, or with returns="same_store" only in the store of their first
    purchase; so pass `sales` (and `member_month`) unfiltered. The tables must be as of last_day (a day
    number). With grain "month" and returns "any" a `member_month` table, when given, answers instead of
    `sales`. first_cohort and last_cohort are period numbers, inclusive.

    Returns one row per cohort with members and age 0, 1, ... up to the period of last_day, ordered by both:
      cohort (label), age, cohort_size, active, retention, low, high, mature.
    Counts are int64; retention, low, high (95 % Wilson) are fractions; age 0 is 1 by definition; `mature` is
    False while the period cohort + age is not over: then `active` can only grow, and the cell must enter no
    average.
    """
    end = periods.period_of(last_day, grain)
    members = _members(firsts, grain, first_cohort, min(end, last_cohort) if last_cohort is not None else end)
    sizes = members.group_by("cohort").aggregate(cohort_size=members.count()).to_pandas()
    seen = _active(members, visits(sales, member_month, grain=grain, returns=returns), returns).to_pandas()
    frame = _triangle(sizes.sort_values("cohort"), end).merge(seen, how="left", on=["cohort", "age"])
    frame["active"] = frame.active.fillna(0).astype(np.int64)
    frame["retention"] = rate(frame.active, frame.cohort_size)
    frame["low"], frame["high"] = wilson(frame.active, frame.cohort_size)
    frame["mature"] = (frame.cohort + frame.age) <= periods.last_complete(last_day, grain)
    frame["cohort"] = [periods.label(cohort, grain) for cohort in frame.cohort]
    return frame.astype({"cohort": "str"})


def visits(sales: ir.Table, member_month: ir.Table | None, *, grain: CohortGrain, returns: Returns = "any") -> ir.Table:
    """Distinct member_id, period (number) with a kept purchase, and store_id when the store matters."""
    if member_month is not None and grain == "month" and returns == "any":
        return member_month.select("member_id", period="month")
    kept = sales.filter(sales.member_id.notnull(), sales.kept == 1)
    columns = ["member_id"] if returns == "any" else ["member_id", "store_id"]
    return kept.select(*columns, period=grain).distinct()


def _members(firsts: ir.Table, grain: CohortGrain, first: int | None, last: int) -> ir.Table:
    """followed_id, cohort, home_store_id of the members whose first purchase lies in the asked cohorts."""
    cohort = firsts[f"first_{grain}"]
    wanted = [cohort.notnull(), cohort <= last] + ([cohort >= first] if first is not None else [])
    return firsts.filter(wanted).select(followed_id="member_id", cohort=f"first_{grain}", home_store_id="store_id")


def _active(members: ir.Table, seen: ir.Table, returns: Returns) -> ir.Table:
    """cohort, age, active."""
    same = [members.followed_id == seen.member_id]
    if returns == "same_store":
        same.append(members.home_store_id == seen.store_id)
    met = members.join(seen, same)
    age = (met.period - met.cohort).cast("int64")
    return met.group_by(met.cohort, age=age).aggregate(active=met.count())


def _triangle(sizes: pd.DataFrame, end: int) -> pd.DataFrame:
    """cohort, age, cohort_size: every age that has begun by the period `end`."""
    cohorts = sizes.cohort.to_numpy(np.int64)
    ages = [np.arange(end - cohort + 1) for cohort in cohorts]
    repeats = [len(run) for run in ages]
    return pd.DataFrame(
        {
            "cohort": np.repeat(cohorts, repeats),
            "age": np.concatenate(ages) if ages else np.empty(0, np.int64),
            "cohort_size": np.repeat(sizes.cohort_size.to_numpy(np.int64), repeats),
        }
    )

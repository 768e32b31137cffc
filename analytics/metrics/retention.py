"""Retention: of the members whose first purchase fell in a period, how many bought again k periods later."""

from typing import Literal

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics import people, periods
from analytics.metrics.intervals import rate, wilson
from analytics.metrics.people import PLAIN, Returning, Returns

CohortGrain = Literal["week", "month"]


def retention(
    firsts: ir.Table,
    sales: ir.Table,
    *,
    grain: CohortGrain,
    last_day: int,
    member_month: ir.Table | None = None,
    first_cohort: int | None = None,
    last_cohort: int | None = None,
    how: Returning = PLAIN,
) -> pd.DataFrame:
    """Retention in the behaviour view (orders wholly refunded are no purchase).

    `firsts` decides whose cohorts are counted: pass it filtered by store or channel of the first purchase.
    Those members are followed anywhere, or with how.returns "same_store" only in the store of their first
    purchase; so pass `sales` (and `member_month`) unfiltered. The tables must be as of last_day (a day
    number). For the plain question (grain "month", otherwise the defaults) a `member_month` table, when given,
    answers instead of `sales`. first_cohort and last_cohort are period numbers, inclusive.

    Returns one row per cohort with members and age 0, 1, ... up to the period of last_day, ordered by both:
      cohort (label), age, cohort_size, active, retention, low, high, mature.
    Counts are int64; retention, low, high (95 % Wilson) are fractions; age 0 is 1 by definition (not with
    "cumulative"); `mature` is False while the cohort or the time up to that age is not over for all its members: then
    `active` can only grow, and the cell must enter no average.
    """
    end = periods.period_of(last_day, grain)
    members = _members(firsts, grain, first_cohort, min(end, last_cohort) if last_cohort is not None else end)
    sizes = members.group_by("cohort").aggregate(
        cohort_size=members.count(), earliest=members.first_day.min(), latest=members.first_day.max()
    )
    ages = _triangle(sizes.to_pandas().sort_values("cohort"), grain, how.clock, last_day)
    if (how.clock, how.measure) == ("calendar", "classic"):
        seen = _active(members, visits(sales, member_month, grain=grain, returns=how.returns), how.returns).to_pandas()
    else:
        bought = people.purchases(members.rename(member_id="followed_id"), sales, grain, how)
        seen = _came_back(bought, how.measure, ages)
    frame = ages.merge(seen, how="left", on=["cohort", "age"])
    frame["active"] = frame.active.fillna(0).astype(np.int64)
    frame["retention"] = rate(frame.active, frame.cohort_size)
    frame["low"], frame["high"] = wilson(frame.active, frame.cohort_size)
    complete = periods.last_complete(last_day, grain)
    if how.clock == "calendar":
        frame["mature"] = frame.cohort + frame.age <= complete
    else:
        frame["mature"] = (frame.cohort <= complete) & (frame.latest + frame.age * people.SPAN[grain] <= last_day)
    frame = frame.drop(columns=["earliest", "latest"])
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
    """followed_id, cohort, first_day, home_store_id of the members whose first purchase lies in the asked cohorts."""
    cohort = firsts[f"first_{grain}"]
    wanted = [cohort.notnull(), cohort <= last] + ([cohort >= first] if first is not None else [])
    return people.newcomers(firsts.filter(wanted), grain).rename(followed_id="member_id")


def _active(members: ir.Table, seen: ir.Table, returns: Returns) -> ir.Table:
    """cohort, age, active."""
    same = [members.followed_id == seen.member_id]
    if returns == "same_store":
        same.append(members.home_store_id == seen.store_id)
    met = members.join(seen, same)
    age = (met.period - met.cohort).cast("int64")
    return met.group_by(met.cohort, age=age).aggregate(active=met.count())


def _came_back(bought: ir.Table, measure: people.Measure, ages: pd.DataFrame) -> pd.DataFrame:
    """cohort, age, active of the `people.purchases`, for the ages listed."""
    if measure == "classic":
        met = bought.select("member_id", "cohort", "age").distinct()
        return met.group_by("cohort", "age").aggregate(active=met.count()).to_pandas()
    later = measure == "rolling"
    wanted = bought if later else bought.filter(bought.again)
    one = wanted.group_by("member_id", "cohort").aggregate(age=wanted.age.max() if later else wanted.age.min())
    found = one.group_by("cohort", "age").aggregate(active=one.count()).to_pandas()
    every = ages[["cohort", "age"]].merge(found, how="left", on=["cohort", "age"])
    every["active"] = every["active"].fillna(0).astype(np.int64)
    running = every[::-1] if later else every  # from the last age back, or from the first on
    return every.assign(active=running.groupby("cohort")["active"].cumsum())


def _triangle(sizes: pd.DataFrame, grain: CohortGrain, clock: people.Clock, last_day: int) -> pd.DataFrame:
    """The rows of `sizes` (a row per cohort) with every age that has begun for one of its members by last_day."""
    cohorts = sizes.cohort.to_numpy(np.int64)
    if clock == "calendar":
        lengths = periods.period_of(last_day, grain) - cohorts + 1
    else:
        span = people.SPAN[grain]
        lengths = (last_day - sizes.earliest.to_numpy(np.int64) + span - 1) // span + 1
    frame = sizes.astype(np.int64).loc[sizes.index.repeat(lengths)].reset_index(drop=True)
    frame.insert(1, "age", frame.groupby("cohort").cumcount().astype(np.int64))
    return frame

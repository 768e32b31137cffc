"""Whether members come back after a complaint as they do after other purchases, and by how soon it was answered."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics.intervals import newcombe, rate, wilson

WITHOUT, WITH = -2, -1
"""Purchases without, and all with a complaint."""
BANDS = (60, 240, 480)  # business minutes to the first answer
SLOWER, UNANSWERED, UNKNOWN = 3, 4, 5
"""Of the purchases with one: the bands 0, 1, 2 by minutes of BANDS; slower; not answered yet; times that cannot be."""
ABOUT_DAYS = 30
"""Days after a purchase within which a complaint is taken to be about it."""


def purchases(
    sales: ir.Table, complaints: ir.Table, *, window: int, last_day: int, until: int, first_from: int | None = None,
    first_to: int | None = None,
) -> ir.Table:  # fmt: skip
    """Days on which a member bought and after which `window` days have been seen: member_id, day, band, again (1: the
    member bought again within the window).

    A complaint is about the order that it names, else about the last purchase before it; of several the first counts.
    `first_from`, `first_to`: the days of the purchases asked for (None: no limit).
    """
    days = _days(sales, window)
    told = _first_complaint(days, complaints, until)
    joined = days.left_join(told, [days.member_id == told.of_member, days.day == told.of_day])
    wanted = [joined.day <= last_day - window]
    wanted += [] if first_from is None else [joined.day >= first_from]
    wanted += [] if first_to is None else [joined.day <= first_to]
    found = joined.filter(wanted)
    return found.select("member_id", "day", "again", band=found.band.fill_null(WITHOUT))


def _days(sales: ir.Table, window: int) -> ir.Table:
    """member_id, day, next_day, again: an order that was given back in full may be complained of, but is no return."""
    known = sales.filter(sales.member_id.notnull())
    days = known.group_by("member_id", "day").aggregate(is_kept=known.kept.max())
    days = days.mutate(kept_day=ibis.ifelse(days.is_kept == 1, days.day, None))
    later = {"group_by": days.member_id, "order_by": days.day}
    days = days.mutate(next_day=days.day.lead().over(**later), back=days.kept_day.min().over(rows=(1, None), **later))
    again = (days.back - days.day <= window).fill_null(False)
    return days.select("member_id", "day", "next_day", again=ibis.ifelse(again, 1, 0))


def _first_complaint(days: ir.Table, complaints: ir.Table, until: int) -> ir.Table:
    """of_member, of_day, band: the first complaint about a purchase."""
    told = complaints.filter(complaints.member_id.notnull(), complaints.opened_at <= until).select(
        "case_id", "opened_at", "order_day", of_member="member_id", told_day="day", band=_band(complaints, until)
    )
    met = told.join(days.drop("again"), told.of_member == days.member_id)
    last_before = met.next_day.isnull() | (met.next_day > met.told_day)
    about = ibis.ifelse(met.order_day.isnull(), last_before, met.order_day == met.day)
    met = met.filter(about, (met.told_day - met.day).between(0, ABOUT_DAYS))
    order = [met.opened_at, met.case_id]
    met = met.mutate(place=ibis.row_number().over(group_by=[met.of_member, met.day], order_by=order))
    return met.filter(met.place == 0).select("of_member", "band", of_day="day")


def _band(complaints: ir.Table, until: int) -> ir.Value:
    answered = (complaints.first_response_at <= until).fill_null(False)
    minutes = complaints.first_minutes
    return ibis.cases(
        ((complaints.is_flagged == 1) | (answered & minutes.isnull()), UNKNOWN),
        (~answered, UNANSWERED),
        *((minutes <= most, number) for number, most in enumerate(BANDS)),
        else_=SLOWER,
    ).cast("int64")


def of_band(bought: ir.Table, band: int) -> ir.Table:
    """Those of `purchases` that a row of `complaint_repurchase` counts."""
    return bought.filter(bought.band >= 0 if band == WITH else bought.band == band)


def complaint_repurchase(bought: ir.Table) -> pd.DataFrame:
    """`bought` as `purchases` gives them.

    Returns a row for WITHOUT, for WITH and for every band that occurs: band, n (purchases), members, again, back
    (members who came back; int64), rate, low, high (again of n), gap, gap_low, gap_high (against WITHOUT).
    """
    told = bought.mutate(band=ibis.ifelse(bought.band >= 0, WITH, bought.band).cast("int64"))
    both = [_counted(told), _counted(bought.filter(bought.band >= 0))]
    frame = pd.concat(both, ignore_index=True).set_index("band")
    frame = frame.reindex(sorted({WITHOUT, WITH} | set(frame.index)), fill_value=0).reset_index(names="band")
    frame["rate"] = rate(frame["again"], frame["n"])
    frame["low"], frame["high"] = wilson(frame["again"], frame["n"])
    k, n = frame["again"][0], frame["n"][0]
    frame["gap"] = frame["rate"] - frame["rate"][0]
    frame["gap_low"], frame["gap_high"] = newcombe(frame["again"], frame["n"], k, n)
    frame.loc[0, ["gap", "gap_low", "gap_high"]] = float("nan")
    return frame


def _counted(bought: ir.Table) -> pd.DataFrame:
    came = bought.again == 1
    found = bought.group_by("band").aggregate(
        n=bought.count(), members=bought.member_id.nunique(), again=bought.count(where=came),
        back=bought.member_id.nunique(where=came),
    )  # fmt: skip
    return found.to_pandas().astype(np.int64)

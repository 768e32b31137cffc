"""RFM: how recently, how often and for how much members bought, each scored from 1 to 5, and the eight classes.

A cut point is an exact fraction, and whole numbers are compared with whole numbers only: a value lies above a cut
exactly when it exceeds the whole part of it. So every engine gives everybody the same score.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics.intervals import rate
from analytics.metrics.totals import exact

Cuts = Literal["fixed", "quantile"]
By = Literal["score", "grid", "segment8"]
Name = Literal["recency", "frequency", "monetary"]

NAMES: tuple[Name, ...] = ("recency", "frequency", "monetary")
FIXED_FREQUENCY = tuple(map(Fraction, (1, 2, 4, 9)))
"""1, 2, 3-4, 5-9, 10 and more: frequencies have so few values that quantiles would fall together."""

SEGMENTS: Mapping[tuple[bool, bool, bool], str] = {
    (True, True, True): "重要价值客户",
    (True, True, False): "重要发展客户",
    (True, False, True): "重要保持客户",
    (True, False, False): "重要挽留客户",
    (False, True, True): "一般价值客户",
    (False, True, False): "一般发展客户",
    (False, False, True): "一般保持客户",
    (False, False, False): "一般挽留客户",
}
"""The eight classes by (monetary above the mean, recency below it, frequency above it), under their usual names."""

KEYS: dict[By, list[str]] = {"score": ["r", "f", "m"], "grid": ["r", "f"], "segment8": ["segment8"]}


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What members are scored by: how many they are, and per measure four ascending cut points and the mean."""

    members: int
    cuts: Mapping[Name, tuple[Fraction, ...]]
    means: Mapping[Name, Fraction]


def measures(summary: ir.Table, visits: ir.Table, *, last_day: int, lookback: int | None) -> ir.Table:
    """member_id, recency (days before last_day), frequency (kept orders), monetary (their gross).

    Of the members with a kept order in the `lookback` days that end with last_day (a day number); None: ever, read
    from `summary` (of member_summary) instead of from their orders.
    """
    if lookback is None:
        buyers = summary.filter(summary.kept_orders > 0)
        return buyers.select(
            "member_id", recency=last_day - buyers.last_day, frequency="kept_orders", monetary="kept_gross"
        )
    kept = visits.filter(visits.member_id.notnull(), visits.kept == 1, visits.day > last_day - lookback)
    return kept.group_by("member_id").aggregate(
        recency=last_day - kept.day.max(), frequency=kept.count(), monetary=exact(kept.gross.sum())
    )


def yardstick(measured: ir.Table, cuts: Cuts) -> Yardstick:
    """The cut points and means of `measures`. Fixed cuts are those of the frequency; the rest are always quantiles."""
    totals = measured.aggregate(n=measured.count(), **{name: exact(measured[name].sum()) for name in NAMES})
    row = totals.to_pyarrow().to_pylist()[0]
    members = int(row["n"])
    found = {name: _quantiles(measured, name, members) for name in NAMES}
    if cuts == "fixed":
        found["frequency"] = FIXED_FREQUENCY
    return Yardstick(members, found, {name: Fraction(int(row[name]), max(members, 1)) for name in NAMES})


def scored(measured: ir.Table, by: Yardstick) -> ir.Table:
    """`measures` with r, f, m (1 to 5, the higher the better) and segment8."""
    above = {name: sum((_one(measured[name] > math.floor(cut)) for cut in by.cuts[name]), _ZERO) for name in NAMES}
    heavy = measured.monetary > math.floor(by.means["monetary"])
    recent = measured.recency < math.ceil(by.means["recency"])
    frequent = measured.frequency > math.floor(by.means["frequency"])
    return measured.mutate(
        r=(5 - above["recency"]).cast("int64"),
        f=(1 + above["frequency"]).cast("int64"),
        m=(1 + above["monetary"]).cast("int64"),
        segment8=ibis.cases(
            *((_all_of(heavy, recent, frequent, wanted), name) for wanted, name in SEGMENTS.items()), else_=None
        ),
    )


def rfm(members: ir.Table, *, by: By) -> pd.DataFrame:
    """Groups of members alike, of `scored`.

    by="score": every combination of r, f and m that somebody has; "grid": the 25 cells of r and f; "segment8": the
    eight classes. Returns r, f, m (Int64, NA where groups differ in it), segment8 (str, "" likewise), members,
    recency_mean, frequency_mean, monetary_mean (float64, NaN for nobody), monetary_sum (int64, ten-thousandths).
    """
    keys = KEYS[by]
    found = members.group_by(keys).aggregate(
        members=members.count(), **{f"{name}_sum": exact(members[name].sum()) for name in NAMES}
    )
    sums = ["members", *(f"{name}_sum" for name in NAMES)]
    frame = found.to_pandas().set_index(keys)[sums].astype(np.int64)
    frame = _every_group(frame, by).reset_index()
    for name in NAMES:
        frame[f"{name}_mean"] = rate(frame[f"{name}_sum"], frame.members)
    for key in ("r", "f", "m"):
        frame[key] = frame[key].astype("Int64") if key in keys else pd.array([pd.NA] * len(frame), "Int64")
    if "segment8" not in keys:
        frame["segment8"] = ""
    order = ["r", "f", "m", "segment8", "members", "recency_mean", "frequency_mean", "monetary_mean", "monetary_sum"]
    return frame[order]


def _every_group(frame: pd.DataFrame, by: By) -> pd.DataFrame:
    if by == "score" or frame.empty:
        return frame.sort_index()
    if by == "segment8":
        return frame.reindex(pd.Index(SEGMENTS.values(), name="segment8"), fill_value=0)
    return frame.reindex(pd.MultiIndex.from_product([range(1, 6), range(1, 6)], names=["r", "f"]), fill_value=0)


def _quantiles(measured: ir.Table, name: Name, members: int) -> tuple[Fraction, ...]:
    """The 20, 40, 60 and 80 % quantiles with linear interpolation, exactly."""
    if not members:
        return ()
    places = [divmod((members - 1) * fifths, 5) for fifths in (1, 2, 3, 4)]
    wanted = sorted({min(place + step, members - 1) for place, _part in places for step in (0, 1)})
    ranked = measured.select(value=name, place=ibis.row_number().over(order_by=measured[name]))
    rows = ranked.filter(ranked.place.isin(wanted)).to_pyarrow().to_pylist()
    values = {int(row["place"]): int(row["value"]) for row in rows}
    return tuple(
        values[place] + Fraction(part, 5) * (values[min(place + 1, members - 1)] - values[place])
        for place, part in places
    )


_ZERO = ibis.literal(0)


def _one(condition: ir.BooleanValue) -> ir.Value:
    return ibis.ifelse(condition, 1, 0)


def _all_of(
    heavy: ir.BooleanValue, recent: ir.BooleanValue, frequent: ir.BooleanValue, wanted: tuple[bool, bool, bool]
) -> ir.BooleanValue:
    first, second, third = (
        is_so if is_wanted else ~is_so for is_so, is_wanted in zip((heavy, recent, frequent), wanted, strict=True)
    )
    return first & second & third

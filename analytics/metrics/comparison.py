"""Earlier against recent cohorts: pooled curves, and where a gap between the two comes from."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.metrics import periods
from analytics.metrics.intervals import Z95, newcombe, rate, wilson
from analytics.metrics.retention import CohortGrain

RECENT_PERIODS = 6
"""How many of the last full periods may hold a recent cohort."""

LEAST_COHORTS = 2
"""Cohorts each side needs before the two are compared."""

FEW_COHORTS = 3
"""A pooled point of fewer cohorts than this rests on too few to be drawn as firm."""

FEW_MEMBERS = 30
"""Nothing is ranked or judged on fewer members than this."""

COUNTS = ["before_members", "before_active", "after_members", "after_active"]

TOTAL_COLUMNS = [
    "members",
    "before_members",
    "before_active",
    "before",
    "after_members",
    "after_active",
    "after",
    "change",
    "low",
    "high",
    "share",
    "verdict",
]

CHANNEL_COLUMNS = [
    "channel_id",
    *TOTAL_COLUMNS[:-2],
    "other_change",
    "did_low",
    "did_high",
    *TOTAL_COLUMNS[-2:],
]


@dataclass(frozen=True)
class Split:
    """Cohorts (period numbers, ascending) to hold against each other."""

    grain: CohortGrain
    before: tuple[int, ...]
    recent: tuple[int, ...]

    @property
    def comparable(self) -> bool:
        """Whether both sides have enough cohorts for a verdict."""
        return min(len(self.before), len(self.recent)) >= LEAST_COHORTS


class Gap(NamedTuple):
    """What `channel_gap` found: one row per channel, and one row for all of them."""

    channels: pd.DataFrame
    total: pd.DataFrame


def split_cohorts(cohorts: Iterable[int], *, grain: CohortGrain, last_day: int) -> Split:
    """Sort whole cohorts (period numbers) into earlier and recent ones, at last_day (a day number).

    Only cohorts whose next period is over take part. Recent are those among the last six full periods, before
    are all the earlier ones: so hand in the cohorts of the range that is shown. Of a range that lies in the past,
    the last full period is the one after its last cohort, so that last year can be compared as it was.
    """
    complete = periods.last_complete(last_day, grain)
    asked = sorted(set(cohorts))
    if asked:
        complete = min(complete, asked[-1] + 1)
    ripe = [cohort for cohort in asked if cohort + 1 <= complete]
    border = complete - RECENT_PERIODS + 1
    return Split(
        grain=grain,
        before=tuple(cohort for cohort in ripe if cohort < border),
        recent=tuple(cohort for cohort in ripe if cohort >= border),
    )


def pooled(retention_frame: pd.DataFrame) -> pd.DataFrame:
    """Mature cells of a `retention` frame pooled over its cohorts, sum of people by sum of people.

    Returns one row per age >= 1: age, members, active, retention, low, high, cohorts, partial.
    `cohorts` is the number of cohorts behind the row; `partial` says that they are fewer than three.
    """
    cells = retention_frame[retention_frame["mature"] & (retention_frame["age"] >= 1)]
    frame = (
        cells.groupby("age", sort=True)
        .agg(members=("cohort_size", "sum"), active=("active", "sum"), cohorts=("cohort", "nunique"))
        .reset_index()
    )
    low, high = wilson(frame["active"], frame["members"])
    share = rate(frame["active"], frame["members"])
    frame = frame.assign(retention=share, low=low, high=high, partial=frame["cohorts"] < FEW_COHORTS)
    return frame[["age", "members", "active", "retention", "low", "high", "cohorts", "partial"]]


def cohort_groups(retention_frame: pd.DataFrame, split: Split) -> pd.DataFrame:
    """The pooled curves of the earlier and of the recent cohorts.

    Returns group ("before", "recent") and the columns of `pooled`, before first, by age.
    """
    cohort = retention_frame["cohort"].map(lambda text: periods.parse(text, split.grain))
    sides = {"before": split.before, "recent": split.recent}
    frames = [pooled(retention_frame[cohort.isin(chosen)]).assign(group=name) for name, chosen in sides.items()]
    frame = pd.concat(frames, ignore_index=True)
    return frame[["group", *frame.columns.drop("group")]]


def channel_gap(firsts: ir.Table, visits: ir.Table, split: Split) -> Gap:
    """Which channel of the first purchase is behind the change of the return rate one period later.

    `firsts` as scoped and filtered for a `retention` frame, `visits` as `retention.visits` gives them. Returns what
    `judged` says about the members counted.
    """
    return judged(_counts(firsts, visits, split), split)


def judged(counts: pd.DataFrame, split: Split) -> Gap:
    """Hold the two sides of each channel against each other.

    counts: channel_id, before_members, before_active, after_members, after_active (int64), a row per channel.

    channels, worst change first, channels of few members last:
      channel_id, members, before_members, before_active, before, after_members, after_active, after, change,
      low, high, other_change, did_low, did_high, share, verdict.
    total, one row: the same without channel_id, other_change, did_low and did_high.

    - `change` = after - before, low..high is its Newcombe interval. For channels it holds at 95 % for all judged
      channels together (Bonferroni), for the total at 95 %.
    - `other_change` is the change of all other channels together; did_low..did_high is the interval, at the
      same level, of change - other_change: a season moves all channels and so leaves it at 0.
    - `share` = the part of the total change that this channel's own change makes, at its average weight; NaN
      unless the total change is clear. What is left is a changed mix of channels.
    - `verdict`: "few" (fewer than 30 members on a side); "worse" or "better" when both intervals lie on that side
      of 0, and so does the same comparison of ratios (a season that takes a tenth from every rate takes more points
      from the higher ones); else "unclear". Nothing is worse or better while the split is not comparable.
    """
    total = _total(counts)
    total["verdict"] = _verdict(total, split, lower=total["low"], upper=total["high"])
    channels = _against_others(counts)
    channels["verdict"] = _verdict(
        channels,
        split,
        lower=channels[["low", "did_low", "relative_low"]].min(axis=1, skipna=False),
        upper=channels[["high", "did_high", "relative_high"]].max(axis=1, skipna=False),
    )
    overall = total.iloc[0]
    clear = overall["verdict"] in ("worse", "better")
    channels["share"] = _weight(channels, overall) * channels["change"] / overall["change"] if clear else np.nan
    total["share"] = 1.0 if clear else np.nan
    channels = channels.sort_values(
        ["few", "change", "channel_id"], kind="stable", na_position="last", ignore_index=True
    )
    return Gap(channels[CHANNEL_COLUMNS], total[TOTAL_COLUMNS])


def _counts(firsts: ir.Table, visits: ir.Table, split: Split) -> pd.DataFrame:
    """channel_id, before_members, before_active, after_members, after_active, int64, by channel_id."""
    cohort = firsts[f"first_{split.grain}"]
    members = firsts.filter(cohort.isin([*split.before, *split.recent])).select(
        "channel_id", followed_id="member_id", cohort=f"first_{split.grain}"
    )
    met = members.left_join(visits, [members.followed_id == visits.member_id, members.cohort + 1 == visits.period])
    recent = met.cohort > max(split.before, default=-1)
    returned = met.member_id.notnull()
    counts = met.group_by("channel_id").aggregate(
        before_members=met.count(where=~recent),
        before_active=met.count(where=~recent & returned),
        after_members=met.count(where=recent),
        after_active=met.count(where=recent & returned),
    )
    return counts.to_pandas().astype(np.int64).sort_values("channel_id", ignore_index=True)


def _compare(counts: pd.DataFrame, z: float) -> pd.DataFrame:
    """counts with members, before, after, change, low, high and few."""
    k0, n0 = counts["before_active"], counts["before_members"]
    k1, n1 = counts["after_active"], counts["after_members"]
    before, after = rate(k0, n0), rate(k1, n1)
    low, high = newcombe(k1, n1, k0, n0, z)
    return counts.assign(
        members=counts["before_members"] + counts["after_members"],
        before=before,
        after=after,
        change=after - before,
        low=low,
        high=high,
        few=counts[["before_members", "after_members"]].min(axis=1) < FEW_MEMBERS,
    )


def _total(counts: pd.DataFrame) -> pd.DataFrame:
    """One row: all channels together, at 95 %."""
    return _compare(counts[COUNTS].sum().astype(np.int64).to_frame().T, Z95)


def _against_others(counts: pd.DataFrame) -> pd.DataFrame:
    """`_compare` per channel with other_change and the intervals of its own change against it, for all at once."""
    few = counts[["before_members", "after_members"]].min(axis=1) < FEW_MEMBERS
    z = NormalDist().inv_cdf(1 - 0.025 / max(int((~few).sum()), 1))
    own = _compare(counts, z)
    others = _compare(counts[COUNTS].sum() - counts[COUNTS], z)
    gap = own["change"] - others["change"]
    relative, spread = _log_ratio(own) - _log_ratio(others), np.hypot(_log_spread(own), _log_spread(others))
    return own.assign(
        relative_low=relative - z * spread,
        relative_high=relative + z * spread,
        other_change=others["change"],
        did_low=gap - np.hypot(own["change"] - own["low"], others["high"] - others["change"]),
        did_high=gap + np.hypot(own["high"] - own["change"], others["change"] - others["low"]),
    )


def _log_ratio(frame: pd.DataFrame) -> pd.Series:
    """ln(after / before); half a person is added everywhere so that nobody is no infinity."""
    after = (frame["after_active"] + 0.5) / (frame["after_members"] + 0.5)
    return np.log(after / ((frame["before_active"] + 0.5) / (frame["before_members"] + 0.5)))


def _log_spread(frame: pd.DataFrame) -> pd.Series:
    """Standard error of `_log_ratio` (Katz)."""
    parts = [1 / (frame[f"{side}_active"] + 0.5) - 1 / (frame[f"{side}_members"] + 0.5) for side in ("before", "after")]
    return np.sqrt(parts[0] + parts[1])


def _verdict(frame: pd.DataFrame, split: Split, *, lower: pd.Series, upper: pd.Series) -> npt.NDArray[np.str_]:
    """few, worse, better or unclear for each row; an interval that is unknown excludes nothing."""
    return np.select(
        [frame["few"], (upper < 0) & split.comparable, (lower > 0) & split.comparable],
        ["few", "worse", "better"],
        default="unclear",
    )


def _weight(channels: pd.DataFrame, total: pd.Series) -> pd.Series:
    """The share of the members that a channel brings, averaged over the two sides."""
    before = channels["before_members"] / total["before_members"]
    return (before + channels["after_members"] / total["after_members"]) / 2

"""How long customers wait for an answer and for a solution, and for how many it was in time.

`cases` are rows of `facts.feedback.Feedback.cases`; a part is a column of theirs, or "" for all in one. All is as it
stood at the instant `until`: what happened later has not happened. Cases whose times cannot be are counted, and are in
no other figure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics import survival
from analytics.metrics.intervals import rate, wilson
from analytics.metrics.satisfaction import part_of

FIRST, RESOLVE, WORKED = "first", "resolve", "worked"
"""To the first answer; to the solution; to the solution without what was waited for the customer."""
MINUTE = 60_000_000  # microseconds

Minutes = Callable[[Sequence[tuple[int | None, int, int]]], list[int]]
"""Minutes of spans of (store_id, from, to), in the business hours of each store."""


def clocked(cases: ir.Table, measure: str, until: int) -> ir.Table:
    """The cases that had been opened by then, with one of their clocks:

    ended (1: it was reached), stopped_at (the instant of it; else up to when it was seen to run), due_at (null: there
    was no target), minutes (of business hours until stopped_at; null: not written down) and waited (minutes to take
    off those).
    """
    cases = cases.filter(cases.opened_at <= until)
    done = _by(cases.resolved_at, until)
    if measure == FIRST:
        ended = _by(cases.first_response_at, until)
        # who was told nothing and whose case was settled all the same does not wait any longer
        stopped = ibis.cases((ended, cases.first_response_at), (done, cases.resolved_at), else_=until)
        minutes = ibis.cases((ended, cases.first_minutes), (done, cases.resolve_minutes), else_=None)
        return _with(cases, ended, stopped, minutes, cases.first_due_at)
    running = ibis.ifelse(_by(cases.waiting_since, until), cases.waiting_since, until)  # the clock stands still
    stopped = ibis.ifelse(done, cases.resolved_at, running if measure == WORKED else until)
    minutes = ibis.ifelse(done, cases.resolve_minutes, None)
    found = _with(cases, done, stopped, minutes, cases.resolve_due_at)
    return found.mutate(waited=found.waited_minutes.cast("int64")) if measure == WORKED else found


def _by(instant: ir.Column, until: int) -> ir.BooleanValue:
    """Whether it had happened by then."""
    happened: ir.BooleanValue = (instant <= until).fill_null(False)
    return happened


def _with(cases: ir.Table, ended: ir.Value, stopped: ir.Value, minutes: ir.Value, due: ir.Value) -> ir.Table:
    return cases.mutate(
        ended=ibis.ifelse(ended, 1, 0),
        stopped_at=stopped.cast("int64"),
        minutes=minutes.cast("int64"),
        due_at=due,
        waited=ibis.literal(0, "int64"),
    )


def sound(cases: ir.Table) -> ir.Table:
    """Without those whose times cannot be."""
    return cases.filter(cases.is_flagged == 0)


def response_times(
    cases: ir.Table, part: str, *, until: int, business: Minutes | None, measures: Sequence[str]
) -> pd.DataFrame:
    """How long it takes until half and nine tenths have been answered, by Kaplan-Meier: who still waits counts for as
    long as is known. In business minutes, or (None) in those of the calendar, of which no waiting can be taken off.

    Returns a row per measure and part: measure, part, n, members, ended, open, flagged (int64), median, median_low,
    median_high, p90, p90_low, p90_high, longest (minutes, NaN where it is not reached; `longest`: of those open).
    """
    frames = []
    for measure in measures:
        clocks = clocked(cases, measure, until)
        waits = _waits(sound(clocks), part, business)
        found = _counts(clocks, part)
        rows = [_times(waits[waits["part"] == number]) for number in found["part"]]
        frames.append(pd.concat([found, pd.DataFrame(rows, columns=_TIMES)], axis=1).assign(measure=measure))
    return pd.concat(frames, ignore_index=True)


_TIMES = ["median", "median_low", "median_high", "p90", "p90_low", "p90_high", "longest"]


def _counts(clocks: ir.Table, part: str) -> pd.DataFrame:
    is_sound = clocks.is_flagged == 0
    found = clocks.group_by(part=part_of(clocks, part)).aggregate(
        n=clocks.count(where=is_sound),
        members=clocks.member_id.nunique(where=is_sound),
        ended=clocks.count(where=is_sound & (clocks.ended == 1)),
        open=clocks.count(where=is_sound & (clocks.ended == 0)),
        flagged=clocks.count(where=~is_sound),
    )
    return found.to_pandas().astype(np.int64).sort_values("part").reset_index(drop=True)


def _waits(clocks: ir.Table, part: str, business: Minutes | None) -> pd.DataFrame:
    """part, t, ended, open: how many waited so long. Of the open ones no minutes are written down; they are few."""
    rows = clocks.mutate(part=part_of(clocks, part))
    if business is None:
        rows = rows.mutate(minutes=(rows.stopped_at - rows.opened_at) // MINUTE)
    known = rows.filter(rows.minutes.notnull()).mutate(t=lambda table: table.minutes - table.waited)
    counted = known.group_by("part", "t").aggregate(ended=known.ended.sum(), all=known.count()).to_pandas()
    running = rows.filter(rows.minutes.isnull()).select(
        "part", "store_id", "opened_at", "stopped_at", "waited", "ended"
    )
    counted = counted.assign(open=counted["all"] - counted["ended"]).drop(columns="all")
    reckoned = _reckoned(running.to_pandas(), business) if business else counted.head(0)
    waits = pd.concat([counted, reckoned], ignore_index=True).astype(np.int64)
    return waits.assign(t=waits["t"].clip(lower=0))


def _reckoned(running: pd.DataFrame, business: Minutes) -> pd.DataFrame:
    stores = [None if pd.isna(store) else int(store) for store in running["store_id"]]
    spans = list(zip(stores, running["opened_at"].astype(int), running["stopped_at"].astype(int), strict=True))
    lengths = np.array(business(spans), np.int64) - running["waited"].to_numpy(np.int64)
    return pd.DataFrame(
        {"part": running["part"], "t": lengths, "ended": running["ended"], "open": 1 - running["ended"]}
    )


def _times(waits: pd.DataFrame) -> list[float]:
    curve = survival.kaplan_meier(waits)
    ends = [survival.quantile(curve, share, bound) for share in (0.5, 0.9) for bound in ("survival", "low", "high")]
    still = waits[waits["open"] > 0]["t"]
    return [*ends, float(still.max()) if len(still) else float("nan")]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Of cases with one of their clocks: what became of the target. Each case has exactly one of these."""

    met: ir.BooleanValue
    late: ir.BooleanValue  # answered, but after it was due
    overdue: ir.BooleanValue  # not answered, and it is over
    not_due: ir.BooleanValue
    no_target: ir.BooleanValue

    @property
    def judged(self) -> ir.BooleanValue:
        return self.met | self.failed

    @property
    def failed(self) -> ir.BooleanValue:
        return self.late | self.overdue


def verdicts(clocks: ir.Table) -> Verdicts:
    ended = clocks.ended == 1
    over = (clocks.due_at < clocks.stopped_at).fill_null(False)
    none = clocks.due_at.isnull()
    return Verdicts(ended & ~over & ~none, ended & over, ~ended & over, ~ended & ~over & ~none, none)


def sla(cases: ir.Table, part: str, *, until: int) -> pd.DataFrame:
    """How many were answered, and solved, in time. Those that are open and not due yet are in no rate.

    Returns a row per measure ("first", "resolve") and part: measure, part, n, met, late, overdue, not_due, no_target,
    flagged, members (behind n), late_members (of those who waited too long; int64), rate, low, high (met of n).
    """
    frames = [_judged(cases, measure, part, until).assign(measure=measure) for measure in (FIRST, RESOLVE)]
    frame = pd.concat(frames, ignore_index=True)
    frame["rate"] = rate(frame["met"], frame["n"])
    frame["low"], frame["high"] = wilson(frame["met"], frame["n"])
    return frame


def targets(cases: ir.Table, measure: str, until: int) -> ir.Table:
    """The clock that a target is for: while it is waited for the customer, that to the solution stands still."""
    return clocked(cases, WORKED if measure == RESOLVE else measure, until)


def _judged(cases: ir.Table, measure: str, part: str, until: int) -> pd.DataFrame:
    clocks = targets(cases, measure, until)
    is_sound, said = clocks.is_flagged == 0, verdicts(clocks)
    found = clocks.group_by(part=part_of(clocks, part)).aggregate(
        n=clocks.count(where=is_sound & said.judged),
        met=clocks.count(where=is_sound & said.met),
        late=clocks.count(where=is_sound & said.late),
        overdue=clocks.count(where=is_sound & said.overdue),
        not_due=clocks.count(where=is_sound & said.not_due),
        no_target=clocks.count(where=is_sound & said.no_target),
        flagged=clocks.count(where=~is_sound),
        members=clocks.member_id.nunique(where=is_sound & said.judged),
        late_members=clocks.member_id.nunique(where=is_sound & said.failed),
    )
    return found.to_pandas().astype(np.int64).sort_values("part").reset_index(drop=True)

"""What customers think of us: would they recommend us, are they satisfied, was it easy; with the error of each.

`answers` is `facts.feedback.Feedback.answers`, `reviews` its reviews. A part is a column of theirs ("store_id"), or
"" for all in one.
"""

import math
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.metrics.intervals import Z95, rate, wilson

NPS, CSAT, CES, MATRIX = 0, 1, 2, 5  # numbers of facts.schema.QUESTIONS
TOGETHER = -1  # stands for a part that is unknown, and for all in one
Floats = npt.NDArray[np.float64]


def nps(promoters: npt.ArrayLike, detractors: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Floats, Floats]:
    """(score, half width of its 95 % interval) in points, NaN where n is 0.

    100·(p − d), with the standard error 100·sqrt((p + d − (p − d)²) / n).
    """
    p, d, total = rate(promoters, n), rate(detractors, n), np.asarray(n, np.float64)
    safe = np.where(total > 0, total, np.nan)
    error = 100 * np.sqrt(np.clip(p + d - (p - d) ** 2, 0, None) / safe)
    return 100 * (p - d), Z95 * error


def nps_by(answers: ir.Table, part: str = "") -> pd.DataFrame:
    """Recommendation by a part. Returns a row per part that answered, in order:

    part, n, members, promoters, passives, detractors (int64), nps, half, low, high (points, within -100..100), change,
    change_low, change_high: against the row before it (NaN for the first).
    """
    asked = answers.filter(answers.kind == NPS, answers.number.notnull())
    found = asked.group_by(part=part_of(asked, part)).aggregate(
        n=asked.count(),
        members=asked.member_id.nunique(),
        promoters=asked.count(where=asked.number >= 9),
        detractors=asked.count(where=asked.number <= 6),
    )
    frame = found.to_pandas().astype(np.int64).sort_values("part").reset_index(drop=True)
    frame["passives"] = frame["n"] - frame["promoters"] - frame["detractors"]
    frame["nps"], frame["half"] = nps(frame["promoters"], frame["detractors"], frame["n"])
    frame["low"], frame["high"] = (
        np.clip(frame["nps"] - frame["half"], -100, 100),
        np.clip(frame["nps"] + frame["half"], -100, 100),
    )
    frame["change"] = frame["nps"].diff()
    reach = np.sqrt(frame["half"] ** 2 + frame["half"].shift() ** 2)  # of the difference of two independent scores
    frame["change_low"], frame["change_high"] = frame["change"] - reach, frame["change"] + reach
    return frame


def scores(answers: ir.Table) -> pd.DataFrame:
    """How many gave each score to the recommendation. Returns eleven rows: score 0..10, n (int64)."""
    asked = answers.filter(answers.kind == NPS, answers.number.notnull())
    found = asked.group_by(score=asked.number).aggregate(n=asked.count()).to_pandas()
    counted = found.set_index("score")["n"].astype(np.int64)
    return counted.reindex(pd.RangeIndex(11, name="score"), fill_value=0).reset_index()


def satisfied(answers: ir.Table, reviews: ir.Table, part: str = "") -> pd.DataFrame:
    """Satisfaction ("csat", top two of 1–5), ease ("ces", 5–7 of 1–7) and stars ("stars", top two of 1–5) by a part.

    Returns a row per measure and part: measure, part, n, members, top, bottom (int64: CSAT and stars 1–2, CES 1–3),
    share, low, high (of the top), bottom_share, mean, net (stars only: five stars less one to three, in points).
    """
    frames = []
    for measure, kind, least, most in (("csat", CSAT, 4, 2), ("ces", CES, 5, 3)):
        told = answers.filter(answers.kind == kind, answers.number.notnull())
        frames.append(_measured(told, told.number, part, least, most).assign(measure=measure))
    rated = reviews.filter(reviews.rating.notnull())  # without stars it is no zero
    frames.append(_measured(rated, rated.rating, part, 4, 2).assign(measure="stars"))
    frame = pd.concat(frames, ignore_index=True)
    frame["share"] = rate(frame["top"], frame["n"])
    frame["low"], frame["high"] = wilson(frame["top"], frame["n"])
    frame["bottom_share"] = rate(frame["bottom"], frame["n"])
    frame["mean"] = rate(frame["sum"], frame["n"])
    net = 100 * rate(frame["best"] - frame["poor"], frame["n"])
    frame["net"] = np.where(frame["measure"] == "stars", net, np.nan)
    return frame.drop(columns=["sum", "best", "poor"])


def _measured(told: ir.Table, score: ir.Column, part: str, least: int, most: int) -> pd.DataFrame:
    found = told.group_by(part=part_of(told, part)).aggregate(
        n=told.count(),
        members=told.member_id.nunique(),
        top=told.count(where=score >= least),
        bottom=told.count(where=score <= most),
        sum=score.cast("int64").sum(),
        best=told.count(where=score == 5),
        poor=told.count(where=score <= 3),
    )
    return found.to_pandas().astype(np.int64).sort_values("part").reset_index(drop=True)


def part_of(table: ir.Table, part: str) -> ir.Value:
    """The part of each row as a number to group by; TOGETHER where it is unknown, and for all in one."""
    return (table[part].fill_null(TOGETHER) if part else ibis.literal(TOGETHER)).cast("int64")


@dataclass(frozen=True, slots=True)
class Weighted:
    """A score weighted by a known mix: `nps` ± `half`; NaN when a part of the mix is too little known."""

    nps: float
    half: float


def weighted(shares: npt.ArrayLike, scores_: npt.ArrayLike, halves: npt.ArrayLike, n: npt.ArrayLike) -> Weighted:
    """Each part by its share of the people instead of by how many of it answered (post-stratification).

    Parts with fewer than LEAST answers are left out; when they are more than a twentieth of the people there is none.
    """
    share, score, half, count = (np.asarray(each, np.float64) for each in (shares, scores_, halves, n))
    known = count >= LEAST
    held = float(share[known].sum())
    if not known.any() or held < 0.95 * float(share.sum()):
        return Weighted(math.nan, math.nan)
    weight = share[known] / held
    return Weighted(float(weight @ score[known]), float(np.sqrt((weight**2) @ half[known] ** 2)))


LEAST = 10
"""Answers of a part below which its figure takes part in nothing."""

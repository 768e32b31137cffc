"""What the wish to recommend hangs on: the correlation of each scored part with the recommendation, and its score.

Importance is Pearson's r between the score of a part and the 0–10 recommendation in the same response, with Fisher's
interval: tanh(artanh r ± 1.96 / sqrt(n − 3)) (R. A. Fisher, 1921). It is an association, not proof of a cause.
"""

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics.intervals import Z95
from analytics.metrics.satisfaction import NPS

LEAST = 100
"""Pairs below which a part is listed only."""


def drivers(answers: ir.Table) -> pd.DataFrame:
    """Scored parts against the recommendation. Returns a row per part, the most important first:

    question, line (codes), n (pairs), members (int64), mean (of the part), importance, low, high (r; NaN where all gave
    one score or n < 4), verdict: "first" (matters more and scores lower than the parts do on average), "keep" (matters
    more, scores well), "later", or "unclear" (n < 100, or the interval covers 0).
    """
    liking = answers.filter(answers.kind == NPS, answers.number.notnull())
    wish = liking.group_by(of_response=liking.response_id).aggregate(wish=liking.number.max().cast("int64"))
    parts = answers.filter(answers.is_driver == 1, answers.kind != NPS, answers.number.notnull())
    pairs = parts.join(wish, parts.response_id == wish.of_response)
    pairs = pairs.mutate(x=pairs.number.cast("int64"))
    sums = pairs.group_by("question", "line").aggregate(
        n=pairs.count(), members=pairs.member_id.nunique(), x=pairs.x.sum(), y=pairs.wish.sum(),
        xx=(pairs.x * pairs.x).sum(), yy=(pairs.wish * pairs.wish).sum(), xy=(pairs.x * pairs.wish).sum(),
    )  # fmt: skip
    return _judged(sums.to_pandas())


def _judged(sums: pd.DataFrame) -> pd.DataFrame:
    n, x, y, xx, yy, xy = (sums[name].to_numpy(np.float64) for name in ("n", "x", "y", "xx", "yy", "xy"))
    spread = (n * xx - x * x) * (n * yy - y * y)
    usable = (spread > 0) & (n > 3)
    r = np.full(len(sums), np.nan)
    r[usable] = np.clip((n * xy - x * y)[usable] / np.sqrt(spread[usable]), -1, 1)
    with np.errstate(divide="ignore"):
        middle, reach = np.arctanh(r), Z95 / np.sqrt(np.where(usable, n - 3, np.nan))
    frame = sums[["question", "line"]].assign(
        n=sums["n"].astype(np.int64), members=sums["members"].astype(np.int64), mean=x / n, importance=r,
        low=np.tanh(middle - reach), high=np.tanh(middle + reach),
    )  # fmt: skip
    importance, score = averages(frame)
    clear = (frame["n"] >= LEAST) & ((frame["low"] > 0) | (frame["high"] < 0))
    matters, poor = frame["importance"] >= importance, frame["mean"] < score
    frame["verdict"] = np.select([~clear, matters & poor, matters], ["unclear", "first", "keep"], "later")
    return frame.sort_values(["importance", "question", "line"], ascending=[False, True, True]).reset_index(drop=True)


def averages(frame: pd.DataFrame) -> tuple[float, float]:
    """The importance and the score that parts with enough pairs have on average; NaN while none has."""
    enough = frame[frame["n"].fillna(0) >= LEAST]
    return float(enough["importance"].mean()), float(enough["mean"].mean())

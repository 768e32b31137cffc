"""Is a store or a member of staff really better or worse, or is it chance? The limits of a funnel plot.

Around the figure of all together lie the figures of parts by chance alone, the wider the smaller the part
(Spiegelhalter 2005, Funnel plots for comparing institutional performance).
"""

import math

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics.intervals import Z95, rate, wilson
from analytics.metrics.satisfaction import CSAT, nps

Z998 = 3.090232306167813
"""Standard normal quantile of a two-sided 99.8 % interval."""
LEAST = 30
"""Answers below which a part is never judged."""


def compared(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of `satisfaction.nps_by` against all of them together. Adds the columns of `_judged`, in points."""
    total = frame[["promoters", "detractors", "n"]].sum()
    centre, half = nps([total["promoters"]], [total["detractors"]], [total["n"]])
    spread = half[0] / Z95 * math.sqrt(total["n"]) if total["n"] else math.nan  # of one answer
    return _judged(frame, "nps", centre[0], spread, (-100, 100))


def after_cases(answers: ir.Table, cases: ir.Table) -> ir.Table:
    """The answers to how satisfied people are after a case (1 to 5), with `staff_id`: who owns the case."""
    asked = answers.filter(answers.kind == CSAT, answers.number.notnull())
    owned = cases.filter(cases.staff_id.notnull()).select(of_case="case_id", staff_id="staff_id")
    return asked.join(owned, asked.case_id == owned.of_case).drop("of_case")


def staff_by_cases(answers: ir.Table, cases: ir.Table) -> pd.DataFrame:
    """Satisfaction after a case, by who owns it, each against all of them together.

    Returns a row per member of staff, in order: staff_id, n, members, top (int64: answers from 1 to 5, known members
    among them, 4 and 5), share, low, high (Wilson), and the columns of `_judged` as shares.
    """
    asked = after_cases(answers, cases)
    found = asked.group_by("staff_id").aggregate(
        n=asked.count(), members=asked.member_id.nunique(), top=asked.count(where=asked.number >= 4)
    )
    frame = found.to_pandas().astype(np.int64).sort_values("staff_id").reset_index(drop=True)
    frame["share"] = rate(frame["top"], frame["n"])
    frame["low"], frame["high"] = wilson(frame["top"], frame["n"])
    centre = float(rate([frame["top"].sum()], [frame["n"].sum()])[0])
    return _judged(frame, "share", centre, math.sqrt(centre * (1 - centre)), (0, 1))


def _judged(
    frame: pd.DataFrame, figure: str, centre: float, spread: float, bounds: tuple[float, float]
) -> pd.DataFrame:
    """The frame with low95, high95, low998, high998: where a part of n answers lies by chance around the centre.

    `spread`: standard deviation of one answer. `verdict`: "few" (n < LEAST), "usual", "above" and "below" (outside
    95 %), "far_above" and "far_below" (outside 99.8 %).
    """
    error = spread / np.sqrt(frame["n"].to_numpy(np.float64))
    frame = frame.copy()
    for name, z in (("95", Z95), ("998", Z998)):
        frame[f"low{name}"] = np.clip(centre - z * error, *bounds)
        frame[f"high{name}"] = np.clip(centre + z * error, *bounds)
    value = frame[figure]
    frame["verdict"] = np.select(
        [
            frame["n"] < LEAST, value < frame["low998"], value > frame["high998"], value < frame["low95"],
            value > frame["high95"],
        ],
        ["few", "far_below", "far_above", "below", "above"],
        "usual",
    )  # fmt: skip
    return frame

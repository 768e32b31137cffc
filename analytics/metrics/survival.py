"""Kaplan-Meier: how long until something happens, when for many it has not happened yet."""

import numpy as np
import pandas as pd

from analytics.metrics.intervals import Z95

_ROUNDING = 1e-12  # a product of fractions that is 1/2 in arithmetic may be a hair above it in floats


def kaplan_meier(waits: pd.DataFrame, z: float = Z95) -> pd.DataFrame:
    """The share that is still waiting after t days.

    waits: t (days), ended (waits that ended after exactly t days), open (waits seen for t days that go on); integers,
    a row per t in any order.

    Returns a row per t at which a wait ended: t, at_risk (seen for t days at least), events (int64), survival, low,
    high (fractions). The interval is Greenwood's on the log(-log) scale, which stays inside 0..1; where nobody is left
    (survival 0) it has no upper end.
    """
    by_time = waits.groupby("t", sort=True)[["ended", "open"]].sum().astype(np.int64).reset_index()
    leaving = (by_time["ended"] + by_time["open"]).to_numpy(np.int64)
    at_risk = leaving[::-1].cumsum()[::-1]
    steps = by_time.assign(at_risk=at_risk)[by_time["ended"] > 0]
    n, d = steps["at_risk"].to_numpy(np.float64), steps["ended"].to_numpy(np.float64)
    survival = np.cumprod(1 - d / n)
    low, high = _greenwood(survival, n, d, z)
    return pd.DataFrame(
        {
            "t": steps["t"].to_numpy(np.int64),
            "at_risk": steps["at_risk"].to_numpy(np.int64),
            "events": steps["ended"].to_numpy(np.int64),
            "survival": survival,
            "low": low,
            "high": high,
        }
    )


def quantile(curve: pd.DataFrame, share: float, column: str = "survival") -> float:
    """The first t of a `kaplan_meier` frame by which this share has stopped waiting; NaN when it never has.

    On its bound `low` or `high` instead of `survival` it is an end of the quantile's interval.
    """
    reached = curve["t"][1 - curve[column] >= share - _ROUNDING]
    return float(reached.iloc[0]) if len(reached) else float("nan")


def after(curve: pd.DataFrame, days: int) -> tuple[float, float, float]:
    """Survival, low and high of a `kaplan_meier` frame once so many days are over."""
    until = curve[curve["t"] <= days]
    if not len(until):
        return 1.0, 1.0, 1.0
    survival, low, high = (float(until[column].iloc[-1]) for column in ("survival", "low", "high"))
    return survival, low, high


def still_waiting(curve: pd.DataFrame) -> float:
    """The share that has not stopped waiting at the end of a `kaplan_meier` frame."""
    return float(curve["survival"].iloc[-1]) if len(curve) else 1.0


def _greenwood(
    survival: np.ndarray, at_risk: np.ndarray, events: np.ndarray, z: float
) -> tuple[np.ndarray, np.ndarray]:
    """(low, high) at 95 %: S ** exp(±z·se / ln S), where se is the standard error of ln S."""
    left = np.where(at_risk > events, at_risk - events, np.nan)
    error = np.sqrt(np.cumsum(events / (at_risk * left)))
    logarithm = np.log(np.where(survival > 0, survival, np.nan))
    reach = np.exp(z * error / -logarithm)
    low, high = survival**reach, survival ** (1 / reach)
    return np.where(survival > 0, low, 0.0), high

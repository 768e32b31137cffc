"""Confidence intervals for shares: Wilson for one, Newcombe for the difference of two."""

import numpy as np
import numpy.typing as npt

Z95 = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""

Floats = npt.NDArray[np.float64]


def rate(k: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """k / n as a fraction, NaN where n is 0."""
    hits, total = np.asarray(k, np.float64), np.asarray(n, np.float64)
    return np.divide(hits, total, out=np.full(np.broadcast(hits, total).shape, np.nan), where=total > 0)


def wilson(k: npt.ArrayLike, n: npt.ArrayLike, z: float = Z95) -> tuple[Floats, Floats]:
    """(low, high) of the share k / n as fractions, NaN where n is 0.

    Unlike the textbook p ± z·sqrt(pq/n) it stays inside 0..1 and is honest at k = 0 and k = n.
    """
    share, total = rate(k, n), np.asarray(n, np.float64)
    safe = np.where(total > 0, total, np.nan)
    shrink = 1 + z * z / safe
    centre = (share + z * z / (2 * safe)) / shrink
    half = z * np.sqrt(share * (1 - share) / safe + z * z / (4 * safe * safe)) / shrink
    low = np.where(share == 0, 0.0, np.clip(centre - half, 0, 1))
    high = np.where(share == 1, 1.0, np.clip(centre + half, 0, 1))
    return low, high


def counted(k: npt.ArrayLike, n: npt.ArrayLike, z: float = Z95) -> tuple[Floats, Floats]:
    """(low, high) of the rate k / n of events that may happen more than once to each of n, NaN where n is 0.

    The score interval of a Poisson count, (k + z²/2 ± z·sqrt(k + z²/4)) / n: what Wilson's becomes for rare events.
    """
    events, total = np.asarray(k, np.float64), np.asarray(n, np.float64)
    safe = np.where(total > 0, total, np.nan)
    centre, half = events + z * z / 2, z * np.sqrt(events + z * z / 4)
    return np.where(events == 0, 0.0, np.clip(centre - half, 0, None)) / safe, (centre + half) / safe


def newcombe(
    k1: npt.ArrayLike, n1: npt.ArrayLike, k2: npt.ArrayLike, n2: npt.ArrayLike, z: float = Z95
) -> tuple[Floats, Floats]:
    """(low, high) of the difference k1/n1 - k2/n2 of two independent shares, NaN where an n is 0.

    Newcombe (1998), method 10: the two Wilson intervals combined.
    """
    return mover((rate(k1, n1), *wilson(k1, n1, z)), (rate(k2, n2), *wilson(k2, n2, z)))


Figure = tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]
"""A figure with the ends of its interval."""


def mover(one: Figure, other: Figure) -> tuple[Floats, Floats]:
    """(low, high) of the difference of two independent figures, from the intervals of both.

    Zou and Donner (2008), Construction of confidence limits about effect measures: the variance estimates recovery.
    """
    (a, a_low, a_high), (b, b_low, b_high) = (
        tuple(np.asarray(each, np.float64) for each in told) for told in (one, other)
    )
    return a - b - np.hypot(a - a_low, b_high - b), a - b + np.hypot(a_high - a, b - b_low)

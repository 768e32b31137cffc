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


def newcombe(
    k1: npt.ArrayLike, n1: npt.ArrayLike, k2: npt.ArrayLike, n2: npt.ArrayLike, z: float = Z95
) -> tuple[Floats, Floats]:
    """(low, high) of the difference k1/n1 - k2/n2 of two independent shares, NaN where an n is 0.

    Newcombe (1998), method 10: the two Wilson intervals combined.
    """
    p1, p2 = rate(k1, n1), rate(k2, n2)
    low1, high1 = wilson(k1, n1, z)
    low2, high2 = wilson(k2, n2, z)
    gap = p1 - p2
    return (
        gap - np.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2),
        gap + np.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2),
    )

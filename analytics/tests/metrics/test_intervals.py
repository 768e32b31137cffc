import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.intervals import newcombe, rate, wilson


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int]:
    total = draw(st.integers(1, 10_000))
    return draw(st.integers(0, total)), total


def rounded(interval: tuple[np.ndarray, np.ndarray], digits: int = 3) -> tuple[float, float]:
    return round(float(interval[0]), digits), round(float(interval[1]), digits)


@pytest.mark.parametrize(("k", "n", "expected"), [(12, 40, (0.181, 0.454)), (0, 9, (0.0, 0.299)), (9, 9, (0.701, 1.0))])
def test_wilson_by_textbook(k: int, n: int, expected: tuple[float, float]) -> None:
    assert rounded(wilson(k, n)) == expected


def test_newcombe_by_textbook() -> None:
    """Newcombe 1998, table II, method 10: 56/70 - 48/80 and 9/10 - 3/10."""
    assert rounded(newcombe(56, 70, 48, 80), 4) == (0.0524, 0.3339)
    assert rounded(newcombe(9, 10, 3, 10), 4) == (0.1705, 0.8090)


def test_nobody_gives_no_number() -> None:
    assert math.isnan(float(rate(0, 0)))
    assert all(math.isnan(float(end)) for end in wilson(0, 0))
    assert all(math.isnan(float(end)) for end in newcombe(1, 2, 0, 0))


@given(shares())
def test_wilson_holds_the_share_within_nought_and_one(share: tuple[int, int]) -> None:
    low, high = wilson(*share)
    assert 0 <= low <= share[0] / share[1] <= high <= 1


@given(shares(), shares())
def test_newcombe_turns_its_sign_with_the_sides(one: tuple[int, int], other: tuple[int, int]) -> None:
    low, high = newcombe(*one, *other)
    reverse = newcombe(*other, *one)
    assert (low, high) == pytest.approx((-reverse[1], -reverse[0]))
    assert low <= one[0] / one[1] - other[0] / other[1] <= high


@given(shares())
def test_a_higher_confidence_never_narrows(share: tuple[int, int]) -> None:
    ordinary, stricter = wilson(*share), wilson(*share, z=2.8)
    assert stricter[0] <= ordinary[0]
    assert ordinary[1] <= stricter[1]

"""Figures about answers, worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.satisfaction import nps, weighted


def test_the_golden_score_and_its_error() -> None:
    score, half = nps([60], [15], [100])
    assert score[0] == pytest.approx(45)
    assert half[0] == pytest.approx(14.5, abs=0.05)


def test_nobody_is_no_zero() -> None:
    score, half = nps([0], [0], [0])
    assert math.isnan(score[0])
    assert math.isnan(half[0])


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_the_error_is_that_of_the_single_answers(promoters: int, passives: int, detractors: int) -> None:
    n = promoters + passives + detractors
    if not n:
        return
    answers = np.array([100] * promoters + [0] * passives + [-100] * detractors)
    score, half = nps([promoters], [detractors], [n])
    assert score[0] == pytest.approx(answers.mean())
    assert half[0] == pytest.approx(1.959963984540054 * answers.std() / math.sqrt(n), abs=1e-6)


def test_a_mix_that_is_too_little_known_gives_no_weighted_figure() -> None:
    found = weighted([71, 29], [30, 60], [5, 5], [200, 186])
    assert found.nps == pytest.approx(0.71 * 30 + 0.29 * 60)
    assert math.isnan(weighted([71, 29], [30, 60], [5, 5], [200, 9]).nps)
    assert weighted([96, 4], [30, 60], [5, 5], [200, 9]).nps == pytest.approx(30)

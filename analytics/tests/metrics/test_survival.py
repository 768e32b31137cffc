"""Kaplan-Meier by hand, against another way of counting, and against a known truth."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.survival import after, kaplan_meier, quantile, still_waiting

Waits = list[tuple[int, bool]]  # days, and whether the wait was over then


def curve(waits: Waits) -> pd.DataFrame:
    rows = [{"t": t, "ended": int(ended), "open": int(not ended)} for t, ended in waits]
    return kaplan_meier(pd.DataFrame(rows, columns=["t", "ended", "open"]))


def test_five_waits_by_hand() -> None:
    """1 of 5 after two days; one seen for three days leaves; 1 of 3 after four; the others go on."""
    ours = curve([(2, True), (3, False), (4, True), (6, False), (9, False)])
    assert list(ours) == ["t", "at_risk", "events", "survival", "low", "high"]
    assert list(ours.t) == [2, 4]
    assert list(ours.at_risk) == [5, 3]
    assert list(ours.events) == [1, 1]
    assert list(ours.survival) == pytest.approx([4 / 5, 8 / 15])
    error = math.sqrt(1 / (5 * 4) + 1 / (3 * 2))
    reach = 1.959963984540054 * error / -math.log(8 / 15)
    assert ours.low[1] == pytest.approx((8 / 15) ** math.exp(reach))
    assert ours.high[1] == pytest.approx((8 / 15) ** math.exp(-reach))


def test_who_is_seen_exactly_so_long_was_still_at_risk() -> None:
    assert list(curve([(2, True), (2, False)]).at_risk) == [2]


def test_where_nobody_is_left_the_upper_end_is_unknown() -> None:
    ours = curve([(1, True), (2, True)])
    assert list(ours.survival) == [0.5, 0]
    assert (ours.low[1], math.isnan(ours.high[1])) == (0, True)


def test_the_median_is_the_first_day_by_which_half_are_done() -> None:
    ours = curve([(3, True), (5, True), (8, False), (9, False)])
    assert quantile(ours, 0.25) == 3
    assert quantile(ours, 0.5) == 5
    assert math.isnan(quantile(ours, 0.8))
    assert still_waiting(ours) == 0.5


def test_the_curve_holds_between_its_steps() -> None:
    ours = curve([(3, True), (5, True), (8, False), (9, False)])
    assert [after(ours, days)[0] for days in (2, 3, 4, 5, 100)] == [1, 0.75, 0.75, 0.5, 0.5]
    assert after(ours, 4)[1:] == (ours.low[0], ours.high[0])


def test_a_half_is_reached_although_floats_say_a_hair_less() -> None:
    """4/5 · 3/4 · 2/3 · 5/4 … a product that is one half in fractions."""
    ours = curve([(1, True), (2, True), (3, True), *[(4, False)] * 3])
    assert quantile(ours, 0.5) == 3


def test_nothing_seen_nothing_said() -> None:
    ours = curve([])
    assert ours.empty
    assert math.isnan(quantile(ours, 0.5))
    assert still_waiting(ours) == 1


waits = st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=30)


@given(waits=waits)
def test_the_curve_equals_redistributing_those_who_leave(waits: Waits) -> None:
    """Efron: who is lost from sight hands their weight on, in equal parts, to those who wait longer."""
    ours = curve(waits)
    weights = {place: Fraction(1, len(waits)) for place in range(len(waits))}
    waiting = Fraction(1)
    expected: dict[int, Fraction] = {}
    order = sorted(range(len(waits)), key=lambda place: (waits[place][0], not waits[place][1]))
    for rank, place in enumerate(order):
        t, ended = waits[place]
        later = order[rank + 1 :]
        if ended:
            waiting -= weights[place]
            expected[t] = waiting
        else:
            for other in later:
                weights[other] += weights[place] / len(later)
    assert list(ours.t) == list(expected)
    assert list(ours.survival) == pytest.approx([float(share) for share in expected.values()], abs=1e-12)
    assert list(ours.events) == [sum(ended and t == day for t, ended in waits) for day in expected]
    assert list(ours.at_risk) == [sum(t >= day for t, _ended in waits) for day in expected]


@given(waits=waits)
def test_the_interval_holds_the_curve_and_stays_a_share(waits: Waits) -> None:
    ours = curve(waits)
    assert ((ours.low >= 0) & (ours.low <= ours.survival + 1e-12)).all()
    known = ours[ours.survival > 0]
    assert ((known.high >= known.survival - 1e-12) & (known.high <= 1)).all()


def test_the_interval_covers_the_truth_that_a_plain_mean_misses() -> None:
    """2,000 members wait exponentially, 60 days in the mean, so 41.6 in the median; they joined over half a year."""
    random = np.random.default_rng(7)
    wait, seen = random.exponential(60, 2000), random.uniform(0, 180, 2000)
    ended = wait <= seen
    days = np.ceil(np.minimum(wait, seen)).astype(int)
    ours = curve(list(zip(days.tolist(), ended.tolist(), strict=True)))
    truth = 60 * math.log(2)
    assert quantile(ours, 0.5, "low") <= truth <= quantile(ours, 0.5, "high")
    assert quantile(ours, 0.5) == pytest.approx(truth, abs=3)
    assert days[ended].mean() < quantile(ours, 0.5, "low") < truth

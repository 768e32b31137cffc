"""Which parts lie further from the whole than chance carries them."""

import math

import ibis
import pandas as pd
import pytest

from analytics.metrics.funnel import compared, staff_by_cases


def test_the_limits_widen_for_small_parts() -> None:
    frame = pd.DataFrame(
        {"promoters": [600, 60, 6], "detractors": [150, 15, 2], "n": [1000, 100, 10], "nps": [45.0, 45.0, 40.0]}
    )
    found = compared(frame)
    width = found["high95"] - found["low95"]
    assert width[1] / width[0] == pytest.approx(math.sqrt(10), rel=0.01)
    assert list(found["verdict"]) == ["usual", "usual", "few"]


def test_staff_lie_within_limits_worked_out_by_hand() -> None:
    """80 % of all 200 are satisfied: a hundred answers lie between 72 % and 88 % by chance."""
    rows = [
        {"kind": 1, "number": number, "case_id": case, "member_id": None}
        for case, satisfied, n in ((10, 90, 100), (20, 70, 100), (30, 0, 50))
        for number in [5] * satisfied + [2] * (n - satisfied)
    ] + [{"kind": 0, "number": 0, "case_id": 10, "member_id": None}]  # a recommendation is another question
    answers = ibis.memtable(pd.DataFrame(rows).astype({"member_id": "Int64"}))
    cases = ibis.memtable(pd.DataFrame({"case_id": [10, 20, 30], "staff_id": [1, 2, None]}).astype("Int64"))
    found = staff_by_cases(answers, cases).set_index("staff_id")
    assert list(found.index) == [1, 2]
    assert found.loc[1, "low95"] == pytest.approx(0.8 - 1.96 * 0.04, abs=1e-4)
    assert found.loc[1, "high998"] == pytest.approx(0.8 + 3.09 * 0.04, abs=1e-4)
    assert list(found["verdict"]) == ["above", "below"]

"""What of the RFM groups is kept from those who may not see small ones."""

import pandas as pd
import pytest

from analytics.reports import report as reports


def told(groups: dict[tuple[int, int, int], int], by: str = "score") -> list[int | None]:
    """The people of each group by recency, frequency and money, as they are left for an analyst."""
    keys = pd.DataFrame(list(groups), columns=["r", "f", "m"]).astype("Int64")
    frame = keys.assign(segment8="", members=list(groups.values()), monetary_sum=0)
    frame = frame.assign(recency_mean=0.0, frequency_mean=0.0, monetary_mean=0.0)
    if by == "grid":
        frame = frame.assign(m=pd.array([pd.NA] * len(frame), "Int64"))
    left = reports.get("rfm").withhold(frame).members
    return [None if pd.isna(people) else int(people) for people in left]


def test_a_small_group_does_not_follow_from_the_grid() -> None:
    groups = {(1, 1, 1): 3, (1, 1, 2): 20, (1, 1, 3): 30, (2, 2, 1): 4, (2, 2, 2): 50}
    assert told(groups) == [None, None, 30, None, None]


@pytest.mark.parametrize(("few", "left"), [([3], [None, None, 30]), ([1, 2], [None, None, None, 30])])
def test_small_cells_do_not_follow_from_the_whole(few: list[int], left: list[int | None]) -> None:
    groups = {(1, place, 1): people for place, people in enumerate([*few, 20, 30], start=1)}
    assert told(groups, by="grid") == left


def test_several_small_cells_that_are_together_five_hide_each_other() -> None:
    assert told({(1, 1, 1): 3, (1, 2, 1): 4, (1, 3, 1): 20}, by="grid") == [None, None, 20]

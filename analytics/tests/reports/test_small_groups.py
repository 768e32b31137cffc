"""No cell of few people follows from its neighbours, for those who may not see such cells."""

import pandas as pd

from analytics.reports import report as reports


def left(slug: str, column: str, **columns: list[object]) -> list[int | None]:
    frame = pd.DataFrame(columns).assign(rate=0.5, retention=0.5, low=0.1, high=0.9)
    return [None if pd.isna(value) else int(value) for value in reports.get(slug).withhold(frame)[column]]


def test_windows_do_not_tell_of_few_newcomers_by_their_difference() -> None:
    eligible, repeated = [100, 98, 80, 80, 60], [20, 24, 30, 40, 35]
    assert left("repeat-purchase", "eligible", eligible=eligible, repeated=repeated) == [100, None, 80, 80, 60]
    assert left("repeat-purchase", "repeated", eligible=eligible, repeated=repeated) == [20, None, 30, 40, 35]


def test_windows_of_the_same_people_do_not_tell_of_few_who_came_back_between() -> None:
    eligible, repeated = [100, 100, 100, 100, 80], [20, 23, 26, 26, 27]
    assert left("repeat-purchase", "repeated", eligible=eligible, repeated=repeated) == [20, None, 26, 26, 27]
    assert left("repeat-purchase", "eligible", eligible=eligible, repeated=repeated) == eligible


def test_ages_do_not_tell_of_few_newcomers_of_a_month() -> None:
    group, members = ["before", "before", "before", "recent", "recent"], [60, 57, 40, 39, 30]
    assert left("retention-curves", "members", group=group, members=members, active=[20] * 5) == [60, None, 40, 39, 30]

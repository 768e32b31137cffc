import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.facts import derive
from analytics.metrics import periods
from analytics.metrics.comparison import (
    CHANNEL_COLUMNS,
    TOTAL_COLUMNS,
    Split,
    channel_gap,
    cohort_groups,
    judged,
    pooled,
    split_cohorts,
)
from analytics.metrics.retention import visits
from analytics.tests.engines import day, order, raw_facts

JANUARY = periods.parse("2011-01", "month")
HALVES = Split(grain="month", before=(JANUARY, JANUARY + 1), recent=(JANUARY + 2, JANUARY + 3))

Sides = tuple[int, int, int, int]
"""before_members, before_active, after_members, after_active"""


def counted(*channels: Sides) -> pd.DataFrame:
    columns = ["channel_id", "before_members", "before_active", "after_members", "after_active"]
    return pd.DataFrame([(number, *sides) for number, sides in enumerate(channels, start=1)], columns=columns)


def verdicts(*channels: Sides, split: Split = HALVES) -> dict[int, str]:
    frame = judged(counted(*channels), split).channels
    return dict(zip(frame.channel_id, frame.verdict, strict=True))


def cells(*rows: tuple[str, int, int, int, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["cohort", "age", "cohort_size", "active", "mature"])


def months(first: str, last: str) -> range:
    return range(periods.parse(first, "month"), periods.parse(last, "month") + 1)


def labels(cohorts: tuple[int, ...]) -> list[str]:
    return [periods.label(cohort, "month") for cohort in cohorts]


class TestSplit:
    def test_recent_are_cohorts_of_the_last_six_full_months_whose_next_month_is_over(self) -> None:
        split = split_cohorts(months("2025-12", "2026-11"), grain="month", last_day=day("2026-11-21"))
        assert labels(split.before) == ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04"]
        assert labels(split.recent) == ["2026-05", "2026-06", "2026-07", "2026-08", "2026-09"]
        assert split.comparable

    def test_the_last_day_of_a_month_makes_it_full(self) -> None:
        split = split_cohorts(months("2025-12", "2026-11"), grain="month", last_day=day("2026-11-30"))
        assert labels(split.recent) == ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10"]

    def test_one_cohort_on_a_side_is_not_enough(self) -> None:
        split = split_cohorts(months("2026-04", "2026-11"), grain="month", last_day=day("2026-11-21"))
        assert len(split.before) == 1
        assert not split.comparable

    def test_weeks_are_split_alike(self) -> None:
        shown = range(periods.parse("2026-08-31", "week"), periods.parse("2026-11-16", "week") + 1)
        split = split_cohorts(shown, grain="week", last_day=day("2026-11-21"))
        assert [periods.label(week, "week") for week in split.recent] == [
            f"2026-{monday}" for monday in ("10-05", "10-12", "10-19", "10-26", "11-02")
        ]
        assert len(split.before) == 5


class TestPooled:
    def test_people_are_summed_and_rates_are_not_averaged(self) -> None:
        frame = pooled(cells(("2011-01", 1, 10, 2, True), ("2011-02", 1, 100, 0, True)))
        assert frame.retention[0] == pytest.approx(2 / 110)
        assert (frame.members[0], frame.active[0], frame.cohorts[0]) == (110, 2, 2)

    def test_unfinished_cells_and_the_first_period_stay_out(self) -> None:
        frame = pooled(cells(("2011-01", 0, 10, 10, True), ("2011-01", 1, 10, 5, True), ("2011-02", 1, 90, 1, False)))
        assert tuple(frame.iloc[0, :4]) == (1, 10, 5, 0.5)
        assert len(frame) == 1

    def test_points_of_fewer_than_three_cohorts_are_partial(self) -> None:
        rows = [(f"2011-0{month}", age, 10, 5, month + age <= 4) for month in (1, 2, 3) for age in (1, 2, 3)]
        assert list(pooled(cells(*rows)).partial) == [False, True, True]

    def test_groups_hold_their_own_cohorts_only(self) -> None:
        frame = cells(
            *[
                (label, 1, 100, 10 * n, True)
                for n, label in enumerate(labels((*HALVES.before, *HALVES.recent, JANUARY + 4)))
            ]
        )
        groups = cohort_groups(frame, HALVES)
        assert list(groups.group) == ["before", "recent"]
        assert list(groups.retention) == [0.05, 0.25]

    def test_without_cohorts_there_are_no_points(self) -> None:
        groups = cohort_groups(cells(), Split("month", (), ()))
        assert len(groups) == 0
        assert groups.columns[0] == "group"

    @given(st.lists(st.tuples(st.integers(1, 500), st.floats(0, 1), st.booleans()), min_size=1, max_size=12))
    def test_a_pooled_rate_lies_between_the_finished_ones(self, cohorts: list[tuple[int, float, bool]]) -> None:
        rows = [
            (periods.label(JANUARY + n, "month"), 1, size, int(size * share), done)
            for n, (size, share, done) in enumerate(cohorts)
        ]
        finished = [row[3] / row[2] for row in rows if row[4]]
        frame = pooled(cells(*rows))
        assert len(frame) == bool(finished)
        if finished:
            assert min(finished) - 1e-12 <= frame.retention[0] <= max(finished) + 1e-12


class TestVerdict:
    def test_one_channel_that_falls_alone_is_named(self) -> None:
        """The example of the design: delivery 31.2 % to 22.0 %, the others about where they were."""
        gap = judged(
            counted(
                (3900, 1217, 3034, 667),
                (3500, 1225, 2706, 909),
                (1800, 632, 1372, 464),
                (500, 208, 418, 181),
                (40, 9, 27, 5),
            ),
            HALVES,
        )
        channels = gap.channels.set_index("channel_id")
        assert list(gap.channels.channel_id) == [1, 2, 3, 4, 5]  # worst first, few last
        assert dict(channels.verdict) == {1: "worse", 2: "unclear", 3: "unclear", 4: "unclear", 5: "few"}
        assert channels.change[1] == pytest.approx(667 / 3034 - 1217 / 3900)
        assert 0.6 < channels.share[1] < 0.9
        assert gap.total.verdict[0] == "worse"

    def test_a_better_channel_is_named_too(self) -> None:
        assert verdicts((2000, 400, 2000, 600), (2000, 600, 2000, 600))[1] == "better"

    def test_a_season_that_moves_all_channels_blames_none(self) -> None:
        gap = judged(counted((3000, 1050, 3000, 750), (3000, 1050, 3000, 750), (3000, 1200, 3000, 900)), HALVES)
        assert set(gap.channels.verdict) == {"unclear"}
        assert gap.total.verdict[0] == "worse"

    def test_a_season_that_takes_the_same_share_of_every_rate_blames_none(self) -> None:
        """40 % to 32 % and 10 % to 8 %: far more points lost on the first, and yet the same fifth."""
        gap = judged(counted((9000, 3600, 9000, 2880), (9000, 900, 9000, 720)), HALVES)
        assert gap.channels.did_high[0] < 0
        assert set(gap.channels.verdict) == {"unclear"}

    def test_channels_that_stay_while_one_falls_are_not_praised(self) -> None:
        assert verdicts((3000, 1050, 3000, 450), (3000, 1050, 3000, 1050))[2] == "unclear"

    def test_a_single_channel_cannot_be_told_from_a_season(self) -> None:
        assert verdicts((3000, 1050, 3000, 450)) == {1: "unclear"}

    @pytest.mark.parametrize("sides", [(29, 20, 3000, 30), (3000, 2900, 29, 1), (0, 0, 500, 1)])
    def test_few_members_on_a_side_are_not_judged(self, sides: Sides) -> None:
        assert verdicts(sides, (3000, 1050, 3000, 1050))[1] == "few"

    def test_nothing_is_judged_while_the_sides_have_too_few_cohorts(self) -> None:
        thin = Split("month", before=(JANUARY,), recent=(JANUARY + 1, JANUARY + 2))
        assert verdicts((3000, 1050, 3000, 450), (3000, 1050, 3000, 1050), split=thin) == {1: "unclear", 2: "unclear"}

    def test_equal_changes_are_ordered_by_channel(self) -> None:
        frame = judged(counted((100, 50, 100, 50), (100, 50, 100, 50), (100, 50, 100, 40)), HALVES).channels
        assert list(frame.channel_id) == [3, 1, 2]

    def test_chance_alone_seldom_names_a_channel(self) -> None:
        """Six channels, nothing happened: at most one false alarm in twenty looks, over 100 looks."""
        chance = np.random.default_rng(7)
        looks = [chance.binomial(800, 0.3, (6, 2)) for _ in range(100)]
        alarms = [
            set(verdicts(*[(800, int(before), 800, int(after)) for before, after in look]).values()) - {"unclear"}
            for look in looks
        ]
        assert sum(map(bool, alarms)) <= 5

    def test_more_channels_need_more_evidence(self) -> None:
        suspect, steady = (1000, 300, 1000, 257), (1000, 300, 1000, 300)
        assert verdicts(suspect, steady)[1] == "unclear"
        few, many = (judged(counted(suspect, *[steady] * n), HALVES).channels.set_index("channel_id") for n in (2, 9))
        assert many.low[1] < few.low[1] < few.high[1] < many.high[1]

    @given(st.lists(st.tuples(*[st.integers(1, 400)] * 4), min_size=2, max_size=5))
    def test_shares_and_the_changed_mix_make_up_the_whole_gap(self, sizes: list[Sides]) -> None:
        channels = [(n0, min(k0, n0), n1, min(k1, n1)) for n0, k0, n1, k1 in sizes]
        gap = judged(counted(*channels), HALVES)
        total = gap.total.iloc[0]
        frame = gap.channels
        weights = frame[["before_members", "after_members"]] / [total.before_members, total.after_members]
        own = (weights.mean(axis=1) * frame.change).sum()
        mix = ((weights.after_members - weights.before_members) * (frame.before + frame.after) / 2).sum()
        assert own + mix == pytest.approx(total.change, abs=1e-12)
        if total.verdict in {"worse", "better"}:
            assert frame.share.sum() == pytest.approx(own / total.change)
        else:
            assert frame.share.isna().all()


class TestCounting:
    def test_ten_rows(self, backend: Any) -> None:
        orders = [
            order(1, "2011-01-05", channel_id=7),
            order(1, "2011-02-05", channel_id=8),
            order(2, "2011-02-28", channel_id=7),
            order(2, "2011-04-01", channel_id=7),
            order(3, "2011-02-01", channel_id=8),
            order(3, "2011-03-31", channel_id=8),
            order(4, "2011-03-02", channel_id=7),
            order(5, "2011-04-30", channel_id=7),
            order(5, "2011-05-01", channel_id=7),
            order(6, "2011-05-01", channel_id=7),
        ]
        shop = derive.prepare(raw_facts(backend, orders), as_of_day=day("2011-06-30"), known_at=0)
        gap = channel_gap(shop.firsts, visits(shop.sales, shop.member_month, grain="month"), HALVES)
        assert list(gap.channels) == CHANNEL_COLUMNS
        assert list(gap.total) == TOTAL_COLUMNS
        sides = ["before_members", "before_active", "after_members", "after_active"]
        by_channel = gap.channels.set_index("channel_id")[sides]
        assert list(by_channel.loc[7]) == [2, 1, 2, 1]
        assert list(by_channel.loc[8]) == [1, 1, 0, 0]
        assert list(gap.total[sides].iloc[0]) == [3, 2, 2, 1]

    def test_no_cohorts_no_channels(self, backend: Any) -> None:
        shop = derive.prepare(raw_facts(backend, [order(1, "2011-01-05")]), as_of_day=day("2011-06-30"), known_at=0)
        gap = channel_gap(shop.firsts, visits(shop.sales, None, grain="month"), Split("month", (), ()))
        assert len(gap.channels) == 0
        assert gap.total.verdict[0] == "few"


def test_a_range_of_the_past_is_compared_as_it_was_then() -> None:
    year = range(periods.parse("2011-01", "month"), periods.parse("2011-12", "month") + 1)

    split = split_cohorts(year, grain="month", last_day=periods.day_number(dt.date(2025, 10, 26)))

    assert [periods.label(month, "month") for month in split.recent] == [f"2011-{month:02}" for month in range(8, 13)]
    assert len(split.before) == 7

"""Up at once, kept for a period, down after the grace; by what was bought and earned, never by a balance."""

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.rules import tiers
from rewards.rules.tiers import Condition, Down, Fact, Measures, Reason, Rules, Stay, Window, replay

BASE, SILVER, GOLD, SPECIAL = 0, 1, 2, 9
START = dt.date(2024, 1, 1)
CLASSIC = Rules(START, (Condition(SILVER, spend=1_000), Condition(GOLD, spend=5_000)))


def bought(day: str, spend: int, orders: int = 1, points: int = 0) -> Fact:
    on = dt.date.fromisoformat(day)
    return Fact(on, on, spend, orders, points)


def times(
    facts: list[Fact], until: str, rules: Rules = CLASSIC, stay: Stay | None = None
) -> list[tuple[int, str, str]]:
    found = replay(facts, [rules], dt.date.fromisoformat(until), base=BASE, stay=stay)
    return [(one.rank, one.starts_on.isoformat(), one.reason.value) for one in found]


@pytest.mark.parametrize(
    ("day", "months", "becomes"),
    [
        ("2024-01-31", 1, "2024-02-29"), ("2025-01-31", 1, "2025-02-28"), ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", -12, "2023-02-28"), ("2024-08-31", -6, "2024-02-29"), ("2024-12-15", 1, "2025-01-15"),
    ],
)  # fmt: skip
def test_months_end_where_the_month_ends(day: str, months: int, becomes: str) -> None:
    assert tiers.add_months(dt.date.fromisoformat(day), months).isoformat() == becomes


@pytest.mark.parametrize(
    ("window", "first"),
    [(Window.ROLLING, dt.date(2023, 7, 1)), (Window.CALENDAR, START), (Window.LIFETIME, dt.date.min)],
)
def test_where_a_window_begins(window: Window, first: dt.date) -> None:
    assert tiers.window_start(replace(CLASSIC, window=window), dt.date(2024, 6, 30)) == first


@pytest.mark.parametrize(("any_condition", "rank"), [(True, SILVER), (False, BASE)])
def test_one_condition_or_all_of_them(any_condition: bool, rank: int) -> None:
    rules = replace(CLASSIC, conditions=(Condition(SILVER, spend=1_000, orders=10),), any_condition=any_condition)
    assert tiers.earned(rules, Measures(spend=1_000, orders=1), BASE) == rank


def test_a_tier_that_asks_for_nothing_is_reached_by_nobody() -> None:
    for any_condition in (True, False):
        rules = replace(CLASSIC, conditions=(Condition(GOLD),), any_condition=any_condition)
        assert tiers.earned(rules, Measures(10**9, 10**9, 10**9), BASE) == BASE


def test_up_on_the_very_day_that_it_is_reached_and_over_a_tier_at_once() -> None:
    assert times([bought("2024-03-10", 999), bought("2024-03-11", 1)], "2024-03-12") == [
        (SILVER, "2024-03-11", "raised")
    ]
    assert times([bought("2024-03-10", 5_000)], "2024-03-10") == [(GOLD, "2024-03-10", "raised")]


def test_what_was_bought_before_the_rules_counts_on_their_first_day() -> None:
    assert times([bought("2023-12-01", 1_000)], "2024-01-01") == [(SILVER, "2024-01-01", "raised")]


def test_a_refund_counts_for_the_day_of_its_order() -> None:
    order = bought("2023-06-01", 1_000)
    refund = Fact(dt.date(2024, 7, 2), order.day, spend=-1_000, orders=-1)
    assert times([order, refund, bought("2024-07-01", 1_000)], "2024-08-01") == [
        (SILVER, "2024-01-01", "raised")  # and not lowered: what is refunded had left the window long ago
    ]


def test_a_tier_is_kept_to_the_end_of_its_period_whatever_happens() -> None:
    order = bought("2024-03-10", 1_000)
    refund = Fact(dt.date(2024, 3, 11), order.day, spend=-1_000, orders=-1)
    assert times([order, refund], "2025-03-09") == [(SILVER, "2024-03-10", "raised")]
    assert times([order, refund], "2025-03-10")[-1] == (BASE, "2025-03-10", "lowered")


def test_what_raised_somebody_does_not_keep_the_tier_as_well() -> None:
    facts = [bought("2024-03-10", 1_000)]
    assert times(facts, "2025-03-10") == [(SILVER, "2024-03-10", "raised"), (BASE, "2025-03-10", "lowered")]


def test_a_period_that_earned_the_tier_is_followed_by_another_one() -> None:
    facts = [bought("2024-03-10", 1_000), bought("2025-03-09", 1_000), bought("2025-03-10", 1_000)]
    assert times(facts, "2025-03-10")[-1] == (SILVER, "2025-03-10", "kept")
    assert times(facts, "2026-03-10")[-1] == (SILVER, "2026-03-10", "kept")  # the first day of that period counts


def test_in_the_days_of_grace_a_purchase_still_keeps_it() -> None:
    rules = replace(CLASSIC, grace_days=30)
    first = [bought("2024-03-10", 1_000), Fact(dt.date(2024, 3, 11), dt.date(2024, 3, 10), spend=-1_000)]
    assert times(first, "2025-04-08", rules) == [(SILVER, "2024-03-10", "raised")]
    assert times(first, "2025-04-09", rules)[-1] == (BASE, "2025-04-09", "lowered")
    assert times([*first, bought("2025-04-08", 1_000)], "2025-05-01", rules)[-1] == (SILVER, "2025-03-10", "kept")


@pytest.mark.parametrize(("down", "rank"), [(Down.ONE, SILVER), (Down.EARNED, BASE)])
def test_one_tier_down_or_to_what_was_earned(down: Down, rank: int) -> None:
    facts = [bought("2024-03-10", 5_000), Fact(dt.date(2024, 4, 1), dt.date(2024, 3, 10), spend=-5_000)]
    rules = replace(CLASSIC, down=down)
    assert times(facts, "2025-03-10", rules)[-1] == (rank, "2025-03-10", "lowered")


def test_one_tier_a_period_until_the_lowest() -> None:
    facts = [bought("2024-03-10", 5_000), Fact(dt.date(2024, 4, 1), dt.date(2024, 3, 10), spend=-5_000)]
    assert [rank for rank, _, _ in times(facts, "2027-01-01", replace(CLASSIC, down=Down.ONE))] == [GOLD, SILVER, BASE]


def test_a_calendar_year_earns_the_rest_of_it_and_the_next() -> None:
    rules = replace(CLASSIC, window=Window.CALENDAR)
    facts = [bought("2024-11-20", 1_000)]
    assert times(facts, "2025-12-31", rules) == [(SILVER, "2024-11-20", "raised"), (SILVER, "2025-01-01", "kept")]
    assert times(facts, "2026-01-01", rules)[-1] == (BASE, "2026-01-01", "lowered")


def test_a_special_tier_is_left_alone_and_then_evaluated_anew() -> None:
    granted = Stay(SPECIAL, dt.date(2024, 2, 1), dt.date(2024, 5, 31), Reason.GRANTED, is_special=True)
    facts = [bought("2024-03-10", 1_000)]
    assert times(facts, "2024-05-31", stay=granted) == []
    assert times(facts, "2024-06-01", stay=granted) == [(SILVER, "2024-06-01", "grant_ended")]


def test_new_rules_raise_at_once_and_take_nothing_before_the_period_is_over() -> None:
    facts = [bought("2024-03-10", 1_000)]
    harder = replace(CLASSIC, first_day=dt.date(2024, 6, 1), conditions=(Condition(SILVER, spend=9_000),), key=2)
    softer = replace(CLASSIC, first_day=dt.date(2024, 6, 1), conditions=(Condition(GOLD, spend=900),), key=2)
    last = dt.date(2025, 3, 9)
    assert [one.rank for one in replay(facts, [CLASSIC, harder], last, base=BASE)] == [SILVER]
    assert [one.rank for one in replay(facts, [CLASSIC, harder], last + tiers.DAY, base=BASE)] == [SILVER, BASE]
    raised = replay(facts, [CLASSIC, softer], last, base=BASE)[-1]
    assert (raised.rank, raised.starts_on, raised.rules) == (GOLD, dt.date(2024, 6, 1), 2)


def test_what_is_missing() -> None:
    gap = tiers.missing(Condition(GOLD, spend=5_000, points=100), Measures(spend=1_200, points=300))
    assert gap == Condition(GOLD, spend=3_800, points=0)


def test_the_projected_tier_is_that_after_the_period_if_nothing_more_were_bought() -> None:
    facts = [bought("2024-03-10", 1_000)]
    silver = replay(facts, [CLASSIC], dt.date(2024, 3, 10), base=BASE)[-1]
    today = dt.date(2024, 6, 1)
    assert tiers.projected(facts, [CLASSIC], base=BASE, stay=silver, today=today) == BASE
    more = [*facts, bought("2024-03-11", 1_000)]
    assert tiers.projected(more, [CLASSIC], base=BASE, stay=silver, today=today) == SILVER


_DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31))
_FACTS = st.lists(
    st.builds(
        lambda day, spend, points: Fact(day, day, spend, 1, points),
        _DAYS, st.integers(0, 3_000), st.integers(0, 300),
    ),
    max_size=12,
)  # fmt: skip
_RULES = st.builds(
    Rules,
    first_day=st.just(START),
    conditions=st.just((Condition(SILVER, spend=1_000, points=200), Condition(GOLD, spend=5_000, orders=4))),
    window=st.sampled_from(Window),
    months=st.integers(1, 24),
    any_condition=st.booleans(),
    down=st.sampled_from(Down),
    grace_days=st.integers(0, 60),
)


@given(_FACTS, _RULES, st.lists(_DAYS, max_size=6), _DAYS)
def test_many_nights_or_one_come_to_the_same(
    facts: list[Fact], rules: Rules, nights: list[dt.date], last: dt.date
) -> None:
    at_once = replay(facts, [rules], last, base=BASE)
    in_steps: list[Stay] = []
    for night in [*sorted(night for night in nights if night <= last), last, last]:
        in_steps += replay(facts, [rules], night, base=BASE, stay=in_steps[-1] if in_steps else None)
    assert in_steps == at_once


@given(_FACTS, _RULES, _DAYS, st.integers(1, 5_000), _DAYS)
def test_spending_more_never_lowers_what_is_earned(
    facts: list[Fact], rules: Rules, day: dt.date, more: int, today: dt.date
) -> None:
    def rank(of: list[Fact]) -> int:
        return tiers.earned(rules, tiers.measure(of, tiers.window_start(rules, today), today), BASE)

    assert rank([*facts, Fact(day, day, more, 1, 0)]) >= rank(facts)


@given(_FACTS, _RULES, _DAYS)
def test_times_follow_each_other_and_are_kept_as_long_as_they_say(
    facts: list[Fact], rules: Rules, last: dt.date
) -> None:
    found = replay(facts, [rules], last, base=BASE)
    for one, following in itertools.pairwise(found):
        assert one.starts_on <= following.starts_on
        if following.rank < one.rank:
            assert one.kept_until is not None
            assert following.starts_on > one.kept_until
    assert all((one.rank == BASE) == (one.kept_until is None) for one in found)

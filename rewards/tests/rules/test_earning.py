"""What a purchase earns, worked out by hand and for every purchase there can be."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.rules.earning import Choice, Line, Multiplier, Purchase, Rounding, Rules, earned, kept_after

YUAN = 10_000
FRIDAY = dt.date(2026, 11, 27)
ONE_PER_YUAN = Rules(points=1, per=YUAN)


def bought(*amounts: float, **more: object) -> Purchase:
    lines = [Line("goods", int(amount * YUAN), product=number, category=1) for number, amount in enumerate(amounts, 1)]
    return replace(Purchase(FRIDAY, store=1, channel=1, lines=lines), **more)  # type: ignore[arg-type]


def test_one_point_a_yuan_of_37_40_is_37_points() -> None:
    assert earned(bought(20, 17.4), ONE_PER_YUAN).points == 37


@pytest.mark.parametrize(("rounding", "points"), [("down", 37), ("nearest", 37), ("up", 38)])
def test_only_the_whole_is_rounded(rounding: str, points: int) -> None:
    assert earned(bought(18.7, 18.7), replace(ONE_PER_YUAN, rounding=Rounding(rounding))).points == points


def test_halves_go_up_where_rounding_is_to_the_nearest() -> None:
    assert earned(bought(37.5), replace(ONE_PER_YUAN, rounding=Rounding.NEAREST)).points == 38


def test_gift_cards_and_fees_earn_nothing() -> None:
    """Repair-DeskPOS #1050."""
    lines = [Line("goods", 10 * YUAN), Line("gift_card", 100 * YUAN), Line("fee", 5 * YUAN)]
    assert earned(bought(lines=lines), ONE_PER_YUAN).points == 10


def test_what_points_and_coupons_paid_earns_nothing_and_a_gift_card_is_money() -> None:
    """odoo #150833: the reward line itself earned points."""
    paid = [("points", 20 * YUAN), ("coupon", 10 * YUAN), ("gift_card", 30 * YUAN), ("money", 40 * YUAN)]
    assert earned(bought(100, paid=paid), ONE_PER_YUAN).points == 70


def test_an_order_below_the_minimum_earns_nothing() -> None:
    rules = replace(ONE_PER_YUAN, minimum=50 * YUAN)
    assert earned(bought(49.99), rules).why_none == "minimum"
    assert earned(bought(50), rules).points == 50


@pytest.mark.parametrize(
    ("field", "choice", "points"),
    [
        ("products", Choice(frozenset({1})), 10), ("products", Choice(frozenset({1}), is_all_but=True), 5),
        ("categories", Choice(frozenset({2})), 0), ("stores", Choice(frozenset({2})), 0),
        ("stores", Choice(frozenset({2}), is_all_but=True), 15), ("channels", Choice(frozenset({1})), 15),
        ("channels", Choice(frozenset({1}), is_all_but=True), 0),
    ],
)  # fmt: skip
def test_products_categories_stores_and_channels_are_chosen(field: str, choice: Choice, points: int) -> None:
    assert earned(bought(10, 5), replace(ONE_PER_YUAN, **{field: choice})).points == points


def test_the_best_multiplier_that_holds_counts_alone() -> None:
    rules = replace(
        ONE_PER_YUAN,
        multipliers=(
            Multiplier("gold", 150, tiers=frozenset({"gold"})),
            Multiplier("Fridays", 200, weekdays=frozenset({4})),
            Multiplier("Singles' day", 500, first=dt.date(2026, 11, 11), last=dt.date(2026, 11, 11)),
        ),
    )
    found = earned(bought(10, tier="gold"), rules)
    assert (found.points, found.multiplier, found.percent) == (20, "Fridays", 200)
    saturday = bought(10, tier="gold", day=dt.date(2026, 11, 28))
    assert earned(saturday, rules).points == 15
    assert earned(replace(saturday, tier="silver"), rules).points == 10


def test_caps_of_order_and_day() -> None:
    rules = replace(ONE_PER_YUAN, per_order=100, per_day=150)
    assert earned(bought(500), rules).points == 100
    second = earned(bought(500), rules, earned_today=100)
    assert (second.points, second.capped_by) == (50, "day")
    assert earned(bought(500), rules, earned_today=200).points == 0


def test_starbucks_gives_1_and_1_2_and_1_7_stars_a_dollar() -> None:
    """The published rates of 2026: green 1, gold 1.2, reserve 1.7 a dollar (features.md, M05)."""
    tiers = {"green": 100, "gold": 120, "reserve": 170}
    rules = replace(
        ONE_PER_YUAN,
        multipliers=[Multiplier(name, percent, tiers=frozenset({name})) for name, percent in tiers.items()],
    )
    assert [earned(bought(50, tier=tier), rules).points for tier in tiers] == [50, 60, 85]


MONEY = st.integers(1, 10**9)


@given(st.lists(MONEY, min_size=1, max_size=5), st.integers(1, 50), st.integers(1, 10**6), st.integers(0, 10**9))
def test_a_purchase_earns_its_share_to_the_point(amounts: list[int], points: int, per: int, by_points: int) -> None:
    purchase = Purchase(FRIDAY, 1, 1, [Line("goods", amount) for amount in amounts], [("points", by_points)])
    exact = Fraction(max(sum(amounts) - by_points, 0) * points, per)
    assert 0 <= exact - earned(purchase, Rules(points=points, per=per)).points < 1


@given(MONEY, st.integers(0, 10**6), st.lists(st.integers(1, 10**8), max_size=8))
def test_refunds_in_any_portions_take_back_the_same(eligible: int, points: int, portions: list[int]) -> None:
    left, refunded = points, 0
    for portion in portions:
        refunded += portion
        now = kept_after(points, eligible, refunded)
        assert 0 <= now <= left
        left = now
    assert left == kept_after(points, eligible, sum(portions))
    assert kept_after(points, eligible, eligible) == 0 or points == 0
    assert kept_after(points, eligible, 0) == points

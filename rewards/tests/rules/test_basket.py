"""What coupons and points take off a basket."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.rules import basket
from rewards.rules.basket import Basket, Cash, Coupon, Kind, Line, Why

DAY = dt.date(2026, 3, 10)
YUAN = 10_000
ONE_CENT = Cash(points=1, amount=100)


def bought(*yuan: int, cent: int = 100) -> Basket:
    lines = [Line("goods", amount * YUAN, product=number) for number, amount in enumerate(yuan, 1)]
    return Basket(DAY, 1, lines, nth=1, cent=cent)


def off(yuan: int, **more: object) -> Coupon:
    return replace(Coupon(1, Kind.AMOUNT, yuan * YUAN), **more)  # type: ignore[arg-type]


def percent(value: int, **more: object) -> Coupon:
    return replace(Coupon(2, Kind.PERCENT, value), **more)  # type: ignore[arg-type]


def test_twenty_off_a_hundred() -> None:
    made = basket.quote(bought(60, 60), [off(20, threshold=100 * YUAN)])
    assert (made.discount.off, made.to_pay) == ({1: 20 * YUAN}, 100 * YUAN)


@pytest.mark.parametrize(
    ("coupon", "why"),
    [
        (off(20, refused=Why.USED), "used"),
        (off(20, refused=Why.NOT_YOURS), "not_yours"),
        (off(20, first=DAY + dt.timedelta(1)), "not_yet"),
        (off(20, last=DAY - dt.timedelta(1)), "over"),
        (off(20, stores=frozenset({7})), "store"),
        (off(20, nth=2), "nth_purchase"),
        (off(20, threshold=121 * YUAN), "threshold"),
        (off(20, products=frozenset({7})), "nothing_eligible"),
        (Coupon(1, Kind.GIFT, 7), "nothing_eligible"),
    ],
)
def test_why_a_coupon_takes_nothing_off(coupon: Coupon, why: str) -> None:
    made = basket.discount(bought(60, 60), [coupon])
    assert (made.total, made.why_not) == (0, {1: why})


def test_both_days_of_its_time_count() -> None:
    assert basket.why_not(off(20, first=DAY, last=DAY), bought(60)) is None


def test_it_takes_no_more_than_its_own_lines_cost() -> None:
    assert basket.discount(bought(5, 100), [off(20, products=frozenset({1}))]).total == 5 * YUAN
    assert basket.discount(bought(5, 100), [percent(50, products=frozenset({1}))]).total == 25_000


def test_a_percentage_has_a_cap_and_ends_on_a_whole_cent() -> None:
    odd = Basket(DAY, 1, [Line("goods", 99_900)])
    assert basket.discount(odd, [percent(10)]).total == 10_000  # 0.999 to the nearest
    assert basket.discount(bought(500), [percent(10, at_most=30 * YUAN)]).total == 30 * YUAN
    assert basket.discount(bought(999, cent=YUAN), [percent(10)]).total == 100 * YUAN  # a yen has no cents


def test_a_gift_is_one_piece_of_its_product() -> None:
    three = Basket(DAY, 1, [Line("goods", 90 * YUAN, quantity=3 * basket.PIECE, product=4)])
    assert basket.discount(three, [Coupon(1, Kind.GIFT, 4)]).total == 30 * YUAN


def test_gift_cards_and_fees_are_not_discounted_and_cards_not_paid_with_points() -> None:
    mixed = Basket(DAY, 1, [Line("gift_card", 100 * YUAN), Line("fee", 10 * YUAN), Line("goods", 20 * YUAN)])
    assert basket.discount(mixed, [percent(100)]).total == 20 * YUAN
    assert basket.most_points(mixed, 0, ONE_CENT, 100_000) == 3_000
    assert basket.discount(mixed, [off(5, threshold=31 * YUAN)]).why_not == {1: "threshold"}


def test_a_coupon_that_does_not_combine_stands_alone_and_the_better_way_is_taken() -> None:
    alone, first, second = off(25, id=1), off(10, id=2, combines=True), off(10, id=3, combines=True)
    made = basket.discount(bought(100), [first, alone, second])
    assert (made.off, made.why_not) == ({1: 25 * YUAN}, {2: "combination", 3: "combination"})
    made = basket.discount(bought(100), [first, replace(alone, value=15 * YUAN), second])
    assert (made.off, made.why_not) == ({2: 10 * YUAN, 3: 10 * YUAN}, {1: "combination"})


def test_percentages_come_before_amounts_and_only_of_what_is_left() -> None:
    made = basket.discount(bought(100), [off(30, combines=True), percent(10, combines=True)])
    assert made.off == {1: 30 * YUAN, 2: 10 * YUAN}
    made = basket.discount(bought(100), [off(95, combines=True), percent(10, combines=True)])
    assert made.off == {1: 90 * YUAN, 2: 10 * YUAN}


def test_points_pay_to_the_cent() -> None:
    """erpnext #31509: whole units only left cents unpaid."""
    odd = Basket(DAY, 1, [Line("goods", 103_700)])
    assert basket.quote(odd, (), ONE_CENT, balance=5_000, points=5_000).to_pay == 0
    made = basket.quote(odd, (), Cash(points=3, amount=200), balance=5_000, points=100)
    assert (made.step, made.points, made.points_pay, made.to_pay) == (3, 99, 6_600, 97_100)


def test_points_pay_a_part_of_an_order_at_most_and_not_too_few() -> None:
    half = Cash(points=100, amount=YUAN, minimum=1_000, percent=50)
    assert basket.most_points(bought(100), 20 * YUAN, half, 99_999) == 4_000
    assert basket.most_points(bought(100), 0, half, 999) == 0
    assert basket.quote(bought(100), (), half, balance=9_999, points=999).points == 0
    assert basket.most_points(bought(15, cent=YUAN), 0, half, 9_999) == 0  # 7 yen would take 700


def test_a_coupon_may_leave_points_out() -> None:
    made = basket.quote(bought(100), [off(20, with_points=False)], ONE_CENT, balance=9_999, points=9_999)
    assert (made.most_points, made.points, made.to_pay) == (0, 0, 80 * YUAN)


def test_refunds_return_points_by_their_sum() -> None:
    assert [basket.points_due(100, back, 30) for back in (0, 10, 20, 30, 31)] == [0, 33, 66, 100, 100]
    assert basket.points_due(100, 0, 0) == 100


amounts = st.integers(0, 2_000_000)
lines = st.builds(
    Line, st.sampled_from(["goods", "goods", "gift_card", "fee"]), amounts, st.sampled_from([5_000, 10_000, 30_000]),
    st.integers(1, 3), st.integers(1, 3),
)  # fmt: skip
baskets = st.builds(
    Basket, st.just(DAY), st.just(1), st.lists(lines, max_size=5), nth=st.integers(0, 2),
    cent=st.sampled_from([100, 10_000]),
)  # fmt: skip
some = st.frozensets(st.integers(1, 3), max_size=2)
days = st.none() | st.dates(DAY - dt.timedelta(2), DAY + dt.timedelta(2))


@st.composite
def purses(draw: st.DrawFn) -> list[Coupon]:
    def one(number: int) -> Coupon:
        kind = draw(st.sampled_from(Kind))
        value = draw({Kind.AMOUNT: amounts, Kind.PERCENT: st.integers(1, 100), Kind.GIFT: st.integers(1, 3)}[kind])
        return Coupon(
            number, kind, value, draw(st.none() | amounts), draw(st.integers(0, 500_000)),
            draw(st.sampled_from([None, 1])), draw(days), draw(days), draw(some), draw(some), draw(some),
            draw(st.booleans()), draw(st.booleans()),
        )  # fmt: skip

    return [one(number) for number in range(draw(st.integers(0, 4)))]


rates = st.builds(Cash, st.integers(0, 500), st.integers(0, 50_000), st.integers(0, 300), st.integers(0, 100))


@given(baskets, purses(), rates, st.integers(0, 50_000), st.integers(0, 50_000), st.randoms())
def test_what_holds_of_every_quote(
    one: Basket, coupons: list[Coupon], cash: Cash, balance: int, points: int, luck: object
) -> None:
    made = basket.quote(one, coupons, cash, balance=balance, points=points)
    # Nothing is below nothing, and the parts are the whole.
    assert min(made.to_pay, made.discount.total, made.points, made.points_pay) >= 0
    assert made.to_pay + made.discount.total + made.points_pay == one.total
    # Whole cents, paid exactly; within what there is and may be.
    assert made.points_pay % one.cent == 0
    assert all(amount % one.cent == 0 for amount in made.discount.off.values())
    assert made.points_pay * cash.points == made.points * cash.amount
    assert made.points <= min(points, balance, made.most_points)
    # Each coupon is answered for, once, and the order in which they were named is none of their business.
    assert set(made.discount.off) | set(made.discount.why_not) == {coupon.id for coupon in coupons}
    assert not set(made.discount.off) & set(made.discount.why_not)
    luck.shuffle(coupons)  # type: ignore[attr-defined]
    assert basket.quote(one, coupons, cash, balance=balance, points=points) == made
    # More points never cost more, nor does another coupon.
    more = basket.quote(one, coupons, cash, balance=balance, points=points + 7)
    assert more.to_pay <= made.to_pay
    assert basket.discount(one, coupons).total >= basket.discount(one, coupons[1:]).total
    # What stands alone does.
    assert len(made.discount.off) < 2 or all(each.combines for each in coupons if each.id in made.discount.off)

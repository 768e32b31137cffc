"""What users of other systems complained of, each as a test of ours."""

import datetime as dt
from decimal import Decimal

import pytest

from members.models import Store
from rewards.models import Coupon
from rewards.rules import basket
from rewards.rules.basket import Basket, Kind, Line
from rewards.services import coupons, gifts, spending
from rewards.tests import offers
from rewards.tests.shop import BY, assert_right, figures, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("merchant")]
DAY = dt.date(2026, 5, 4)


def test_mall_1003_one_coupon_pays_for_one_order_and_no_order_falls_below_nothing(stores: tuple[Store, Store]) -> None:
    """macrozheng/mall #1003: one coupon, five orders, five discounts, a negative amount. Raced in test_taking_race."""
    one = member("M1")
    coupon = coupons.issue(offers.offer(), one, "k", reason="hand", by=BY)
    granted = 0
    for number in range(5):
        order = offers.order(f"O{number}", stores[0], one, (None, "15"))
        try:
            assert coupons.use(order, [coupon], by=BY).total == 150_000  # of 20.00 as much as there is to pay
            granted += 1
        except coupons.Refused:
            pass
    assert granted == 1


def test_litemall_163_a_coupon_comes_back_when_its_order_is_cancelled(stores: tuple[Store, Store]) -> None:
    one = member("M1")
    coupon = coupons.issue(offers.offer(), one, "k", reason="hand", by=BY)
    order = offers.order("O1", stores[0], one, (None, "100"))
    coupons.use(order, [coupon], by=BY)
    coupons.give_back(order, by=BY)
    coupons.use(offers.order("O2", stores[0], one, (None, "100")), [coupon], by=BY)


def test_erpnext_31509_points_pay_the_cents_as_well(stores: tuple[Store, Store]) -> None:
    offers.cash_rules()
    one = member("M1")
    offers.give(one, 2_000)
    order = offers.order("O1", stores[0], one, (None, "10.37"), points="10.37")
    assert spending.pay(order, 1_037, "k", by=BY).detail["amount"] == 103_700
    assert figures(one) == (963, 0, 0)


def test_nopcommerce_5595_cancel_and_refund_together_return_points_once(stores: tuple[Store, Store]) -> None:
    offers.cash_rules()
    one = member("M1")
    offers.give(one, 1_000)
    order = offers.order("O1", stores[0], one, (None, "20"), points="10")
    spending.pay(order, 1_000, "k", by=BY)
    order.status = "cancelled"
    order.save()
    assert [spending.give_back(order, by=BY) for _time in range(2)] == [1_000, 0]
    assert figures(one) == (1_000, 0, 0)
    assert_right()


def test_erpnext_59050_points_that_bought_a_gift_buy_nothing_else(stores: tuple[Store, Store]) -> None:
    one = member("M1")
    offers.give(one, 100)
    mug = offers.gift(points=100)
    gifts.claim(mug, one, stores[0], "1", by=BY)
    with pytest.raises(gifts.Refused):
        gifts.claim(mug, one, stores[0], "2", by=BY)
    assert figures(one) == (0, 0, 0)


def test_repair_desk_1050_points_buy_no_gift_card() -> None:
    cards = Basket(DAY, 1, [Line("gift_card", 1_000_000)])
    assert basket.most_points(cards, 0, basket.Cash(1, 100), 1_000_000) == 0


def test_stacked_percentages_never_come_to_more_than_the_price() -> None:
    """The leak of many shops: two coupons of 60 % each."""
    two = [basket.Coupon(number, Kind.PERCENT, 60, combines=True) for number in (1, 2)]
    made = basket.quote(Basket(DAY, 1, [Line("goods", 1_000_000)]), two)
    assert made.to_pay == 160_000


def test_a_printed_code_that_was_guessed_is_nobodys(stores: tuple[Store, Store]) -> None:
    """Codes are drawn from sixty bits, not counted up: no two neighbours."""
    made = coupons.issue_codes(offers.offer(amount=Decimal(1)), 50, by=BY)
    codes = sorted(Coupon.objects.values_list("code", flat=True))
    assert len(set(codes)) == len(made)
    assert len({code[:6] for code in codes}) == len(made)

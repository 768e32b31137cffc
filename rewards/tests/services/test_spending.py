"""Points as cash: to the cent, within the rules of the day, and back with what is given back."""

from decimal import Decimal
from fractions import Fraction

import pytest

from members.models import Member, Store
from members.tests import counter
from rewards.services import spending
from rewards.services.spending import Refused
from rewards.tests import offers
from rewards.tests.shop import BY, assert_right, figures, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("merchant")]


@pytest.fixture
def store(stores: tuple[Store, Store]) -> Store:
    return stores[0]


@pytest.fixture
def one() -> Member:
    made = member("M1")
    offers.give(made, 5_000)
    return made


def test_points_pay_and_the_entry_says_how(one: Member, store: Store) -> None:
    offers.cash_rules()
    order = offers.order("1", store, one, (None, "10.37"), points="10.37")
    entry = spending.pay(order, 1_037, "k", by=BY)
    assert spending.pay(order, 1_037, "k", by=BY) == entry
    assert (entry.amount, entry.order, figures(one)) == (-1_037, order, (3_963, 0, 0))
    assert entry.detail == {"points": 1_037, "amount": 103_700, "rate": [100, 10_000]}


@pytest.mark.parametrize(
    ("rules", "points"),
    [
        ({"cash_points": 0}, 100),
        ({"cash_minimum": 200}, 100),
        ({"cash_percent": 50}, 1_100),  # of 20.00
        ({"cash_points": 150}, 100),  # 150 points pay 1.00: only multiples of 3 are whole cents
        ({}, 2_001),  # more than the order
        ({}, 0),
    ],
)
def test_what_the_rules_do_not_allow_is_refused(
    rules: dict[str, object], points: int, one: Member, store: Store
) -> None:
    offers.cash_rules(**rules)
    with pytest.raises(Refused):
        spending.pay(offers.order("1", store, one, (None, "20")), points, "k", by=BY)
    assert figures(one) == (5_000, 0, 0)


def test_the_order_and_the_points_must_say_the_same(one: Member, store: Store) -> None:
    offers.cash_rules()
    with pytest.raises(Refused):
        spending.pay(offers.order("1", store, one, (None, "20"), points="3"), 200, "k", by=BY)


def test_a_guest_or_a_member_with_too_few_points_is_refused(store: Store) -> None:
    offers.cash_rules()
    for number, buyer in (("1", None), ("2", member("M2"))):
        with pytest.raises(Refused):
            spending.pay(offers.order(number, store, buyer, (None, "20")), 100, number, by=BY)


def test_a_till_that_was_offline_lets_points_pay_no_more_than_the_order_costs(one: Member, store: Store) -> None:
    offers.cash_rules()
    order = offers.order("1", store, one, (None, "60"))
    with pytest.raises(Refused):
        spending.pay(order, 900_000, "k", by=BY, policy=spending.Offline.DEBT)
    assert figures(one) == (5_000, 0, 0)


def test_a_till_that_was_offline_may_let_the_member_owe(one: Member, store: Store) -> None:
    offers.cash_rules()
    order = offers.order("1", store, one, (None, "60"), points="60")
    entry = spending.pay(order, 6_000, "k", by=BY, policy=spending.Offline.DEBT)
    assert spending.pay(order, 6_000, "k", by=BY, policy=spending.Offline.DEBT) == entry
    assert (entry.amount, figures(one)) == (-6_000, (0, 0, 1_000))
    more = offers.order("2", store, one, (None, "5"), points="5")
    spending.pay(more, 500, "k2", by=BY, policy=spending.Offline.DEBT)
    assert figures(one) == (0, 0, 1_500)
    assert_right()
    assert spending.give_back(order, by=BY, share=Fraction(1)) == 6_000
    assert figures(one) == (4_500, 0, 0)
    assert_right()


def test_refunds_bring_back_their_share_and_in_the_end_all(one: Member, store: Store) -> None:
    offers.cash_rules()
    order = offers.order("1", store, one, (None, "40"), points="10")  # 30 were paid in money
    spending.pay(order, 1_000, "k", by=BY)
    back = []
    for number in range(3):
        counter.refund(f"r{number}", order, "10")
        back.append(spending.give_back(order, by=BY))
        assert spending.give_back(order, by=BY) == 0
    assert (back, figures(one)) == ([333, 333, 334], (5_000, 0, 0))
    assert_right()


def test_a_void_order_brings_back_all_that_is_not_back_yet(one: Member, store: Store) -> None:
    offers.cash_rules()
    order = offers.order("1", store, one, (None, "40"), points="10")
    spending.pay(order, 1_000, "k", by=BY)
    assert spending.give_back(order, by=BY, share=Fraction(1, 4)) == 250
    order.status = "cancelled"
    order.save()
    assert spending.give_back(order, by=BY) == 750
    assert spending.give_back(order, by=BY, share=Fraction(1, 4)) == 0
    assert figures(one) == (5_000, 0, 0)


def test_a_yen_has_no_cents(one: Member, store: Store, merchant: object) -> None:
    merchant.currency = "JPY"  # type: ignore[attr-defined]
    merchant.save()  # type: ignore[attr-defined]
    offers.cash_rules(cash_points=100, cash_amount=Decimal(1))
    order = offers.order("1", store, one, (None, "20"))
    with pytest.raises(Refused):
        spending.pay(order, 150, "k", by=BY)
    spending.pay(order, 200, "k", by=BY)

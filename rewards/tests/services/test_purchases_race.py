"""Tills at once: threads with connections of their own, on both databases; what is granted is what there was."""

import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Scope
from members.models import Member, Merchant, Order, Payment, Refund, Store
from members.services import tokens
from members.tests import bearer
from rewards.models import CouponOffer, PointsRules
from rewards.services import coupons, ledger, purchases
from rewards.services.purchases import Refused, Sale
from rewards.tests.shop import BY, assert_right, deed, figures, lasting, member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def till(db: None) -> Actor:
    Merchant.objects.create(pk=1, name="Test")
    store = Store.objects.create(code="S1", name="First")
    PointsRules.objects.create(
        first_day=dt.date(2026, 1, 1), points=1, per=1, cash_points=100, cash_amount=1, published_at=clock.now()
    )
    actor = tokens.actor_of(bearer.issue(Scope.TILL, stores=[store])[1], "")
    assert actor is not None
    return actor


@pytest.fixture
def wang(till: Actor) -> Member:
    one = member("M1")
    ledger.earn(member=one, points=1000, deed=deed("opening"), term=lasting(300))
    return one


def sale(number: str, points: int, codes: Sequence[str] = ()) -> Sale:
    item = {"order_no": number, "ordered_at": "2026-05-04T10:00:00+08:00", "total": "100", "member_no": "M1"}
    return Sale(item, list(codes), points)


def at_once(deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each came to; None: refused."""

    def do(one: Callable[[], Any]) -> Any:
        try:
            return one()
        except Refused:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def test_of_five_sales_that_want_the_same_points_three_get_them(till: Actor, wang: Member) -> None:
    deeds = [lambda n=n: purchases.sell(sale(f"A{n}", 300), by=till) for n in range(5)]
    sold = [one for one in at_once(deeds) if one]
    earned = 97 * len(sold)
    assert len(sold) >= 3  # what the first ones earn may be enough for one more
    assert Order.objects.count() == len(sold) == Payment.objects.filter(kind="points").count()
    assert figures(wang) == (1000 - 300 * len(sold) + earned, 0, 0)
    assert_right()


def test_one_coupon_is_used_once(till: Actor, wang: Member) -> None:
    offer = CouponOffer.objects.create(name="Ten off", kind="amount", amount=Decimal(10))
    code = coupons.issue_codes(offer, 1, by=BY)[0].code
    sold = at_once([lambda n=n: purchases.sell(sale(f"A{n}", 0, [code]), by=till) for n in range(4)])
    assert sum(one is not None for one in sold) == 1
    assert Order.objects.count() == Payment.objects.filter(kind="coupon").count() == 1


def test_the_same_sale_from_four_tills_is_one(till: Actor, wang: Member) -> None:
    sold = at_once([lambda: purchases.sell(sale("A1", 300), by=till)] * 4)
    assert sorted(one.is_new for one in sold) == [False, False, False, True]
    assert figures(wang) == (797, 0, 0)
    assert_right()


@pytest.mark.parametrize("_turn", range(3))
def test_a_void_beside_a_refund_leaves_one_of_them(till: Actor, wang: Member, _turn: int) -> None:
    """Neither takes the points a second time, and no refund hangs on an order that was cancelled."""
    purchases.sell(sale("A1", 300), by=till)
    back = {"refund_no": "R1", "order_no": "A1", "refunded_at": "2026-05-06T10:00:00+08:00", "amount": "97"}
    at_once([lambda: purchases.void("A1", by=till), lambda: purchases.refund(back, by=till)])
    standing = Order.objects.get(voided_at=None)
    refunds = Refund.objects.filter(order=standing, voided_at=None).count()
    assert (standing.status == "cancelled") != (refunds == 1)
    assert Refund.objects.filter(voided_at=None, order__voided_at__isnull=False).count() == 0
    assert figures(wang) == (1000, 0, 0)
    assert_right()


def test_refunds_at_once_give_no_more_back_than_was_paid(till: Actor, wang: Member) -> None:
    purchases.sell(sale("A1", 300), by=till)
    back = {"order_no": "A1", "refunded_at": "2026-05-06T10:00:00+08:00", "amount": "40"}
    given = at_once([lambda n=n: purchases.refund(back | {"refund_no": f"R{n}"}, by=till) for n in range(5)])
    assert sum(one is not None for one in given) == 2
    assert figures(wang) == (1000 - 300 + 97 - 80 + 247, 0, 0)  # 80 of 97 yuan: 300 * 80 // 97 come back
    assert_right()

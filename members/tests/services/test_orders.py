"""Orders after their import: how they were paid, and that they were cancelled."""

from decimal import Decimal

import pytest

from members.lib.actor import system
from members.models import Order, Payment, Store, Touched, Webhook, WebhookMessage
from members.services import orders
from members.services.imports import direct
from members.tests.counter import member, order, refund

BY = system("till")
pytestmark = pytest.mark.usefixtures("merchant")


def test_what_points_and_coupons_paid_is_no_revenue(stores: tuple[Store, Store]) -> None:
    sold = order("A1", stores[0], gross="100")
    for _again in range(2):
        orders.split_payment(sold, points=Decimal(3), coupons=Decimal(10))
    assert sorted(Payment.objects.values_list("kind", "amount")) == [
        ("coupon", Decimal(10)), ("money", Decimal(87)), ("points", Decimal(3)),
    ]  # fmt: skip
    assert Order.objects.get().gross == 87
    assert orders.paid_with_money(sold) == 87


def test_an_order_that_was_paid_by_points_alone_has_no_part_of_money(stores: tuple[Store, Store]) -> None:
    orders.split_payment(order("A1", stores[0], gross="3"), points=Decimal(3), coupons=Decimal(0))
    assert Payment.objects.get().kind == "points"


def test_a_cancelled_order_is_a_new_version_of_which_webhooks_and_reports_learn(stores: tuple[Store, Store]) -> None:
    Webhook.objects.create(name="W", url="https://example.com/", events=[direct.RECORDED], secret="x" * 20)
    sold = order("A1", stores[0], member("M1"))
    undone = orders.cancel(sold, by=BY)
    assert (undone.status, undone.replaces, undone.member) == ("cancelled", sold, sold.member)
    assert orders.cancel(undone, by=BY) == undone
    (message,) = WebhookMessage.objects.all()
    assert message.data["orders"][0]["status"] == "cancelled"
    assert {sold.pk, undone.pk} <= set(Touched.objects.filter(kind="order").values_list("key", flat=True))
    with pytest.raises(orders.Refused):
        orders.cancel(sold, by=BY)  # a version that stands no more


def test_one_of_which_money_was_given_back_is_not_cancelled(stores: tuple[Store, Store]) -> None:
    sold = order("A1", stores[0])
    refund("R1", sold, "4")
    assert orders.refunded(sold) == 4
    with pytest.raises(orders.Refused):
        orders.cancel(sold, by=BY)

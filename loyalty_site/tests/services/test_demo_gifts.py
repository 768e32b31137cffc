"""Coupons and gifts of the demo: what the orders say was paid by coupons, and nothing that the proof finds wrong."""

import datetime as dt

import pytest
from django.db.models import F

from loyalty_site.demo.generate import Wish
from loyalty_site.services import demo
from members.lib.actor import system
from members.models import Payment
from rewards.models import Coupon, CouponOffer, Gift
from rewards.tests.shop import assert_right

BY = system("test")
pytestmark = pytest.mark.django_db


def test_used_coupons_are_those_that_paid_and_the_rest_is_open_or_over() -> None:
    demo.open_shop(wish=Wish(end=dt.date(2026, 11, 21), scale=0.01), by=BY)
    used = Coupon.objects.filter(state="used")
    paid = Payment.objects.filter(kind="coupon", order__in=used.values("order"))
    assert used.count() == paid.count() > 0
    assert not used.exclude(order__payments__kind="coupon", order__payments__amount=F("amount")).exists()
    assert not used.exclude(member=F("order__member")).exists()
    assert Coupon.objects.filter(state="open").exists()
    assert Coupon.objects.filter(state="expired").exists()
    assert Gift.objects.count() == 4
    assert_right()
    codes = set(Coupon.objects.values_list("code", flat=True))
    demo.take_away(by=BY)
    assert not CouponOffer.objects.exists()
    assert not Gift.objects.exists()
    assert len(codes) > used.count()

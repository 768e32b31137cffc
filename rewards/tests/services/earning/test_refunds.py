"""Refunds that name no order: at the rate of their day, the newest points first, never more than were earned."""

from collections.abc import Callable

import pytest

from members.lib import clock
from members.models import Member, Merchant, Refund
from rewards.models import Earning, Entry
from rewards.queries import replay, to_earn
from rewards.services.earning import catch_up, settle_order
from rewards.services.earning.refunds import settle_refund
from rewards.tests.earners import programme, refund, sold
from rewards.tests.shop import BY, assert_right, figures, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(merchant: Merchant) -> Member:
    programme(expiry="never")
    return member("M1")


def loose(one: Member, amount: str, day: str = "2026-03-10") -> Refund:
    """A refund of which nobody knows the order."""
    made = refund(sold(one, "0", day="2025-01-01"), amount, day=day)
    Refund.objects.filter(pk=made.pk).update(order=None)
    return Refund.objects.get(pk=made.pk)


def settle(made: Refund) -> int:
    points = settle_refund(made.pk, by=BY)
    assert_right()
    assert list(replay.differences()) == []
    return points


def kept() -> list[int]:
    return list(Earning.objects.order_by("order_id").values_list("kept", flat=True))


def test_the_newest_points_go_first_and_once(one: Member) -> None:
    for day in ("2026-03-01", "2026-03-05", "2026-03-20"):
        settle_order(sold(one, "100", day=day).pk, by=BY)
    back = loose(one, "130.90")
    assert (settle(back), settle(back)) == (130, 130)
    assert kept() == [70, 0, 100]  # what was bought after the refund is not touched
    assert figures(one) == (170, 0, 0)


def test_never_more_than_was_earned(one: Member) -> None:
    settle_order(sold(one, "100").pk, by=BY)
    assert settle(loose(one, "5000")) == 100
    assert settle(loose(one, "5000")) == 0
    assert figures(one) == (0, 0, 0)


def test_an_order_that_is_given_back_afterwards_loses_only_what_is_left(one: Member) -> None:
    order = sold(one, "100")
    settle_order(order.pk, by=BY)
    settle(loose(one, "30"))
    refund(order, "100")
    assert settle_order(order.pk, by=BY).kept == 0
    assert figures(one) == (0, 0, 0)
    assert sum(Entry.objects.values_list("amount", flat=True)) == 0


def test_a_withdrawn_one_gives_its_points_again_and_the_job_finds_both(
    one: Member, work_off: Callable[[], int]
) -> None:
    order = sold(one, "100")
    settle_order(order.pk, by=BY)
    back = loose(one, "30")
    catch_up.enqueue(BY)
    work_off()
    assert kept() == [70]
    Refund.objects.filter(pk=back.pk).update(voided_at=clock.now())
    catch_up.enqueue(BY)
    work_off()
    assert kept() == [100]
    first_day = order.business_date
    assert not to_earn.unnamed_refunds(first_day).exists()
    assert figures(one) == (100, 0, 0)
    assert_right()

"""Gifts for points: the gift, its stock and the points go together, and come back together."""

import datetime as dt

import pytest

from members.lib import clock
from members.models import Member, Store
from rewards.models import Coupon, Gift, GiftClaim
from rewards.services import coupons, gifts
from rewards.services.gifts import Refused
from rewards.tests import offers
from rewards.tests.shop import BY, assert_right, figures, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("merchant")]


@pytest.fixture
def store(stores: tuple[Store, Store]) -> Store:
    return stores[0]


@pytest.fixture
def one() -> Member:
    made = member("M1")
    offers.give(made, 250)
    return made


def test_a_claim_takes_points_and_stock_and_waits_to_be_handed_over(one: Member, store: Store) -> None:
    mug = offers.gift(stock=3)
    claim = gifts.claim(mug, one, store, "k", by=BY)
    assert gifts.claim(mug, one, store, "k", by=BY) == claim
    mug.refresh_from_db()
    assert (claim.state, mug.given, figures(one)) == ("reserved", 1, (150, 0, 0))
    gifts.hand_over(claim, by=BY)
    with pytest.raises(Refused):
        gifts.hand_over(claim, by=BY)
    with pytest.raises(Refused):
        gifts.cancel(claim, by=BY)
    assert_right()


def test_a_cancelled_claim_gives_everything_back_once(one: Member, store: Store) -> None:
    mug = offers.gift(stock=1)
    claim = gifts.claim(mug, one, store, "k", by=BY)
    gifts.cancel(claim, by=BY)
    with pytest.raises(Refused):
        gifts.cancel(claim, by=BY)
    mug.refresh_from_db()
    assert (mug.given, figures(one)) == (0, (250, 0, 0))
    gifts.claim(mug, one, store, "again", by=BY)
    assert_right()


@pytest.mark.parametrize(
    "more",
    [
        {"points": 251}, {"stock": 0}, {"is_active": False}, {"per_member": 0},
        {"first_day": dt.date(2999, 1, 1)}, {"last_day": dt.date(2000, 1, 1)},
    ],
)  # fmt: skip
def test_a_refused_claim_changes_nothing(more: dict[str, object], one: Member, store: Store) -> None:
    mug = offers.gift(**more)
    with pytest.raises(Refused):
        gifts.claim(mug, one, store, "k", by=BY)
    mug.refresh_from_db()
    assert (mug.given, GiftClaim.objects.count(), figures(one)) == (0, 0, (250, 0, 0))


def test_each_may_have_so_many_and_a_cancelled_one_does_not_count(one: Member, store: Store) -> None:
    mug = offers.gift(per_member=1)
    claim = gifts.claim(mug, one, store, "1", by=BY)
    with pytest.raises(Refused):
        gifts.claim(mug, one, store, "2", by=BY)
    gifts.cancel(claim, by=BY)
    gifts.claim(mug, one, store, "3", by=BY)


def test_the_day_of_the_store_decides(one: Member, stores: tuple[Store, Store]) -> None:
    here, there = stores
    there.zone = "Pacific/Honolulu"
    there.save()
    today = clock.local_date(clock.now(), there.zone)
    mug = offers.gift(last_day=today, first_day=today)
    gifts.claim(mug, one, there, "k", by=BY)
    if clock.local_date(clock.now(), here.zone) > today:
        with pytest.raises(Refused):
            gifts.claim(mug, one, here, "k2", by=BY)


def test_points_buy_a_coupon_which_is_there_at_once(one: Member, store: Store) -> None:
    offer = offers.offer(per_member=None, stock=1)
    ticket = offers.gift("20 off", kind="coupon", coupon=offer)
    claim = gifts.claim(ticket, one, store, "k", by=BY)
    assert (claim.state, Coupon.objects.get().member) == ("done", one)
    with pytest.raises(Refused):  # the offer has no more, so no points go either
        gifts.claim(ticket, one, store, "k2", by=BY)
    assert figures(one) == (150, 0, 0)
    gifts.cancel(claim, by=BY)
    assert (Coupon.objects.get().state, figures(one)) == ("void", (250, 0, 0))


def test_a_coupon_that_was_used_is_not_given_back(one: Member, store: Store) -> None:
    claim = gifts.claim(offers.gift(kind="coupon", coupon=offers.offer()), one, store, "k", by=BY)
    coupons.use(offers.order("1", store, one, (None, "100")), [Coupon.objects.get()], by=BY)
    with pytest.raises(Refused):
        gifts.cancel(claim, by=BY)
    claim.refresh_from_db()
    assert (claim.state, Gift.objects.get().given, figures(one)) == ("done", 1, (150, 0, 0))

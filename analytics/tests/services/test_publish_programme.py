"""The programme in the warehouse: what the ledger, the tiers and the coupons hold reaches the reports."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from analytics.facts.door import Cut, open_facts
from analytics.metrics.points import points_flow
from analytics.services.publish import is_due, publish
from analytics.tests.engines import day
from analytics.tests.shopkeeper import Shop
from members.lib.actor import system
from members.models import Member, Merchant
from members.services import merges
from rewards.models import Account, Coupon, CouponOffer, Tier, TierStay
from rewards.services import ledger
from rewards.tests.shop import DAY, deed, lasting

EVERYBODY = system("test")


@pytest.fixture
def time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(dt.datetime(2026, 1, 1, 4, tzinfo=dt.UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def shop(time: object, merchant: Merchant) -> Shop:
    shop = Shop()
    shop.sell("a", "2026-01-01")
    return shop


def one() -> Member:
    return Member.objects.get(number_key="a")


def flow(first: str, last: str) -> dict[str, int]:
    with open_facts(EVERYBODY, Cut()) as facts:
        frame = points_flow(facts.points, grain="month", first_day=day(first), last_day=day(last))
    return {
        "closing": int(frame.closing.iloc[-1]),
        **{name: int(frame[name].sum()) for name in ("earned", "redeemed", "expired")},
    }


def test_golden_case_of_the_ledger_reaches_the_reports(shop: Shop, time: time_machine.Traveller) -> None:
    """A sweep that comes late changes no figure: points end the day after their last."""
    ledger.earn(member=one(), points=100, deed=deed("e1"), term=lasting(30))
    publish()
    time.shift(10 * DAY)
    ledger.redeem(member=one(), points=80, deed=deed("r"))
    time.shift(10 * DAY)
    ledger.earn(member=one(), points=50, deed=deed("e2"), term=lasting(365))
    time.shift(70 * DAY)
    ledger.settle(member=one())
    assert is_due()
    publish()
    assert flow("2026-01-01", "2026-01-31") == {"closing": 70, "earned": 150, "redeemed": -80, "expired": 0}
    assert flow("2026-02-01", "2026-02-28") == {"closing": 50, "earned": 0, "redeemed": 0, "expired": -20}
    assert Account.objects.get().balance == 50


def test_points_that_come_back_over_expire_on_that_day(shop: Shop, time: time_machine.Traveller) -> None:
    ledger.earn(member=one(), points=10, deed=deed("e"), term=lasting(5))
    spent = ledger.redeem(member=one(), points=10, deed=deed("r")).entry
    time.shift(60 * DAY)
    ledger.give_back(spent=spent, points=10, deed=deed("b"))
    publish()
    assert flow("2026-01-01", "2026-02-28")["closing"] == 0
    assert flow("2026-03-01", "2026-03-31") == {"closing": 0, "earned": 0, "redeemed": 0, "expired": -10}


def test_only_the_touched_month_is_written_anew(shop: Shop, time: time_machine.Traveller) -> None:
    ledger.earn(member=one(), points=10, deed=deed("e"), term=lasting(365))
    before = publish().parts["points_moves"]
    time.shift(40 * DAY)
    ledger.redeem(member=one(), points=4, deed=deed("r"))
    after = publish().parts["points_moves"]
    assert set(after) - set(before) == {str(2026 * 12 + 1)}
    assert after[str(2026 * 12)] == before[str(2026 * 12)]


def test_points_count_for_the_person_and_for_stores_of_the_first_purchase(shop: Shop, time: object) -> None:
    other = Member.objects.create(number="b")
    ledger.earn(member=other, points=10, deed=deed("e"), term=lasting(365))
    merges.merge(member=other, into=one(), by=EVERYBODY)
    publish()
    with open_facts(EVERYBODY, Cut()) as facts:
        assert set(facts.points.to_pandas().member_id) == {one().pk}
    with open_facts(EVERYBODY, Cut(store_ids=frozenset({10**6}))) as facts:
        assert facts.points.to_pandas().empty


def test_tiers_and_coupons_are_those_of_the_moment(shop: Shop, time: time_machine.Traveller) -> None:
    now = dt.datetime(2026, 1, 1, 4, tzinfo=dt.UTC)
    gold = Tier.objects.create(code="gold", name="Gold", rank=2)
    stay = TierStay.objects.create(
        member=one(), tier=gold, reason="raised", starts_on=dt.date(2026, 1, 1), recorded_at=now, actor_kind="system"
    )
    offer = CouponOffer.objects.create(name="Ten", kind="percent", percent=10)
    Coupon.objects.create(offer=offer, code="C1", member=one(), issued_at=now, last_day=dt.date(2026, 2, 1))
    publish()
    with open_facts(EVERYBODY, Cut()) as facts:
        assert facts.tier_stays.to_pandas()[["rank", "from_day"]].to_numpy().tolist() == [[2, day("2026-01-01")]]
        (coupon,) = facts.coupons.to_pandas().to_dict("records")
    assert (coupon["state"], coupon["day"], coupon["last_day"]) == (0, day("2026-01-01"), day("2026-02-01"))
    TierStay.objects.filter(pk=stay.pk).update(ends_on=dt.date(2026, 3, 1))
    shop.sell("a", "2026-01-02")
    publish()
    with open_facts(EVERYBODY, Cut()) as facts:
        assert list(facts.tier_stays.to_pandas().to_day) == [day("2026-03-01")]

"""The reports about rewards: what they say of a small shop, what they open, and what an analyst is not told."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
import time_machine
from django.utils import translation

from analytics.reports import drill
from analytics.reports import report as reports
from analytics.reports.query import parse
from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from members.lib.actor import Actor, system
from members.models import Member, Merchant
from rewards.models import CouponOffer, PointsRules, Tier, TierStay
from rewards.services import ledger
from rewards.tests.shop import DAY, deed, lasting

EVERYBODY = system("test")


@pytest.fixture
def time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(dt.datetime(2026, 1, 1, 4, tzinfo=dt.UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def shop(time: time_machine.Traveller, merchant: Merchant) -> Shop:
    """The golden case: 100 that last 30 days, 80 spent on day 10, 50 more on day 20; looked at on day 31."""
    shop = Shop()
    shop.sell("a", "2026-01-01")
    one = Member.objects.get(number_key="a")
    ledger.earn(member=one, points=100, deed=deed("e1"), term=lasting(30))
    time.shift(10 * DAY)
    ledger.redeem(member=one, points=80, deed=deed("r"))
    time.shift(10 * DAY)
    ledger.earn(member=one, points=50, deed=deed("e2"), term=lasting(365))
    time.shift(11 * DAY)
    ledger.settle(member=one)
    shop.sell("a", "2026-02-01")
    publish()
    return shop


def asked(slug: str, actor: Actor = EVERYBODY, **given: str) -> list[dict[str, str]]:
    query = parse(reports.get(slug).choices, {name: [value] for name, value in given.items()})
    return reports.frame(slug, actor, query).rows()


def opened(slug: str, cell: str, group: str, **more: str) -> list[int]:
    params = {"cell": [cell], "set": [group], **{name: [value] for name, value in more.items()}}
    return sorted(drill.audience(slug, EVERYBODY, params).ids)


def test_flow_of_the_golden_case(shop: Shop) -> None:
    january, february = asked("points-flow")
    assert january["opening"] == "0"
    assert (january["earned"], january["redeemed"], january["expired"], january["closing"]) == ("150", "-80", "0", "70")
    assert (february["opening"], february["expired"], february["closing"]) == ("70", "-20", "50")
    assert opened("points-flow", "2026-01", "earned") == opened("points-flow", "2026-02", "expired")
    assert opened("points-flow", "2026-02", "redeemed") == []


def test_liability_tells_points_and_what_they_pay(shop: Shop) -> None:
    PointsRules.objects.create(
        first_day=dt.date(2026, 1, 1), published_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), cash_points=100,
        cash_amount=Decimal(1),
    )  # fmt: skip
    total, row = asked("points-liability")
    assert (total["expires"], total["points"], total["members"]) == ("all", "50", "1")
    assert (row["expires"], row["points"], row["gross"]) == ("2027-01", "50", "0.50")
    assert row["share"] == "0.8"  # of the 100 whose life is over, 80 were spent
    assert row["value"] == "0.40"
    assert Decimal(row["value_low"]) < Decimal(row["value"]) < Decimal(row["value_high"])
    report = reports.get("points-liability")
    found = reports.frame("points-liability", EVERYBODY, parse(report.choices, {}))
    low, share, high = found.meta["deferred"]  # a point a yuan, which pays a cent
    assert share == pytest.approx(0.008 / 1.008)
    assert low < share < high
    with translation.override("en"):
        assert [said for said in report.remarks(found) if "0.79%" in said]
    assert opened("points-liability", "2027-01", "members") == opened("points-liability", "all", "members")
    assert len(opened("points-liability", "2027-01", "members")) == 1


def test_liability_of_a_past_day_is_what_was_out_then(shop: Shop) -> None:
    total = asked("points-liability", as_of="2026-01-15")[0]
    assert total["points"] == "20"
    assert total["gross"] == ""  # no rules say what points pay


def test_moves_between_tiers_open_their_people(shop: Shop) -> None:
    one = Member.objects.get(number_key="a")
    Tier.objects.create(code="basic", name="Basic", rank=0)
    gold = Tier.objects.create(code="gold", name="Gold", rank=1)
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    TierStay.objects.create(
        member=one, tier=gold, reason="raised", starts_on=dt.date(2026, 1, 20), recorded_at=now, actor_kind="system"
    )
    shop.sell("b", "2026-01-25")
    publish()
    dates = {"from": "2026-01-10", "to": "2026-02-01"}
    rows = {(row["before"], row["after"]): row["members"] for row in asked("tier-migration", **dates)}
    assert rows == {("basic", "gold"): "1", ("new", "basic"): "1"}
    assert opened("tier-migration", "basic:gold", "members", range="2026-01-10..2026-02-01") == [one.pk]


def test_coupons_and_benefits_have_rows_of_their_own_words(shop: Shop) -> None:
    CouponOffer.objects.create(name="Ten off", kind="percent", percent=10)
    Tier.objects.create(code="basic", name="Basic", rank=0)
    publish()
    assert asked("coupon-use") == []
    assert [row["tier"] for row in asked("benefit-cost")] == ["basic"]


# --- what an analyst is not told ---------------------------------------------------------------------------------


def flow_frame(**columns: list[int]) -> pd.DataFrame:
    names = ["earned", "brought", "redeemed", "expired", "adjusted", "taken_back", "given_back", "set_off"]
    quiet: dict[str, Any] = {name: [0, 0] for name in [*names, *(f"n_{name}" for name in names)]}
    more = {"period": ["2026-01", "2026-02"], "opening": [0, 9], "closing": [9, 9], "redemption_rate": [0.0, 0.0]}
    return pd.DataFrame(quiet | more | columns)


def test_a_flow_of_few_people_hides_the_sums_it_could_be_reckoned_from() -> None:
    frame = reports.get("points-flow").withhold(flow_frame(earned=[9, 90], n_earned=[3, 40], redeemed=[0, -5]))
    assert frame["earned"].isna().tolist() == [True, False]
    assert frame["opening"].isna().all()
    assert frame["closing"].isna().all()
    assert frame["redeemed"].tolist() == [0, -5]


def test_nothing_is_hidden_where_everybody_is_many() -> None:
    frame = reports.get("points-flow").withhold(flow_frame(earned=[9, 90], n_earned=[30, 40]))
    assert not frame.isna().any(axis=None)


def test_a_month_of_few_people_is_hidden_with_one_more() -> None:
    values = {"value_low": 1, "value": 1, "value_high": 1, "gross": 1}
    rows = [
        {"expires": "all", "points": 100, "members": 60, **values},
        {"expires": "2026-01", "points": 10, "members": 3, **values},
        {"expires": "2026-02", "points": 30, "members": 20, **values},
        {"expires": "2026-03", "points": 60, "members": 40, **values},
    ]
    frame = reports.get("points-liability").withhold(pd.DataFrame(rows))
    assert frame["points"].isna().tolist() == [False, True, True, False]
    assert frame["gross"].isna().tolist() == [False, True, True, False]

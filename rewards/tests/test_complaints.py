"""What users of other programmes complain about, each with its thread, and that it does not happen here."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
import time_machine

from members.lib.money import to_units
from members.models import Merchant
from members.queries import people
from members.services import jobs
from rewards.models import Lot, TierStay
from rewards.queries import tiers as tier_queries
from rewards.rules import tiers as tier_rules
from rewards.services import earning, ledger, tiers
from rewards.tests import earners, programme
from rewards.tests.programme import BY, ago, buys, returns
from rewards.tests.shop import deed, figures, lasting, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("merchant")]


class TestTiers:
    def test_spending_points_does_not_cost_the_tier(self) -> None:
        """DivanteLtd/open-loyalty #131: the tier followed the balance, so who spent points fell."""
        programme.tiers().conditions.update(spend=None, points=100)
        one = member("M1")
        ledger.earn(member=one, points=100, deed=deed("e"), term=lasting(30))
        tiers.evaluate(one, by=BY)
        ledger.redeem(member=one, points=100, deed=deed("r"))
        tiers.evaluate(one, by=BY)
        assert tier_queries.on([one.pk], people.today()) == {one.pk: "gold"}

    @pytest.mark.parametrize(("spend", "tier"), [("999.99", None), ("1000", "silver"), ("4999.99", "silver")])
    def test_the_minimum_spend_of_a_tier_is_kept_to(self, spend: str, tier: str | None) -> None:
        """frappe/erpnext #14930 (2018), #22167 (2020), #24672 (2021), #45450 (2025), PR 41564: it was ignored."""
        programme.tiers()
        one = member("M1")
        buys(one, spend)
        tiers.evaluate(one, by=BY)
        assert tier_queries.on([one.pk], people.today()).get(one.pk) == tier

    def test_buy_refund_keep_the_tier_ends_with_the_period(self) -> None:
        """odoo/odoo PR 257854 for points: buy, refund, keep. A tier stays for its period, and is not renewed."""
        programme.tiers()
        one = member("M1")
        returns(buys(one, "5000", on=ago(366)), "5000", on=ago(365))
        tiers.evaluate(one, by=BY)
        assert tier_queries.on([one.pk], ago(2)) == {one.pk: "gold"}
        assert tier_queries.on([one.pk], people.today()) == {one.pk: "ordinary"}

    def test_only_the_changes_are_worked_out(self) -> None:
        """mautic/mautic #8113: everybody was recomputed. A night with nothing new asks about nobody."""
        programme.tiers()
        with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False) as machine:
            buys(member("M1"), "1000")
            for _night in range(2):
                machine.shift(dt.timedelta(days=1))
                job = tiers.enqueue(BY)
                assert job is not None
                jobs.run(job.pk)
                job.refresh_from_db()
            assert job.result["members"] == 0

    @pytest.mark.parametrize("born", [dt.date(2024, 2, 29), dt.date(2024, 1, 31)])
    def test_periods_end_at_the_end_of_short_months(self, born: dt.date) -> None:
        """SparkDevNetwork/Rock #4105: the 29th of February. A period of a month or a year never skips a day."""
        for months in (1, 12, 13):
            version = tier_rules.Rules(born, (), months=months)
            end = tier_rules.period_end(version, born)
            assert end + tier_rules.DAY == tier_rules.add_months(born, months)
            assert (end.month - born.month) % 12 in {months % 12, (months - 1) % 12}

    def test_the_day_is_that_of_the_store_and_not_of_utc(self, work_off: Callable[[], int], merchant: Merchant) -> None:
        """mautic/mautic #17319, #9040: dates evaluated in UTC were a day off."""
        programme.tiers()
        late = dt.datetime(2026, 6, 15, 17, tzinfo=dt.UTC)  # in Shanghai it is the 16th
        with time_machine.travel(late, tick=False):
            one = member("M1")
            buys(one, "1000")
            tiers.evaluate(one, by=BY)
        assert TierStay.objects.get().starts_on == dt.date(2026, 6, 16)

    def test_the_log_explains_the_tier(self) -> None:
        """mautic/mautic #5369: 127 points shown, the log explained 47. Each time in a tier keeps its figures."""
        programme.tiers()
        one = member("M1")
        buys(one, "600")
        returns(buys(one, "700"), "100")
        stay = tiers.evaluate(one, by=BY)
        assert stay is not None
        assert stay.detail == {"spend": to_units(Decimal(1200)), "orders": 2, "points": 0}


class TestEarning:
    def test_bought_given_back_and_the_points_are_gone_however_often(self) -> None:
        """odoo PR 257854, PR 238806; frappe/erpnext #32951; points-and-rewards-for-woocommerce #112."""
        earners.programme(expiry="never")
        one = member("M1")
        for _again in range(3):
            order = earners.sold(one)
            earning.settle_order(order.pk, by=BY)
            earners.refund(order, "100")
            earning.settle_order(order.pk, by=BY)
            earning.settle_order(order.pk, by=BY)
        assert figures(one) == (0, 0, 0)

    def test_a_void_order_gives_no_points(self) -> None:
        """FloCafe #720: points were given on voided lines."""
        earners.programme(expiry="never")
        one = member("M1")
        order = earners.sold(one, voided_at=earners.at("2026-03-02"))
        earning.settle_order(order.pk, by=BY)
        assert figures(one) == (0, 0, 0)

    def test_points_wait_until_the_time_for_returns_is_over(self) -> None:
        """nopCommerce #576."""
        earners.programme(expiry="never", pending_days=30)
        one = member("M1")
        today = people.today()
        earning.settle_order(earners.sold(one, day=today.isoformat()).pk, by=BY)
        assert figures(one) == (0, 100, 0)
        assert Lot.objects.get().is_pending

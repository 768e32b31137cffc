"""Purchases earn points: once, by the rules of their day, less what refunds took; and what is wrong earns nothing."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine

from members.lib import clock
from members.models import Category, Member, Merchant, Order, OrderLine, Product, Refund, Store
from members.services import merges
from rewards.models import Earning, Entry, Lot, PointsRules, Tier, TierStay
from rewards.services import ledger
from rewards.services.earning import settle_order
from rewards.tests.earners import balance, programme, refund, sold
from rewards.tests.shop import BY, DAY, assert_right, deed, figures, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def time(merchant: Merchant) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(dt.datetime(2026, 3, 20, 4, tzinfo=dt.UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def one(time: object) -> Member:
    return member("M1")


def settle(order: Order) -> Earning:
    earning = settle_order(order.pk, by=BY)
    assert_right()
    return earning


def void(fact: Order | Refund) -> None:
    fact.voided_at = clock.now()
    fact.save(update_fields=["voided_at"])


def test_a_purchase_earns_once_however_often_it_is_looked_at(one: Member) -> None:
    programme()
    order = sold(one, "37.40")
    assert (settle(order).points, settle(order).kept, settle(order).pk) == (37, 37, settle(order).pk)
    assert figures(one) == (37, 0, 0)
    entry = Entry.objects.get()
    assert (entry.key, entry.happened_at, entry.order) == (f"order-{order.pk}", order.ordered_at, order)
    assert entry.detail == {"rules": PointsRules.objects.get().pk, "eligible": 374_000, "percent": 100}


def test_an_order_earns_by_the_rules_of_its_day(one: Member) -> None:
    programme("2026-01-01")
    programme("2026-03-01", points=2)
    programme("2026-04-01", points=3)
    assert settle(sold(one, day="2026-02-28")).points == 100
    assert settle(sold(one, day="2026-03-01")).points == 200


def test_drafts_earn_nothing_and_neither_does_what_is_older_than_the_programme(one: Member) -> None:
    programme("2026-01-01", published_at=None)
    assert settle(sold(one)).why_none == "before"
    programme("2026-03-02")
    assert settle(sold(one, day="2026-03-01")).why_none == "before"
    assert not Earning.objects.exists()


@pytest.mark.parametrize("status", ["pending", "cancelled", "test"])
def test_what_is_not_paid_earns_nothing(one: Member, status: str) -> None:
    programme()
    assert settle(sold(one, status=status)).why_none == "not_paid"
    assert not Entry.objects.exists()


def test_a_guest_earns_nothing(time: object) -> None:
    programme()
    assert settle(sold(None)).why_none == "guest"


@pytest.mark.parametrize(
    ("amount", "kind", "why"),
    [
        ("0", "goods", "nothing_eligible"), ("-5", "goods", "nothing_eligible"), ("0.99", "goods", "too_little"),
        ("100", "gift_card", "gift_card"), ("100", "fee", "nothing_eligible"),
    ],
)  # fmt: skip
def test_a_purchase_without_points_says_why(one: Member, amount: str, kind: str, why: str) -> None:
    programme()
    assert settle(sold(one, amount, kind=kind)).why_none == why
    assert not Entry.objects.exists()


@pytest.mark.parametrize("quantity", ["-1", "0", "0.0001", "900000000000"])
def test_quantities_earn_nothing_of_their_own(one: Member, quantity: str) -> None:
    programme()
    assert settle(sold(one, "10.50", quantity=quantity)).points == 10


def test_no_purchase_is_too_large(one: Member) -> None:
    programme()
    assert settle(sold(one, "99999999999.99")).points == 99_999_999_999


def test_what_points_paid_earns_no_points(one: Member) -> None:
    """odoo #150833."""
    programme()
    assert settle(sold(one, "100", points="30")).points == 70
    assert settle(sold(one, "100", points="100")).why_none == "paid_by_points"


def test_the_tier_of_the_day_multiplies(one: Member) -> None:
    rules = programme()
    Tier.objects.create(code="plain", name="Plain", rank=0)
    gold = Tier.objects.create(code="gold", name="Gold", rank=1)
    rules.multipliers.create(name="Gold", percent=150).tiers.add(gold)
    TierStay.objects.create(member=one, tier=gold, reason="raised", starts_on="2026-03-05", recorded_at=clock.now())
    assert settle(sold(one, day="2026-03-04")).points == 100
    found = settle(sold(one, day="2026-03-05"))
    assert found.points == 150
    assert found.entry is not None
    assert (found.entry.detail["tier"], found.entry.detail["multiplier"]) == ("gold", "Gold")


def test_the_starbucks_rates_of_2026(one: Member) -> None:
    """Green 1, gold 1.2, reserve 1.7 stars a dollar."""
    rules = programme()
    rates = {"green": 100, "gold": 120, "reserve": 170}
    for rank, (code, percent) in enumerate(rates.items()):
        tier = Tier.objects.create(code=code, name=code, rank=rank)
        rules.multipliers.create(name=code, percent=percent).tiers.add(tier)
    stars = []
    for day, code in (("2026-01-01", "green"), ("2026-02-01", "gold"), ("2026-03-01", "reserve")):
        TierStay.objects.filter(ends_on=None).update(ends_on=day)
        tier = Tier.objects.get(code=code)
        TierStay.objects.create(member=one, tier=tier, reason="raised", starts_on=day, recorded_at=clock.now())
        stars.append(settle(sold(one, "50", day=day)).points)
    assert stars == [50, 60, 85]


def test_a_category_means_those_within_it(one: Member) -> None:
    drinks = Category.objects.create(name="Drinks")
    tea = Category.objects.create(name="Tea", parent=drinks)
    programme().categories.add(drinks)
    order = sold(one)
    assert settle(order).why_none == "nothing_eligible"
    second = sold(one)
    OrderLine.objects.filter(order=second).update(product=Product.objects.create(sku="T", category=tea))
    assert settle(second).points == 100


def test_caps_hold_for_an_order_and_for_a_day_over_all_stores(one: Member) -> None:
    programme(per_order=80, per_day=100)
    other = Store.objects.create(code="S9", name="Other")
    first, second, third = sold(one), sold(one, store=other), sold(one)
    assert [settle(order).points for order in (first, second, third)] == [80, 20, 0]
    assert settle(third).why_none == "day"
    assert [settle(order).points for order in (first, second, third)] == [80, 20, 0]
    assert settle(sold(one, day="2026-03-02")).points == 80
    assert figures(one) == (180, 0, 0)


def test_merged_records_share_the_cap_of_a_day_and_keep_their_points(one: Member) -> None:
    programme(per_day=100)
    two = member("M2")
    first, second = sold(one), sold(two)
    settle(first)
    merges.merge(member=two, into=one, by=BY)
    assert settle(second).points == 0
    later = sold(one, day="2026-03-02", buyer=two)
    assert settle(later).points == 100
    merges.unmerge(member=Member.objects.get(pk=two.pk), by=BY)
    assert (balance(one), balance(two)) == (100, 100)


def test_refunds_in_parts_take_what_one_refund_takes_and_round_against_nobody_twice(one: Member) -> None:
    programme()
    order = sold(one, "10")
    settle(order)
    for part, left in (("3.33", 6), ("3.33", 3), ("3.33", 0), ("0.01", 0)):
        refund(order, part)
        assert (settle(order).kept, settle(order).kept) == (left, left)
    assert [entry.amount for entry in Entry.objects.order_by("pk")] == [10, -4, -3, -3]
    assert figures(one) == (0, 0, 0)


def test_a_refund_larger_than_the_sale_takes_the_points_of_the_sale(one: Member) -> None:
    programme()
    order = sold(one)
    settle(order)
    refund(order, "5000")
    assert settle(order).kept == 0
    assert figures(one) == (0, 0, 0)


def test_a_refund_recorded_before_its_sale_was_looked_at_counts(one: Member) -> None:
    programme()
    order = sold(one, day="2026-03-10")
    refund(order, "40", day="2026-03-01")
    found = settle(order)
    assert (found.points, found.kept, figures(one)) == (100, 60, (60, 0, 0))


def test_the_refund_of_the_part_that_money_paid_takes_all_points(one: Member) -> None:
    programme()
    order = sold(one, "100", points="30")
    settle(order)
    refund(order, "35")
    assert settle(order).kept == 35
    refund(order, "35")
    assert settle(order).kept == 0


def test_a_void_takes_the_points_once(one: Member) -> None:
    programme()
    order = sold(one)
    settle(order)
    refund(order, "50")
    settle(order)
    void(order)
    assert (settle(order).kept, settle(order).is_void) == (0, True)
    assert [entry.amount for entry in Entry.objects.order_by("pk")] == [100, -50, -50]


def test_a_void_order_that_was_never_looked_at_earns_nothing(one: Member) -> None:
    programme()
    order = sold(one)
    void(order)
    settle(order)
    assert not Entry.objects.exists()


def test_a_replaced_order_gives_its_points_to_the_new_version(one: Member) -> None:
    programme()
    old = sold(one, "100", number="A")
    settle(old)
    void(old)
    new = sold(one, "80", number="A", replaces=old)
    assert (settle(old).kept, settle(new).kept) == (0, 80)
    assert figures(one) == (80, 0, 0)


def test_a_refund_that_was_withdrawn_gives_its_points_again(one: Member) -> None:
    programme()
    order = sold(one)
    settle(order)
    wrong = refund(order, "100")
    settle(order)
    void(wrong)
    assert settle(order).kept == 100
    refund(order, "30")
    assert settle(order).kept == 70
    assert [entry.amount for entry in Entry.objects.order_by("pk")] == [100, -100, 100, -30]
    assert figures(one) == (70, 0, 0)


@pytest.mark.parametrize(("policy", "after"), [("debt", (0, 0, 100)), ("balance", (0, 0, 0)), ("pending", (0, 0, 0))])
def test_points_that_are_spent_are_taken_back_by_the_policy_of_their_rules(
    one: Member, policy: str, after: tuple[int, int, int]
) -> None:
    programme(refund=policy)
    order = sold(one)
    settle(order)
    ledger.redeem(member=one, points=100, deed=deed("spent"))
    refund(order, "100")
    assert settle(order).kept == 0
    assert figures(one) == after


@pytest.mark.parametrize(
    ("policy", "spent", "given"), [("balance", 100, 0), ("balance", 60, 40), ("pending", 100, 0), ("debt", 100, 0)]
)
def test_a_withdrawn_refund_gives_only_what_it_took(one: Member, policy: str, spent: int, given: int) -> None:
    programme(refund=policy)
    order = sold(one)
    settle(order)
    ledger.redeem(member=one, points=spent, deed=deed("spent"))
    wrong = refund(order, "100")
    settle(order)
    void(wrong)
    assert settle(order).kept == 100
    assert figures(one) == (given, 0, 0)
    refund(order, "100")
    assert settle(order).kept == 0
    assert figures(one) == ((0, 0, 100 - given) if policy == "debt" else (0, 0, 0))
    assert_right()


def test_of_two_refunds_the_one_that_is_withdrawn_gives_what_it_took(one: Member) -> None:
    """The first found the points spent, the second did not."""
    programme(refund="balance")
    order, other = sold(one), sold(one, "30", number="B")
    settle(order)
    ledger.redeem(member=one, points=100, deed=deed("spent"))
    first = refund(order, "50")
    settle(order)
    settle(other)
    second = refund(order, "50")
    settle(order)
    assert figures(one) == (0, 0, 0)
    void(first)
    assert (settle(order).kept, figures(one)) == (50, (0, 0, 0))
    void(second)
    assert (settle(order).kept, figures(one)) == (100, (30, 0, 0))
    assert_right()


def test_points_wait_for_the_end_of_the_time_for_returns(one: Member, time: time_machine.Traveller) -> None:
    programme(pending_days=14)
    settle(sold(one, day="2026-03-20"))
    assert figures(one) == (0, 100, 0)
    time.move_to(dt.datetime(2026, 4, 2, 15, 59, tzinfo=dt.UTC))
    ledger.settle(member=one)
    assert figures(one) == (0, 100, 0)
    time.shift(60)
    ledger.settle(member=one)
    assert figures(one) == (100, 0, 0)


def test_points_of_29_february_last_to_28_february(one: Member, time: time_machine.Traveller) -> None:
    programme("2024-01-01")
    time.move_to(dt.datetime(2024, 2, 29, 5, tzinfo=dt.UTC))
    settle(sold(one, day="2024-02-29"))
    assert Lot.objects.get().expires_on == dt.date(2025, 2, 28)


@pytest.mark.parametrize(
    ("zone", "instant"),
    [
        ("Asia/Shanghai", dt.datetime(2027, 3, 14, 16, tzinfo=dt.UTC)),
        ("America/New_York", dt.datetime(2027, 3, 15, 4, tzinfo=dt.UTC)),  # after the change of clocks
        ("Europe/London", dt.datetime(2027, 3, 15, 0, tzinfo=dt.UTC)),
    ],
)
def test_points_end_with_the_last_day_of_their_store(one: Member, zone: str, instant: dt.datetime) -> None:
    programme()
    store = Store.objects.create(code="Z", name="Far", zone=zone)
    settle(sold(one, day="2026-03-14", store=store))
    assert Lot.objects.get().expires_at == instant


def test_old_purchases_earn_and_their_points_are_over(one: Member) -> None:
    programme("2020-01-01")
    settle(sold(one, day="2021-01-01"))
    assert list(Entry.objects.order_by("pk").values_list("kind", "amount")) == [("earn", 100), ("expire", -100)]
    assert figures(one) == (0, 0, 0)


def test_a_refund_of_points_that_have_expired_is_owed_or_let_go(one: Member) -> None:
    programme("2020-01-01")
    order = sold(one, day="2021-01-01")
    settle(order)
    refund(order, "100")
    assert settle(order).kept == 0


def test_each_purchase_keeps_points_alive_that_live_by_activity(one: Member, time: time_machine.Traveller) -> None:
    programme(expiry="activity", expiry_length=6)
    settle(sold(one, day="2026-03-20"))
    time.shift(60 * DAY)
    settle(sold(one, "0.50", day="2026-05-19"))
    assert Lot.objects.get().expires_on == dt.date(2026, 11, 19)
    time.move_to(dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC))
    settle(sold(one, "10", day="2026-11-20"))  # too late
    assert figures(one) == (10, 0, 0)


def test_old_purchases_keep_each_other_alive_in_whatever_order_they_come(one: Member) -> None:
    programme("2025-01-01", expiry="activity", expiry_length=6)
    days = ["2025-06-01", "2026-03-01", "2025-10-01"]
    for order in [sold(one, "10", day=day) for day in days]:
        settle(order)
    assert figures(one) == (30, 0, 0)
    assert set(Lot.objects.values_list("expires_on", flat=True)) == {dt.date(2026, 9, 1)}


def test_a_clock_that_goes_back_ten_minutes_breaks_nothing(one: Member, time: time_machine.Traveller) -> None:
    programme()
    order = sold(one, day="2026-03-20")
    settle(order)
    time.shift(dt.timedelta(minutes=-10))
    refund(order, "40", day="2026-03-20")
    settle(order)
    settle(sold(one, day="2026-03-20"))
    assert figures(one) == (160, 0, 0)


def test_money_that_is_not_itemised_earns(one: Member) -> None:
    programme(minimum=Decimal(50))
    order = sold(one, "49.99")
    order.lines.all().delete()
    assert settle(order).why_none == "minimum"
    second = sold(one, "50")
    second.lines.all().delete()
    assert settle(second).points == 50

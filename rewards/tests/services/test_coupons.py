"""Coupons: as many as there are, each used once, back when their order is cancelled."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine

from members.models import AuditEntry, Member, Merchant, Store
from members.services import merges
from rewards.models import Coupon, CouponOffer
from rewards.queries import coupons as queries
from rewards.services import coupons
from rewards.services.coupons import Refused
from rewards.tests import offers
from rewards.tests.shop import BY, DAY, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("merchant")]
NOON = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)  # in Shanghai
TODAY = dt.date(2026, 5, 4)


@pytest.fixture(autouse=True)
def time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def store(stores: tuple[Store, Store]) -> Store:
    return stores[0]


def issue(offer: CouponOffer, number: str = "M1", key: str = "k") -> Coupon:
    one = Member.objects.filter(number=number).first() or member(number)
    return coupons.issue(offer, one, key, reason="hand", by=BY)


def why(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.why


def test_one_key_gives_one_coupon() -> None:
    offer = offers.offer(per_member=None)
    assert issue(offer) == issue(offer)
    offer.refresh_from_db()
    assert (offer.issued, AuditEntry.objects.filter(verb="issue_coupon").count()) == (1, 1)
    with pytest.raises(Refused) as refused:
        issue(offer, "M2")
    assert why(refused) == "key"


def test_no_more_than_there_are_and_than_each_may_have() -> None:
    offer = offers.offer(stock=2)
    issue(offer, "M1", "1")
    with pytest.raises(Refused) as refused:
        issue(offer, "M1", "2")
    assert why(refused) == "enough"
    issue(offer, "M2", "3")
    with pytest.raises(Refused) as refused:
        issue(offer, "M3", "4")
    assert why(refused) == "none_left"
    offer.refresh_from_db()
    assert offer.issued == Coupon.objects.count() == 2


def test_a_person_with_two_records_has_one(store: Store) -> None:
    offer = offers.offer()
    issue(offer, "M1", "1")
    merges.merge(member=member("M2"), into=Coupon.objects.get().member, by=BY)
    with pytest.raises(Refused):
        issue(offer, "M2", "2")


def test_a_closed_or_past_offer_issues_nothing() -> None:
    for offer, said in (
        (offers.offer(is_active=False), "closed"), (offers.offer(last_day=TODAY - DAY), "offer_over"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            issue(offer)
        assert why(refused) == said


@pytest.mark.parametrize(
    ("valid_days", "last_day", "ends"),
    [(30, None, TODAY + 30 * DAY), (30, TODAY + DAY, TODAY + DAY), (0, None, TODAY), (None, None, None)],
)
def test_it_lasts_so_many_days_and_no_longer_than_its_offer(
    valid_days: int | None, last_day: dt.date | None, ends: dt.date | None
) -> None:
    assert issue(offers.offer(valid_days=valid_days, last_day=last_day)).last_day == ends


def test_a_coupon_is_used_once(store: Store) -> None:
    coupon = issue(offers.offer())
    first = offers.order("1", store, coupon.member, (None, "100"))
    assert coupons.use(first, [coupon], by=BY).total == 200_000
    assert coupons.use(first, [coupon], by=BY).total == 200_000  # the same order asks again
    second = offers.order("2", store, coupon.member, (None, "100"))
    with pytest.raises(Refused) as refused:
        coupons.use(second, [coupon], by=BY)
    assert why(refused) == "used"
    coupon.refresh_from_db()
    assert (coupon.order, coupon.amount) == (first, Decimal(20))


def test_all_coupons_of_an_order_are_used_or_none(store: Store) -> None:
    good, bad = issue(offers.offer(combines=True)), issue(offers.offer(threshold=Decimal(500)), "M1", "2")
    with pytest.raises(Refused) as refused:
        coupons.use(offers.order("1", store, good.member, (None, "100")), [good, bad], by=BY)
    assert why(refused) == "threshold"
    assert set(Coupon.objects.values_list("state", flat=True)) == {"open"}


def test_only_its_own_products_and_categories(store: Store) -> None:
    tea, cup = offers.product("tea", "Drinks"), offers.product("cup", "Crockery")
    offer = offers.offer(kind="percent", percent=50, amount=None)
    offer.categories.add(tea.category)
    coupon = issue(offer)
    assert (
        coupons.use(offers.order("1", store, coupon.member, (tea, "10"), (cup, "90")), [coupon], by=BY).total == 50_000
    )


def test_the_nth_purchase_is_counted_over_merged_records_and_not_by_cancelled_orders(store: Store) -> None:
    coupon = issue(offers.offer(nth_purchase=2))
    first = offers.order("1", store, coupon.member, (None, "100"), day="2026-05-02")
    with pytest.raises(Refused) as refused:
        coupons.use(first, [coupon], by=BY)
    assert why(refused) == "nth_purchase"
    coupons.use(offers.order("2", store, coupon.member, (None, "100"), day="2026-05-03"), [coupon], by=BY)


def test_another_member_or_a_guest_cannot_use_it(store: Store) -> None:
    coupon = issue(offers.offer())
    for number, buyer in (("1", member("M2")), ("2", None)):
        with pytest.raises(Refused) as refused:
            coupons.use(offers.order(number, store, buyer, (None, "100")), [coupon], by=BY)
        assert why(refused) == "not_yours"


def test_a_late_sweep_lets_no_expired_coupon_through(store: Store, time: time_machine.Traveller) -> None:
    coupon = issue(offers.offer(valid_days=1))
    order = offers.order("1", store, coupon.member, (None, "100"), day="2026-05-06")
    assert coupon.state == "open"
    with pytest.raises(Refused) as refused:
        coupons.use(order, [coupon], by=BY)
    assert why(refused) == "over"
    assert not queries.open_of(coupon.member, TODAY + 2 * DAY).exists()


def test_an_order_that_comes_late_uses_a_coupon_that_was_good_on_its_day(store: Store) -> None:
    """A till was offline: the sweep had come by when its order did."""
    coupon = issue(offers.offer(valid_days=0))
    assert coupons.expire(TODAY + DAY) == 1
    assert coupons.expire(TODAY + DAY) == 0
    coupons.use(offers.order("1", store, coupon.member, (None, "100")), [coupon], by=BY)


@pytest.mark.parametrize(
    ("policy", "state", "last_day"),
    [
        ("return", "open", dt.date(2026, 5, 14)),
        ("keep", "used", dt.date(2026, 5, 14)),
        ("renew", "open", dt.date(2026, 5, 19)),
    ],
)
def test_what_becomes_of_it_when_the_order_is_cancelled(
    policy: str, state: str, last_day: dt.date, store: Store, time: time_machine.Traveller
) -> None:
    coupon = issue(offers.offer(valid_days=10, on_cancel=policy))
    order = offers.order("1", store, coupon.member, (None, "100"))
    coupons.use(order, [coupon], by=BY)
    time.shift(5 * DAY)
    assert len(coupons.give_back(order, by=BY)) == (policy != "keep")
    coupons.give_back(order, by=BY)
    coupon.refresh_from_db()
    assert (coupon.state, coupon.last_day) == (state, last_day)
    assert (coupon.order is None, coupon.amount is None) == ((True, True) if state == "open" else (False, False))


def test_printed_codes_are_for_whoever_brings_them_but_not_too_many(store: Store) -> None:
    offer = offers.offer(stock=3, per_member=1, combines=True)
    first, second, _third = coupons.issue_codes(offer, 3, by=BY)
    assert {len(first.code), len(second.code)} == {12}
    with pytest.raises(Refused):
        coupons.issue_codes(offer, 1, by=BY)
    one = member("M1")
    typed = queries.find(f" {first.code.lower()[:6]}-{first.code[6:]}")
    assert typed == first
    coupons.use(offers.order("1", store, one, (None, "100")), [first], by=BY)
    with pytest.raises(Refused) as refused:
        coupons.use(offers.order("2", store, one, (None, "100")), [second], by=BY)
    assert why(refused) == "cap"
    coupons.use(offers.order("3", store, None, (None, "100")), [second], by=BY)


def test_a_withdrawn_coupon_makes_room_for_another(store: Store) -> None:
    offer = offers.offer(stock=1)
    coupon = issue(offer)
    coupons.withdraw(coupon, by=BY)
    with pytest.raises(Refused):
        coupons.withdraw(coupon, by=BY)
    assert issue(offer, "M1", "2").state == "open"


def test_no_code_is_in_the_audit(merchant: Merchant) -> None:
    coupon = issue(offers.offer())
    assert coupon.code not in str(list(AuditEntry.objects.values()))

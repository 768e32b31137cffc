"""A till's day: sold with coupons and points, given back, voided, exchanged, sent again, sent days late."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Scope
from members.models import AuditEntry, Member, Order, Payment, Refund, Store
from members.services import tokens
from members.tests import bearer
from rewards.models import Account, Coupon, CouponOffer, Entry, PointsRules
from rewards.queries import holdings
from rewards.services import coupons, ledger, purchases
from rewards.services.purchases import NotYet, Refused, Sale
from rewards.tests.shop import BY, assert_right, deed, figures, lasting, member

pytestmark = pytest.mark.usefixtures("merchant")
NOW = "2026-05-04T10:00:00+08:00"


@pytest.fixture
def till(stores: tuple[Store, Store]) -> Actor:
    """Bound to the first store; a point for each yuan, 100 points pay one yuan."""
    PointsRules.objects.create(
        first_day=dt.date(2026, 1, 1), points=1, per=1, cash_points=100, cash_amount=1, published_at=clock.now()
    )
    _token, text = bearer.issue(Scope.TILL, stores=stores[:1])
    actor = tokens.actor_of(text, "")
    assert actor is not None
    return actor


@pytest.fixture
def wang(db: None) -> Member:
    """A member with 1,000 points."""
    one = member("M1")
    ledger.earn(member=one, points=1000, deed=deed("opening"), term=lasting(300))
    return one


def sale(total: str = "100", points: int = 0, number: str = "A1", codes: list[str] | None = None, **said: Any) -> Sale:
    offline = said.pop("offline", False)
    item = {"order_no": number, "ordered_at": NOW, "total": total, "member_no": "M1"} | said
    return Sale({key: text for key, text in item.items() if text is not None}, codes or [], points, offline=offline)


def back(amount: str, number: str = "R1", of: str = "A1") -> dict[str, str]:
    return {"refund_no": number, "order_no": of, "refunded_at": "2026-05-06T10:00:00+08:00", "amount": amount}


def coupon(holder: Member | None, **said: Any) -> Coupon:
    offer = CouponOffer.objects.create(name="Ten off", kind="amount", **({"amount": Decimal(10)} | said))
    if holder is None:
        return coupons.issue_codes(offer, 1, by=BY)[0]
    return coupons.issue(offer, holder, "c", reason="hand", by=BY)


# --- sell ----------------------------------------------------------------------------------------------------------


def test_a_sale_is_recorded_paid_in_part_with_points_and_earns_for_the_money(till: Actor, wang: Member) -> None:
    sold = purchases.sell(sale(points=300), by=till)
    assert (sold.points, sold.points_paid, sold.to_pay, sold.earned) == (300, Decimal(3), Decimal(97), 97)
    assert (sold.order.gross, sold.order.member, sold.is_new) == (Decimal(97), wang, True)
    assert sorted(Payment.objects.values_list("kind", "amount")) == [("money", Decimal(97)), ("points", Decimal(3))]
    assert figures(wang) == (797, 0, 0)
    assert sold.has is not None
    assert sold.has.available == 797
    assert_right()


def test_the_same_sale_again_changes_nothing(till: Actor, wang: Member) -> None:
    first = purchases.sell(sale(points=300), by=till)
    again = purchases.sell(sale(points=300), by=till)
    assert (again.is_new, again.order, again.points, again.earned) == (False, first.order, 300, 97)
    assert figures(wang) == (797, 0, 0)
    assert (Order.objects.count(), Payment.objects.count()) == (1, 2)


def test_the_number_of_another_sale_is_refused(till: Actor, wang: Member) -> None:
    purchases.sell(sale(), by=till)
    with pytest.raises(Refused) as refused:
        purchases.sell(sale("90"), by=till)
    assert refused.value.code == "order_changed"
    with pytest.raises(Refused):
        purchases.sell(sale("90", number=""), by=till)
    assert Order.objects.get().total == 100


def test_a_guest_earns_nothing_and_cannot_pay_with_points(till: Actor) -> None:
    sold = purchases.sell(sale(member_no=None), by=till)
    assert (sold.earned, sold.has, sold.most_points) == (0, None, 0)
    with pytest.raises(Refused):
        purchases.sell(sale(points=100, number="A2", member_no=None), by=till)
    assert not Order.objects.filter(number="A2").exists()


def test_too_few_points_refuse_the_whole_sale(till: Actor, wang: Member) -> None:
    with pytest.raises(Refused, match="1000"):
        purchases.sell(sale(points=2000), by=till)
    assert not Order.objects.exists()
    assert figures(wang) == (1000, 0, 0)


def test_a_coupon_and_points_together(till: Actor, wang: Member) -> None:
    held = coupon(wang)
    sold = purchases.sell(sale(points=300, codes=[held.code.lower()]), by=till)
    assert (sold.off, sold.to_pay, sold.earned) == ({held.code.lower(): Decimal(10)}, Decimal(87), 87)
    held.refresh_from_db()
    assert (held.state, held.order) == ("used", sold.order)
    assert sold.order.gross == 87


def test_a_coupon_that_does_not_go_with_points(till: Actor, wang: Member) -> None:
    held = coupon(wang, with_points=False)
    assert purchases.quote(sale(codes=[held.code]), by=till).most_points == 0
    with pytest.raises(Refused):
        purchases.sell(sale(points=300, codes=[held.code]), by=till)
    assert purchases.sell(sale(codes=[held.code]), by=till).to_pay == 90


@pytest.mark.parametrize(("code", "reason"), [("NONE", "unknown_coupon"), ("used", "used")])
def test_a_coupon_that_does_not_apply_refuses_the_whole_sale(till: Actor, wang: Member, code: str, reason: str) -> None:
    if code == "used":
        code = coupon(None).code
        purchases.sell(sale(number="A0", codes=[code]), by=till)
    with pytest.raises(Refused) as refused:
        purchases.sell(sale(codes=[code]), by=till)
    assert refused.value.code == reason
    assert not Order.objects.filter(number="A1").exists()


def test_a_member_of_another_store_is_served_by_their_phone(till: Actor, stores: tuple[Store, Store]) -> None:
    visitor = Member.objects.create(number="M9", home_store=stores[1])
    visitor.identifiers.create(kind="phone", value="+8613812341234")
    ledger.earn(member=visitor, points=500, deed=deed("o"), term=lasting(300))
    sold = purchases.sell(sale(points=500, member_no=None, phone="13812341234"), by=till)
    assert (sold.order.member, sold.points) == (visitor, 500)


# --- quote -----------------------------------------------------------------------------------------------------------


def test_a_quote_says_what_the_sale_will_be_and_leaves_nothing(till: Actor, wang: Member) -> None:
    held = coupon(wang)
    asked = sale(points=300, codes=[held.code])
    said = purchases.quote(asked, by=till)
    assert (Order.objects.count(), Payment.objects.count(), figures(wang)) == (0, 0, (1000, 0, 0))
    assert Coupon.objects.get().state == "open"
    assert not AuditEntry.objects.filter(verb="import").exists()
    sold = purchases.sell(asked, by=till)
    for name in ("to_pay", "off", "points", "points_paid", "most_points", "earned"):
        assert getattr(said, name) == getattr(sold, name), name
    assert said.most_points == 1000


def test_a_quote_says_what_would_not_apply_and_why(till: Actor, wang: Member) -> None:
    said = purchases.quote(sale(points=1100, codes=["NONE"]), by=till)
    assert [what for what, _why in said.refused] == ["NONE", "points"]
    assert (said.points, said.most_points, said.to_pay) == (0, 1000, Decimal(100))
    with pytest.raises(Refused):
        purchases.quote(sale(total="x"), by=till)


def test_no_points_are_let_pay_for_an_order_that_was_sold_before(till: Actor, wang: Member) -> None:
    purchases.sell(sale(), by=till)
    with pytest.raises(Refused) as refused:
        purchases.sell(sale(points=300), by=till)
    assert refused.value.code == "sold_before"
    told = purchases.sell(sale(points=300, codes=["X"], offline=True), by=till)
    assert ([what for what, _why in told.refused], told.earned) == (["X", "points"], 100)
    assert figures(wang) == (1100, 0, 0)


# --- refund, void, exchange ----


def test_refunds_take_back_what_was_earned_and_return_what_was_spent_in_proportion(till: Actor, wang: Member) -> None:
    purchases.sell(sale("100", points=1000), by=till)  # 10 by points, 90 by money, earns 90
    assert figures(wang) == (90, 0, 0)
    half = purchases.refund(back("45"), by=till)
    assert (half.taken_back, half.returned, figures(wang)) == (45, 500, (545, 0, 0))
    again = purchases.refund(back("45"), by=till)
    assert (again.taken_back, again.returned, figures(wang)) == (0, 0, (545, 0, 0))
    rest = purchases.refund(back("45", "R2"), by=till)
    assert (rest.taken_back, rest.returned, figures(wang)) == (45, 500, (1000, 0, 0))
    assert_right()


def test_no_more_money_goes_back_than_was_paid(till: Actor, wang: Member) -> None:
    purchases.sell(sale("100", points=1000), by=till)
    with pytest.raises(Refused) as refused:
        purchases.refund(back("95"), by=till)
    assert refused.value.code == "refund_exceeds_money"
    assert not Refund.objects.exists()


def test_a_refund_before_its_order_waits(till: Actor, wang: Member) -> None:
    with pytest.raises(NotYet):
        purchases.refund(back("5"), by=till)
    purchases.sell(sale(), by=till)
    assert purchases.refund(back("5"), by=till).taken_back == 5


def test_a_void_puts_points_and_coupons_back_as_they_were(till: Actor, wang: Member) -> None:
    held = coupon(wang)
    purchases.sell(sale(points=300, codes=[held.code]), by=till)
    undone = purchases.void("A1", by=till)
    assert (undone.taken_back, undone.returned, undone.codes) == (87, 300, [held.code])
    assert (undone.order.status, figures(wang)) == ("cancelled", (1000, 0, 0))
    assert Coupon.objects.get().state == "open"
    again = purchases.void("A1", by=till)
    assert (again.taken_back, again.returned, again.order) == (0, 0, undone.order)
    assert AuditEntry.objects.filter(verb="void").count() == 1
    with pytest.raises(Refused):
        purchases.sell(sale(points=300), by=till)
    assert_right()


def test_what_was_given_back_in_part_is_not_voided(till: Actor, wang: Member) -> None:
    purchases.sell(sale(), by=till)
    purchases.refund(back("5"), by=till)
    with pytest.raises(Refused):
        purchases.void("A1", by=till)
    with pytest.raises(NotYet):
        purchases.void("A9", by=till)


def test_another_store_s_order_is_not_there(till: Actor, stores: tuple[Store, Store], wang: Member) -> None:
    _token, text = bearer.issue(Scope.TILL, stores=stores[1:], name="other")
    other = tokens.actor_of(text, "")
    assert other is not None
    purchases.sell(sale(), by=till)
    for deed_of in (lambda: purchases.void("A1", by=other), lambda: purchases.refund(back("5"), by=other)):
        with pytest.raises(NotYet):
            deed_of()


def test_an_exchange_is_done_whole_or_not_at_all(till: Actor, wang: Member) -> None:
    purchases.sell(sale(), by=till)
    given, sold = purchases.exchange(back("40"), sale("60", number="A2"), by=till)
    assert (given.taken_back, sold.earned, figures(wang)) == (40, 60, (1120, 0, 0))
    with pytest.raises(Refused):
        purchases.exchange(back("10", "R2"), sale("60", points=99999, number="A3"), by=till)
    assert (Refund.objects.count(), figures(wang)) == (1, (1120, 0, 0))


def test_points_that_were_spent_since_are_owed_after_a_refund(till: Actor, wang: Member) -> None:
    purchases.sell(sale("500"), by=till)
    ledger.redeem(member=wang, points=1400, deed=deed("gift"))
    given = purchases.refund(back("500"), by=till)
    assert (given.taken_back, figures(wang)) == (500, (0, 0, 400))
    assert_right()


# --- a till that was offline ---------------------------------------------------------------------------------------


def test_an_offline_redemption_that_no_longer_fits_is_owed(till: Actor, wang: Member) -> None:
    ledger.redeem(member=wang, points=900, deed=deed("elsewhere"))
    sold = purchases.sell(sale(points=300, offline=True), by=till)
    assert (sold.points, sold.refused, sold.earned) == (300, [], 97)
    assert figures(wang) == (0, 0, 103)  # 200 were missing, 97 earned pay off
    assert_right()


def test_or_refused_by_policy_while_the_order_is_taken_and_earns(till: Actor, wang: Member) -> None:
    PointsRules.objects.update(offline="refuse")
    ledger.redeem(member=wang, points=900, deed=deed("elsewhere"))
    sold = purchases.sell(sale(points=300, offline=True, codes=["GONE"]), by=till)
    assert (sold.points, sold.to_pay, sold.earned) == (0, Decimal(100), 100)
    assert [what for what, _why in sold.refused] == ["GONE", "points"]
    assert figures(wang) == (200, 0, 0)
    assert_right()


def test_what_comes_days_late_and_out_of_order_comes_to_the_same(till: Actor, wang: Member) -> None:
    """Two sales, a refund and a void, in the order in which they happened and in another one."""
    other = member("M2")
    ledger.earn(member=other, points=1000, deed=deed("opening2"), term=lasting(300))
    deeds: list[Any] = [
        lambda who: purchases.sell(sale("100", 300, f"A{who}", member_no=f"M{who}", offline=True), by=till),
        lambda who: purchases.sell(sale("50", 0, f"B{who}", member_no=f"M{who}", offline=True), by=till),
        lambda who: purchases.refund(back("48.5", f"R{who}", f"A{who}"), by=till),
        lambda who: purchases.void(f"B{who}", by=till),
    ]
    for do in deeds:
        do(1)
    waiting = [deeds[3], deeds[2], deeds[1], deeds[0]]
    while waiting:
        do = waiting.pop(0)
        try:
            do(2)
        except NotYet:
            waiting.append(do)
    assert figures(wang) == figures(other) == (1000 - 300 + 97 - 49 + 150, 0, 0)
    assert Account.objects.count() == 2
    assert Entry.objects.filter(kind="redeem").count() == 2
    assert holdings.of(wang).available == figures(wang)[0]
    assert_right()

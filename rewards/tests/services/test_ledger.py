"""Points: given, spent, taken back, given back, expired; each once, and each explained by its lots."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from members.models import Member, Order
from members.services import merges
from rewards.models import Account, Entry, Lot, Posting
from rewards.services import ledger
from rewards.services.ledger import KeyReused, NotEnough, Policy, Refused, Term
from rewards.tests.shop import BY, DAY, assert_right, deed, figures, lasting, member

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 1, 4, tzinfo=dt.UTC)  # in Shanghai


@pytest.fixture
def time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def one(time: object) -> Member:
    return member("M1")


def earn(one: Member, points: int, key: str, term: Term | None = None) -> Entry:
    return ledger.earn(member=one, points=points, deed=deed(key), term=term or lasting(365)).entry


def redeem(one: Member, points: int, key: str) -> Entry:
    return ledger.redeem(member=one, points=points, deed=deed(key)).entry


def test_spent_points_leave_a_lot_before_it_expires(one: Member, time: time_machine.Traveller) -> None:
    """FloCafe #78: "live credits less all debits" says -30."""
    earn(one, 100, "e1", lasting(30))
    time.shift(10 * DAY)
    redeem(one, 80, "r1")
    time.shift(10 * DAY)
    earn(one, 50, "e2")
    time.shift(11 * DAY)
    ledger.settle(member=one)
    assert figures(one) == (50, 0, 0)
    assert Entry.objects.get(kind="expire").amount == -20
    assert_right()


def test_points_end_with_the_day_of_the_store_and_not_before(one: Member, time: time_machine.Traveller) -> None:
    earn(one, 10, "e", lasting(0))
    time.move_to(dt.datetime(2026, 3, 1, 15, 59, 59, tzinfo=dt.UTC))
    redeem(one, 4, "r")
    time.move_to(dt.datetime(2026, 3, 1, 16, 0, tzinfo=dt.UTC))
    with pytest.raises(NotEnough) as refusal:
        redeem(one, 4, "late")
    assert refusal.value.available == 0
    ledger.settle(member=one)
    ledger.settle(member=one)
    assert list(Entry.objects.filter(kind="expire").values_list("amount", flat=True)) == [-6]
    assert_right()


def test_what_expires_first_is_spent_first(one: Member) -> None:
    earn(one, 100, "long", lasting(300))
    earn(one, 100, "short", lasting(10))
    redeem(one, 120, "r")
    assert list(Lot.objects.order_by("pk").values_list("remaining", flat=True)) == [80, 0]
    assert_right()


def test_nobody_spends_more_than_is_there(one: Member) -> None:
    earn(one, 10, "e")
    with pytest.raises(NotEnough, match="10"):
        redeem(one, 11, "r")
    assert Entry.objects.count() == 1
    assert figures(one) == (10, 0, 0)


@pytest.mark.parametrize("points", [0, -5])
def test_points_are_numbers_above_zero(one: Member, points: int) -> None:
    earn(one, 10, "e")
    for call in (lambda: earn(one, points, "x"), lambda: redeem(one, points, "y")):
        with pytest.raises(Refused, match=r"0|零|zero"):
            call()
    assert Entry.objects.count() == 1


def test_the_same_request_again_gives_the_first_answer(one: Member) -> None:
    first = ledger.earn(member=one, points=10, deed=deed("k"), term=lasting(30))
    again = ledger.earn(member=one, points=10, deed=deed("k"), term=lasting(30))
    assert (again.entry, first.is_new, again.is_new) == (first.entry, True, False)
    redeem(one, 10, "all")
    redeem(one, 10, "all")  # though nothing is left
    assert figures(one) == (0, 0, 0)
    assert_right()


def test_a_key_stands_for_one_request_of_one_member(one: Member) -> None:
    earn(one, 10, "k")
    for call in (lambda: earn(one, 11, "k"), lambda: redeem(one, 10, "k"), lambda: earn(member("M2"), 10, "k")):
        with pytest.raises(KeyReused, match="k"):
            call()
    assert Entry.objects.count() == 1


def test_pending_points_wait_for_their_day(one: Member, time: time_machine.Traveller) -> None:
    """nopCommerce #576: points must wait until the time for returns is over."""
    earn(one, 10, "e", lasting(30, pending=14))
    assert figures(one) == (0, 10, 0)
    with pytest.raises(NotEnough):
        redeem(one, 1, "r")
    time.shift(14 * DAY)
    redeem(one, 1, "r")
    assert figures(one) == (9, 0, 0)
    assert_right()


def test_a_refund_takes_the_points_of_the_purchase_out_of_their_own_lot(one: Member) -> None:
    """odoo PR 257854: buy, refund, keep the points."""
    given = earn(one, 100, "e1", lasting(300))
    earn(one, 50, "e2", lasting(10))
    ledger.take_back(given=given, points=40, deed=deed("refund"))
    assert list(Lot.objects.order_by("pk").values_list("remaining", flat=True)) == [60, 50]
    with pytest.raises(Refused, match="60"):
        ledger.take_back(given=given, points=61, deed=deed("refund 2"))
    ledger.take_back(given=given, points=60, deed=deed("refund 3"))
    assert figures(one) == (50, 0, 0)
    assert_right()


@pytest.mark.parametrize(
    ("policy", "after", "forgiven"),
    [(Policy.PENDING, (20, 0, 0), 70), (Policy.BALANCE, (0, 0, 0), 50), (Policy.DEBT, (0, 0, 50), 0)],
)
def test_what_was_spent_is_taken_back_by_policy(
    one: Member, policy: Policy, after: tuple[int, int, int], forgiven: int
) -> None:
    given = earn(one, 100, "e1")
    redeem(one, 100, "r")
    earn(one, 20, "e2")
    earn(one, 30, "e3", lasting(30, pending=5))
    reversal = ledger.take_back(given=given, points=100, deed=deed("refund"), policy=policy).entry
    assert (figures(one), reversal.forgiven) == (after, forgiven)
    with pytest.raises(Refused):
        ledger.take_back(given=given, points=1, deed=deed("more"), policy=policy)
    assert_right()


def test_later_points_pay_off_what_is_owed(one: Member) -> None:
    given = earn(one, 100, "e1")
    redeem(one, 100, "r")
    ledger.take_back(given=given, points=100, deed=deed("refund"))
    earn(one, 30, "e2", lasting(30, pending=5))
    assert figures(one) == (0, 0, 70)
    earn(one, 100, "e3")
    assert figures(one) == (30, 0, 0)
    assert_right()


def test_a_cancelled_redemption_puts_points_back_where_they_came_from(one: Member) -> None:
    """nopCommerce #5595, odoo PR 212922: once, not twice, and with the expiry they had."""
    earn(one, 30, "e1", lasting(10))
    earn(one, 50, "e2", lasting(20))
    spent = redeem(one, 60, "r")
    ledger.give_back(spent=spent, points=40, deed=deed("back"))
    ledger.give_back(spent=spent, points=40, deed=deed("back"))
    assert list(Lot.objects.order_by("pk").values_list("remaining", flat=True)) == [10, 50]
    with pytest.raises(Refused, match="20"):
        ledger.give_back(spent=spent, points=21, deed=deed("too much"))
    ledger.give_back(spent=spent, points=20, deed=deed("rest"))
    assert figures(one) == (80, 0, 0)
    assert_right()


def test_points_that_come_back_after_their_day_expire(one: Member, time: time_machine.Traveller) -> None:
    earn(one, 30, "e1", lasting(10))
    earn(one, 50, "e2", lasting(20))
    spent = redeem(one, 60, "r")
    time.shift(15 * DAY)
    ledger.give_back(spent=spent, points=60, deed=deed("back"))
    assert figures(one) == (50, 0, 0)
    assert Entry.objects.get(kind="expire").amount == -30
    assert_right()


def test_only_what_gave_is_taken_back_and_only_what_took_is_given_back(one: Member) -> None:
    given = earn(one, 10, "e")
    spent = redeem(one, 5, "r")
    with pytest.raises(Refused):
        ledger.take_back(given=spent, points=1, deed=deed("x"))
    with pytest.raises(Refused):
        ledger.give_back(spent=given, points=1, deed=deed("y"))


def test_points_are_adjusted_by_hand_either_way(one: Member) -> None:
    ledger.adjust(member=one, points=10, deed=deed("a", reason="goodwill"), term=lasting(30))
    ledger.adjust(member=one, points=-4, deed=deed("b", reason="correction"), term=Term())
    with pytest.raises(NotEnough):
        ledger.adjust(member=one, points=-7, deed=deed("c", reason="correction"), term=Term())
    assert figures(one) == (6, 0, 0)
    assert_right()


def test_a_merge_loses_no_lot_and_parting_restores_every_figure(one: Member) -> None:
    two = member("M2")
    earn(one, 30, "e1", lasting(10))
    earn(two, 50, "e2", lasting(5))
    merges.merge(member=two, into=one, by=BY)
    one.refresh_from_db()
    two.refresh_from_db()
    assert figures(one) == (80, 0, 0)
    redeem(two, 60, "r")  # named by either record
    assert figures(one) == (20, 0, 0)
    ledger.give_back(spent=Entry.objects.get(kind="redeem"), points=60, deed=deed("back"))
    earn(two, 5, "while merged")
    merges.unmerge(member=two, by=BY)
    assert [row.balance for row in Account.objects.order_by("pk")] == [30, 55]
    assert_right()


def test_points_spent_as_one_person_go_back_to_each_after_parting(one: Member) -> None:
    two = member("M2")
    earn(one, 30, "e1", lasting(10))
    earn(two, 50, "e2", lasting(5))
    merges.merge(member=two, into=one, by=BY)
    spent = redeem(one, 80, "r")
    merges.unmerge(member=two, by=BY)
    ledger.give_back(spent=spent, points=80, deed=deed("back"))
    assert [row.balance for row in Account.objects.order_by("pk")] == [30, 50]
    assert_right()


def test_one_record_of_a_person_pays_what_the_other_owes(one: Member) -> None:
    two = member("M2")
    given = earn(one, 30, "e1")
    redeem(one, 30, "r")
    ledger.take_back(given=given, points=30, deed=deed("refund"))
    earn(two, 50, "e2")
    merges.merge(member=two, into=one, by=BY)
    one.refresh_from_db()
    ledger.settle(member=one)
    assert figures(one) == (20, 0, 0)
    assert_right()


def test_an_entry_says_who_did_it_why_and_for_which_order(one: Member, stores: tuple[object, object]) -> None:
    given = earn(one, 10, "e")
    assert (given.actor_kind, given.actor_name, given.happened_at) == ("system", "till 1", NOON)
    assert list(Posting.objects.values_list("entry", "lot", "amount")) == [(given.pk, Lot.objects.get().pk, 10)]
    assert Order.objects.count() == 0

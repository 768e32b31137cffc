"""What users of other systems complained of, about points and what becomes of them, each as a test of ours."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine

from members.models import Member, Store
from members.services import jobs
from rewards.models import Account, Entry, Lot
from rewards.queries import expiring, ledger_check
from rewards.services import earning, ledger, points_files, spending
from rewards.tests import earners, offers
from rewards.tests.shop import BY, DAY, assert_right, deed, figures, lasting, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("merchant")]
NOON = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)  # in Shanghai


@pytest.mark.parametrize("parts", [["90"], ["45", "45"], ["30", "30.01", "29.99"]])
def test_odoo_212922_221928_a_refund_of_what_points_paid_takes_no_points_a_second_time(parts: list[str]) -> None:
    """An order paid by points was refunded, whole or in parts, and the points that had paid were taken once more."""
    earners.programme(cash_points=1, cash_amount=1, expiry="never")
    one = member("M1")
    earners.give(one, 10)
    order = earners.sold(one, "100", points="10")
    spending.pay(order, 10, "paid", by=BY)
    earning.settle_order(order.pk, by=BY)
    assert figures(one) == (90, 0, 0)
    for part in parts:
        earners.refund(order, part)
        for _again in range(2):
            spending.give_back(order, by=BY)
            earning.settle_order(order.pk, by=BY)
    assert figures(one) == (10, 0, 0)
    assert_right()


def test_odoo_206048_points_expire_and_a_balance_that_was_changed_is_named() -> None:
    """For years nothing expired, and neither the stored balance nor the history was the truth."""
    one = member("M1")
    with time_machine.travel(NOON, tick=False) as time:
        ledger.earn(member=one, points=100, deed=deed("a"), term=lasting(30))
        time.shift(31 * DAY)
        job = jobs.enqueue("expire_points", {}, BY)
        jobs.run(job.pk)
    assert figures(one) == (0, 0, 0)
    assert list(Entry.objects.order_by("pk").values_list("kind", "amount")) == [("earn", 100), ("expire", -100)]
    assert_right()
    Account.objects.filter(member=one).update(balance=100)
    assert {broken.row for broken in ledger_check.broken()} == {f"account {Account.objects.get().pk}"}


@pytest.mark.parametrize(("days", "people"), [(3, 0), (4, 1), (7, 1)])
def test_nopcommerce_1912_whoever_has_four_days_left_is_found(days: int, people: int) -> None:
    """Expiry came without a word: nobody could be told that points had four days left."""
    one = member("M1")
    with time_machine.travel(NOON, tick=False):
        ledger.earn(member=one, points=100, deed=deed("a"), term=lasting(4))
        today = NOON.date()
        found = expiring.soon(BY, today, today + days * DAY)
    assert (found.people, found.points) == (people, 100 * people)


@pytest.mark.usefixtures("stores")
def test_erpnext_40732_12790_nopcommerce_502_opening_balances_come_along(
    tmp_path: Path, work_off: Callable[[], int]
) -> None:
    """Each merchant was stuck at the move: there was no way to bring what members had."""
    for number in ("M1", "M2"):
        Member.objects.create(number=number, home_store=Store.objects.get(code="S1"))
    path = tmp_path / "old.csv"
    path.write_text("member_no,points,earned_on,expires_on,reference\nM1,100,2026-01-05,2099-12-31,a\nM2,7,,,b\n")
    points_files.start(points_files.check(path, path.name, "opening", by=BY), by=BY)
    work_off()
    with pytest.raises(points_files.Refused):  # the same file again holds nothing new
        points_files.start(points_files.check(path, path.name, "opening", by=BY), by=BY)
    assert list(Entry.objects.order_by("amount").values_list("kind", "amount")) == [("opening", 7), ("opening", 100)]
    assert set(Lot.objects.values_list("remaining", "expires_on")) == {(100, dt.date(2099, 12, 31)), (7, None)}
    assert_right()


def test_repair_desk_1205_points_are_no_money_that_earns(stores: tuple[Store, Store]) -> None:
    offers.cash_rules()
    one = member("M1")
    offers.give(one, 10_000)
    order = offers.order("O1", stores[0], one, (None, "100"), points="100")
    spending.pay(order, 10_000, "k", by=BY)
    assert earning.settle_order(order.pk, by=BY).why_none == "paid_by_points"

"""The proof of the ledger finds whatever was changed behind its back, and names the row."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from members.lib import append_only
from rewards.models import Account, Coupon, CouponOffer, Entry, Gift, GiftClaim, Lot, Posting
from rewards.services import coupons, gifts, ledger
from rewards.tests import offers
from rewards.tests.shop import BY, deed, lasting, member

pytestmark = pytest.mark.django_db
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def unguarded() -> None:
    """As if somebody had taken the triggers away; the test's transaction brings them back."""
    with connection.cursor() as cursor:
        for table in ("rewards_entry", "rewards_posting"):
            for statement in append_only._ALLOW[connection.vendor](table):
                cursor.execute(statement)


@pytest.fixture(autouse=True)
def _some_points() -> None:
    one = member("M1")
    given = ledger.earn(member=one, points=100, deed=deed("e1"), term=lasting(30)).entry
    ledger.earn(member=one, points=10, deed=deed("e2"), term=lasting(30, pending=5))
    spent = ledger.redeem(member=one, points=80, deed=deed("r")).entry
    ledger.give_back(spent=spent, points=10, deed=deed("back"))
    offer, mug = offers.offer(), offers.gift(points=10)
    coupons.issue(offer, one, "c", reason="hand", by=BY)
    gifts.claim(mug, one, None, "g", by=BY)
    gifts.cancel(gifts.claim(mug, one, None, "g2", by=BY), by=BY)
    ledger.take_back(given=given, points=60, deed=deed("refund"))


def test_a_ledger_that_nobody_touched_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("ledger_check")
    assert "right" in capsys.readouterr().out


@pytest.mark.parametrize("model", [Entry, Posting])
def test_entries_and_postings_are_neither_changed_nor_deleted(model: type[Entry] | type[Posting]) -> None:
    first = model.objects.filter(pk__in=model.objects.order_by("pk")[:1])
    for change in (lambda: first.update(amount=1), lambda: first._raw_delete("default")):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


FAULTS = {
    "balance": lambda: Account.objects.update(balance=1, debt=0),
    "owed": lambda: Account.objects.update(debt=F("debt") + 1),
    "left of a lot": lambda: Lot.objects.filter(remaining=0).update(remaining=1),
    "pending or available": lambda: Lot.objects.filter(is_pending=False).update(is_pending=True, remaining=1),
    "quantity": lambda: Lot.objects.update(quantity=F("quantity") + 1),
    "amount of an entry": lambda: Entry.objects.filter(kind="redeem").update(amount=-79),
    "a posting is lost": lambda: Posting.objects.filter(entry__kind="redeem").delete(),
    "a posting of another account": lambda: Posting.objects.filter(lot__isnull=False).update(
        account=Account.objects.create(member=member("M2"))
    ),
    "reversed twice": lambda: Entry.objects.filter(key="refund").update(forgiven=41),
    "a reversal that gives more": lambda: Entry.objects.filter(key="back").update(
        reverses=Entry.objects.get(key="e1")
    ),
    "spent after the end": lambda: Lot.objects.update(expires_at=LONG_AGO),
    "spent before the begin": lambda: Lot.objects.update(available_at=F("expires_at")),
    "issued": lambda: CouponOffer.objects.update(issued=0),
    "a coupon is lost": lambda: Coupon.objects.all().delete(),
    "given": lambda: Gift.objects.update(given=2),
    "a claim that kept the points": lambda: GiftClaim.objects.update(state="cancelled"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.usefixtures("unguarded")
def test_whatever_is_changed_is_found(fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    FAULTS[fault]()
    with pytest.raises(CommandError, match="broken in"):
        call_command("ledger_check")
    assert "says" in capsys.readouterr().err

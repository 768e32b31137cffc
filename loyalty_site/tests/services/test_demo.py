"""Opening the demo shop, reading it back through the reports, and taking it away."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db.models import F, Sum

from analytics.facts import door, manifest
from analytics.services import publish
from loyalty_site.demo.generate import Wish
from loyalty_site.demo.sign_ins import PASSWORD, SIGN_INS
from loyalty_site.services import demo, demo_programme
from members.lib.actor import system
from members.lib.money import from_units
from members.lib.roles import Role
from members.models import (
    AuditEntry,
    Channel,
    Exclusion,
    Identifier,
    IdentityConflict,
    ImportBatch,
    Job,
    Member,
    MemberMerge,
    Merchant,
    Order,
    OrderLine,
    Payment,
    Product,
    Refund,
    Store,
    Touched,
    User,
)  # fmt: skip
from members.services import merges, staff
from rewards.models import Earning, Entry, Lot, TierStay
from rewards.services.earning import catch_up

BY = system("test")
WISH = Wish(end=dt.date(2026, 11, 21), scale=0.01)

pytestmark = pytest.mark.django_db


def test_every_row_of_the_generator_is_stored() -> None:
    shop = demo.open_shop(wish=WISH, by=BY)
    assert Member.objects.count() == len(shop.members)
    assert Identifier.objects.count() == len(shop.identifiers)
    assert Exclusion.objects.count() == len(shop.exclusions)
    assert Order.objects.count() == len(shop.orders)
    assert OrderLine.objects.count() == len(shop.lines)
    assert Payment.objects.count() == len(shop.payments)
    assert Refund.objects.count() == len(shop.refunds)
    assert Store.objects.count() == 12
    assert Order.objects.aggregate(Sum("gross"))["gross__sum"] == from_units(int(shop.orders.gross.sum()))
    assert Order.objects.filter(member=None).count() == int((shop.orders.member < 0).sum())
    assert Merchant.objects.get().is_demo


def test_an_order_reads_as_the_generator_meant_it() -> None:
    shop = demo.open_shop(wish=WISH, by=BY)
    row = int((shop.orders.member >= 0).nonzero()[0][5])
    order = Order.objects.get(number=shop.orders.number[row])
    assert order.member is not None
    assert order.member.number == shop.members.number[shop.orders.member[row]]
    assert order.ordered_at == shop.orders.ordered_at[row].item().replace(tzinfo=dt.UTC)
    assert order.business_date == shop.orders.business_date[row].item()
    assert order.recorded_at == order.ordered_at
    assert order.total == sum((line.amount for line in order.lines.all()), Decimal(0))
    assert order.total == sum((payment.amount for payment in order.payments.all()), Decimal(0))
    line = order.lines.select_related("product").first()
    assert line is not None
    assert line.quantity == line.quantity.to_integral_value()


def test_the_shop_is_published_when_it_is_open() -> None:
    shop = demo.open_shop(wish=WISH, by=BY)
    current = manifest.read()
    assert current.last_day is not None
    assert dt.date(1970, 1, 1) + dt.timedelta(days=current.last_day) == WISH.end
    assert len(current.parts["orders"]) == 24
    assert not Touched.objects.exists()
    assert publish.publish() == current
    assert shop.end == WISH.end


def test_it_can_be_asked_what_was_known_at_a_past_moment() -> None:
    demo.open_shop(wish=WISH, by=BY)
    moment = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)
    assert Order.objects.filter(recorded_at__lte=moment).exists()
    assert not Order.objects.exclude(recorded_at=F("ordered_at")).exists()


@pytest.mark.usefixtures("merchant")
def test_a_shop_of_ones_own_is_never_filled_or_taken_away() -> None:
    with pytest.raises(demo.NotEmpty):
        demo.open_shop(wish=WISH, by=BY)
    with pytest.raises(demo.NotDemo):
        demo.take_away(by=BY)
    assert not Order.objects.exists()
    assert Merchant.objects.get().name == "Test"


def test_members_imported_before_any_setting_are_ones_own_too() -> None:
    Member.objects.create(number="1")
    with pytest.raises(demo.NotEmpty):
        demo.open_shop(wish=WISH, by=BY)


def test_sign_ins_exist_only_with_debug(settings: Any) -> None:
    demo.open_shop(wish=WISH, by=BY)
    assert not User.objects.exists()
    demo.take_away(by=BY)
    settings.DEBUG = True
    demo.open_shop(wish=WISH, by=BY)
    assert {user.role for user in User.objects.all()} == set(Role.values)
    assert len(SIGN_INS) == len(Role)
    assert all(user.email.endswith("@example.com") for user in User.objects.all()), "weekly mails can be tried out"
    clerk = User.objects.get(role=Role.CLERK)
    assert clerk.is_demo
    assert clerk.check_password(PASSWORD)
    assert [store.name for store in clerk.stores.all()] == ["徐汇店"]
    assert not User.objects.get(role=Role.MARKETER).stores.exists()


def test_taking_the_demo_away_leaves_an_empty_house_with_its_audit(settings: Any) -> None:
    settings.DEBUG = True
    demo.open_shop(wish=WISH, by=BY)
    own = staff.create(username="own", password="pw-for-tests", display_name="Own", role=Role.ADMIN, by=BY)
    path = default_storage.save("imports/tried.csv", ContentFile(b"a,b"))
    batch = ImportBatch.objects.create(file_name="tried.csv", path=path)
    one, other, third = Member.objects.order_by("id")[:3]
    merges.merge(member=one, into=other, by=BY)
    IdentityConflict.objects.create(batch=batch, row=1, first=other, second=third)
    demo.take_away(by=BY)
    for model in (Order, OrderLine, Payment, Refund, Member, Identifier, Exclusion, Store, Channel, Product,
                  ImportBatch, Job, Merchant, MemberMerge, IdentityConflict):  # fmt: skip
        assert not model.objects.exists(), model
    assert list(User.objects.all()) == [own]
    assert not default_storage.exists(path)
    assert AuditEntry.objects.filter(verb="delete", subject_type="demo").exists()


def test_reports_forget_the_demo_that_was_taken_away() -> None:
    demo.open_shop(wish=WISH, by=BY)
    demo.take_away(by=BY)
    assert manifest.read().last_day is None
    with pytest.raises(door.NoData), door.open_facts(BY, door.Cut()):
        pytest.fail("facts without a shop")


def test_it_opens_again_as_it_was() -> None:
    def told() -> list[tuple[object, ...]]:
        return list(Order.objects.order_by("number").values_list("number", "gross", "member__number", "ordered_at"))

    demo.open_shop(wish=WISH, by=BY)
    before = told()
    demo.take_away(by=BY)
    demo.open_shop(wish=WISH, by=BY)
    assert told() == before


def test_a_programme_runs_for_the_last_year_and_the_ledger_is_right(work_off: Callable[[], int]) -> None:
    demo.open_shop(wish=WISH, by=BY)
    work_off()
    assert Job.objects.get(kind="earn").state == Job.State.DONE
    first = WISH.end - dt.timedelta(days=demo_programme.POINTS_DAYS - 1)
    asked = Order.objects.filter(status="paid", member__isnull=False, business_date__gte=first, voided_at=None)
    assert Earning.objects.count() == asked.count() > 100
    assert Earning.objects.filter(points__gt=0).exists()
    assert TierStay.objects.exclude(tier__code="ordinary").exists()
    the_ledger_proves_itself(work_off)
    demo.take_away(by=BY)
    assert not Earning.objects.exists()


@pytest.mark.prove
def test_the_ledger_of_the_whole_demo_is_right(work_off: Callable[[], int]) -> None:
    demo.open_shop(wish=Wish(end=WISH.end), by=BY)
    work_off()
    the_ledger_proves_itself(work_off)


def the_ledger_proves_itself(work_off: Callable[[], int]) -> None:
    """By its check, by the rules asked again about every order, and by a second look that changes no row."""
    call_command("ledger_check")
    call_command("replay_points")
    before = _points()
    catch_up.enqueue(BY)
    work_off()
    assert _points() == before
    print(f"orders, entries, lots and points of the demo: {before}")  # noqa: T201 (a proof says what it saw)


def _points() -> list[int]:
    left = Lot.objects.aggregate(left=Sum("remaining", default=0))["left"]
    return [Earning.objects.count(), Entry.objects.count(), Lot.objects.count(), left]

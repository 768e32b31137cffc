"""Enrolment at the counter: a new member, or the one who is known already, never two records of one person."""

import pytest
import time_machine
from django.utils import translation

from members.lib.actor import system
from members.models import AuditEntry, Identifier, Member, Order, Store
from members.services import merges
from members.services.enrolment import Refused, enrol
from members.tests.counter import member, order

BY = system("till")
pytestmark = pytest.mark.usefixtures("merchant")


@time_machine.travel("2026-05-04T17:00:00Z", tick=False)
def test_a_new_member_has_a_number_a_home_store_and_the_day_of_that_store(stores: tuple[Store, Store]) -> None:
    found = enrol(store=stores[0], phone="138 1234 1234", name=" 王思琪 ", by=BY)
    one = found.member
    assert (found.is_new, one.number, one.name, one.home_store) == (True, f"HT-{one.pk}", "王思琪", stores[0])
    assert str(one.joined_on) == "2026-05-05"
    assert list(one.identifiers.values_list("kind", "value", "last4")) == [("phone", "+8613812341234", "1234")]


def test_who_is_known_by_any_of_them_is_given_back_unchanged(stores: tuple[Store, Store]) -> None:
    one = member("M1", stores[1], "Wang", phone="+8613812341234")
    for said in ({"phone": "13812341234", "email": "w@example.com", "name": "Li"}, {"number": "m1"}):
        found = enrol(store=stores[0], **said, by=BY)
        assert (found.is_new, found.member) == (False, one)
    one.refresh_from_db()
    assert (one.name, one.home_store, one.identifiers.count()) == ("Wang", stores[1], 1)
    assert not AuditEntry.objects.filter(verb="enrol").exists()


def test_a_merged_record_gives_the_member_it_counts_for(stores: tuple[Store, Store]) -> None:
    one, other = member("M1"), member("M2", phone="+8613812341234")
    merges.merge(member=other, into=one, by=BY)
    assert enrol(store=stores[0], phone="13812341234", by=BY).member == one


def test_a_number_of_ones_own_stays_as_it_is_written(stores: tuple[Store, Store]) -> None:
    assert enrol(store=stores[0], number="VIP-007", by=BY).member.number == "VIP-007"


def test_a_number_that_somebody_else_has_is_not_given_out(stores: tuple[Store, Store]) -> None:
    first = enrol(store=stores[0], phone="13812341234", by=BY).member
    taken = f"HT-{first.pk + 2}"
    assert enrol(store=stores[0], number=taken, by=BY).member.number == taken  # its own id is one less
    again = enrol(store=stores[0], phone="13812341235", by=BY).member
    assert again.number not in {first.number, taken}
    assert again.number == f"HT-{again.pk}"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Give a phone number"),
        ({"number": "138****1234"}, "Give a phone number"),
        ({"phone": "138"}, "no phone number"),
        ({"phone": "1381234\x001234"}, "no phone number"),
        ({"email": "w@"}, "no e-mail address"),
        ({"email": "w\0@example.com"}, "no e-mail address"),
        ({"number": "1.38E+10"}, "number: "),
        ({"number": "x" * 81}, "number: "),
        ({"phone": "13812341234", "name": "x" * 121}, "name: "),
        ({"phone": "13812341234", "name": "a\0b"}, "name: "),
    ],
)
def test_what_nobody_can_be_enrolled_by(stores: tuple[Store, Store], said: dict[str, str], words: str) -> None:
    with translation.override("en"), pytest.raises(Refused, match=words):
        enrol(store=stores[0], **said, by=BY)
    assert not Member.objects.exists()


def test_two_people_are_not_made_one(stores: tuple[Store, Store]) -> None:
    member("M1", phone="+8613812341234")
    member("M2", email="w@example.com")
    with pytest.raises(Refused):
        enrol(store=stores[0], phone="13812341234", email="W@example.com", by=BY)


def test_guest_orders_with_the_phone_count_for_the_new_member(stores: tuple[Store, Store]) -> None:
    guest = order("A1", stores[0])
    Order.objects.filter(pk=guest.pk).update(guest_phone="+8613812341234")
    one = enrol(store=stores[0], phone="13812341234", by=BY).member
    assert Order.objects.get(number="A1", voided_at=None).member == one


def test_the_audit_names_the_store_and_kinds_but_no_contact(stores: tuple[Store, Store]) -> None:
    one = enrol(store=stores[0], phone="13812341234", email="w@example.com", by=BY).member
    row = AuditEntry.objects.get(verb="enrol")
    assert (row.subject_id, row.detail) == (str(one.pk), {"store": "S1", "known_by": ["phone", "email"]})
    assert Identifier.objects.count() == 2

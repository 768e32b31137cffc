"""Several deeds of one transaction: one book, so its locks are taken and its lots are read once."""

from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from members.models import Member
from rewards.models import Entry
from rewards.services import ledger
from rewards.services.ledger import KeyReused, NotEnough, Term
from rewards.tests.shop import assert_right, deed, figures, lasting, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def one() -> Member:
    made = member("M1")
    ledger.earn(member=made, points=100, deed=deed("opening"), term=lasting(30))
    return made


def redeem_and_earn(one: Member, name: str) -> None:
    ledger.redeem(member=one, points=10, deed=deed(f"r{name}"))
    ledger.earn(member=one, points=5, deed=deed(f"e{name}"), term=Term())


def test_redeem_and_earn_take_two_thirds_of_the_statements(one: Member) -> None:
    with CaptureQueriesContext(connection) as apart, transaction.atomic():
        redeem_and_earn(one, "1")
    with CaptureQueriesContext(connection) as together, transaction.atomic(), ledger.one_book(["r2", "e2"]):
        redeem_and_earn(one, "2")
    assert (len(apart), len(together)) == (22, 15)
    said = [each["sql"].split()[0] for each in together.captured_queries]
    assert said.count("SELECT") == 3  # the accounts, their lots, both keys
    assert figures(one) == (90, 0, 0)
    assert_right()


def test_what_is_given_in_the_book_can_be_spent_from_it(one: Member) -> None:
    with transaction.atomic(), ledger.one_book():
        ledger.earn(member=one, points=50, deed=deed("more"), term=lasting(60))
        ledger.redeem(member=one, points=150, deed=deed("all"))
        with pytest.raises(NotEnough), transaction.atomic():
            ledger.redeem(member=one, points=1, deed=deed("one more"))
        ledger.give_back(spent=Entry.objects.get(key="all"), points=30, deed=deed("back"))
        ledger.redeem(member=one, points=30, deed=deed("again"))
    assert figures(one) == (0, 0, 0)
    assert_right()


def test_a_deed_that_is_undone_is_undone_in_the_book_too(one: Member) -> None:
    with transaction.atomic(), ledger.one_book(["a", "b"]):
        with suppress(ZeroDivisionError), transaction.atomic(), ledger.one_book():
            ledger.redeem(member=one, points=70, deed=deed("a"))
            raise ZeroDivisionError
        ledger.redeem(member=one, points=60, deed=deed("a"))
        ledger.redeem(member=one, points=40, deed=deed("b"))
    assert figures(one) == (0, 0, 0)
    assert_right()


def test_a_key_counts_once_in_the_book_and_over_all_books(one: Member) -> None:
    for _time in range(2):
        with transaction.atomic(), ledger.one_book(["r", "e"]):
            first = ledger.redeem(member=one, points=10, deed=deed("r"))
            again = ledger.redeem(member=one, points=10, deed=deed("r"))
            assert (again.entry, again.is_new) == (first.entry, False)
            with pytest.raises(KeyReused), transaction.atomic():
                ledger.redeem(member=one, points=11, deed=deed("r"))
    assert figures(one) == (90, 0, 0)


def test_two_people_in_one_transaction_have_a_book_each(one: Member) -> None:
    other = member("M2")
    with transaction.atomic(), ledger.one_book():
        for turn in range(2):
            ledger.redeem(member=one, points=20, deed=deed(f"r{turn}"))
            ledger.earn(member=other, points=20, deed=deed(f"e{turn}"), term=Term())
    assert (figures(one), figures(other)) == ((60, 0, 0), (40, 0, 0))
    assert_right()


def test_two_records_of_one_person_see_what_either_did(one: Member) -> None:
    other = member("M2")
    ledger.earn(member=other, points=10, deed=deed("other"), term=lasting(5))
    Member.objects.filter(pk=other.pk).update(merged_into=one)
    with transaction.atomic(), ledger.one_book():
        ledger.redeem(member=one, points=60, deed=deed("r1"))
        ledger.redeem(member=other, points=50, deed=deed("r2"))
        with pytest.raises(NotEnough), transaction.atomic():
            ledger.redeem(member=one, points=1, deed=deed("r3"))
    assert figures(one) == (0, 0, 0)
    assert_right()

"""Mistakes that ledgers are known for. Each is put into ours for the time of a test, which must notice."""

from collections.abc import Callable, Iterable

import pytest

from members.models import Member
from rewards.models import Entry
from rewards.rules import lots
from rewards.services import ledger
from rewards.services.ledger import book as books
from rewards.services.ledger.book import Book, Term

Plant = Callable[[pytest.MonkeyPatch], None]


def expired_points_are_spent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lots.Held, "is_over", lambda _self, _now: False)


def a_refund_takes_nothing_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ledger, "_taken_back", lambda *_: [])


def an_entry_is_reversed_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ledger, "_within", lambda *_: None)


def a_key_is_not_unique(patch: pytest.MonkeyPatch) -> None:
    create = Entry.objects.create
    patch.setattr(ledger, "_first", lambda *_: None)
    patch.setattr(Entry.objects, "create", lambda **columns: create(**{**columns, "key": None}))


def points_end_with_the_day_in_utc(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        Term, "expires_at", property(lambda term: lots.end_of_day(term.expires_on, "UTC") if term.expires_on else None)
    )


def pending_points_are_spent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lots.Held, "is_ripe", lambda lot, _now: lot.pending)


def a_merge_loses_a_lot(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(books.persons, "of", lambda member_id: Member.objects.filter(pk=member_id))


def the_oldest_points_go_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lots, "soonest_first", lambda found: sorted(found, key=lambda lot: lot.id))


def what_is_owed_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Book, "owed_by_person", lambda _book: {})
    patch.setattr(Book, "owed", lambda _book, _accounts: {})


def the_oldest_lot_gets_back_what_others_gave(patch: pytest.MonkeyPatch) -> None:
    def give_back(taken: Iterable[lots.Move], _returned: object, points: int) -> list[lots.Move]:
        first = next(move for move in taken if move.lot)
        return [lots.Move(first.account, first.lot, points)] if points else []

    patch.setattr(lots, "give_back", give_back)


FAULTS: list[Plant] = [
    expired_points_are_spent, a_refund_takes_nothing_back, an_entry_is_reversed_twice, a_key_is_not_unique,
    points_end_with_the_day_in_utc, pending_points_are_spent, a_merge_loses_a_lot, the_oldest_points_go_first,
    what_is_owed_is_forgotten, the_oldest_lot_gets_back_what_others_gave,
]  # fmt: skip

"""Mistakes that ledgers are known for. Each is put into ours for the time of a test, which must notice."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

import pytest
from django.db.models.expressions import RawSQL

from members.lib.actor import Actor
from members.models import Member
from rewards.models import Account, Earning, Entry
from rewards.queries import persons, tiers, to_earn
from rewards.rules import basket, lots
from rewards.rules import earning as rules_of_earning
from rewards.rules.earning import Rules
from rewards.rules.tiers import Fact
from rewards.services import earning, ledger
from rewards.services.ledger import book as books
from rewards.services.ledger.book import Book
from rewards.services.ledger.deed import Deed, Term

Plant = Callable[[pytest.MonkeyPatch], None]


def expired_points_are_spent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lots.Held, "is_over", lambda _self, _now: False)


def a_refund_takes_nothing_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ledger, "_taken_back", lambda *_: [])


def an_entry_is_reversed_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ledger, "_within", lambda *_: None)


def a_key_is_not_unique(patch: pytest.MonkeyPatch) -> None:
    insert = books._insert

    def without_key(entry: Entry) -> None:
        entry.key = None
        insert(entry)

    patch.setattr(ledger, "_first", lambda *_: None)
    patch.setattr(books, "_insert", without_key)


def points_end_with_the_day_in_utc(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        Term, "expires_at", property(lambda term: lots.end_of_day(term.expires_on, "UTC") if term.expires_on else None)
    )


def pending_points_are_spent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lots.Held, "is_ripe", lambda lot, _now: lot.pending)


def a_merge_loses_a_lot(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(books.persons, "of", lambda member_id: Member.objects.filter(pk=member_id))
    patch.setattr(books, "_locking", books._locking.__wrapped__)


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


def looking_before_saving(patch: pytest.MonkeyPatch) -> None:
    """What there is is asked first, and believed once the account is held."""

    def redeem(*, member: Member, points: int, deed: Deed, kind: Entry.Kind = Entry.Kind.REDEEM) -> ledger.Written:
        ledger.settle(member=member)
        theirs = Account.objects.filter(member__in=persons.of(member.pk).values("pk"))
        available = sum(theirs.values_list("balance", flat=True))
        known = Entry.objects.filter(key=deed.key).exists()
        if available < points and not known:
            raise ledger.NotEnough(available)
        asked = ledger.fingerprint(kind, points, deed)
        return ledger._once(
            member.pk, deed, asked,
            lambda book: book.write(kind, deed, lots.take(book.spendable(), points), request_hash=asked),
        )  # fmt: skip

    patch.setattr(ledger, "redeem", redeem)


def a_refund_leaves_what_its_order_earned(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(earning, "_take_back", lambda *_: None)


def a_second_look_forgets_the_cap(patch: pytest.MonkeyPatch) -> None:
    follow = earning._follow

    def naive(known: Earning, buyer: Member, by: Actor) -> Earning:
        [case] = to_earn.cases([known.order])
        known.points = rules_of_earning.earned(case.purchase, Rules(points=1, per=10_000)).points
        return follow(known, buyer, by)

    patch.setattr(earning, "_follow", naive)


def what_points_paid_earns_points(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_of_earning, "NOT_MONEY", frozenset())


def a_refund_leaves_points_rounded_up(patch: pytest.MonkeyPatch) -> None:
    def kept_after(points: int, paid: int, refunded: int) -> int:
        return -(-points * max(paid - refunded, 0) // paid) if paid > 0 else points

    patch.setattr(rules_of_earning, "kept_after", kept_after)


def points_that_paid_come_back_rounded_up(patch: pytest.MonkeyPatch) -> None:
    def points_due(points: int, back: int, total: int) -> int:
        return points if total <= 0 or back >= total else -(-points * max(back, 0) // total)

    patch.setattr(basket, "points_due", points_due)


def the_tier_follows_the_balance(patch: pytest.MonkeyPatch) -> None:
    def points(ids: RawSQL) -> Iterator[tuple[int, Fact]]:
        for account in Account.objects.filter(member__in=Member.objects.filter(pk__in=ids)):
            yield account.member_id, Fact(dt.date.min, dt.date.min, points=account.balance)

    patch.setattr(tiers, "_points", points)


FAULTS: list[Plant] = [
    expired_points_are_spent, a_refund_takes_nothing_back, an_entry_is_reversed_twice, a_key_is_not_unique,
    points_end_with_the_day_in_utc, pending_points_are_spent, a_merge_loses_a_lot, the_oldest_points_go_first,
    what_is_owed_is_forgotten, the_oldest_lot_gets_back_what_others_gave, looking_before_saving,
    a_refund_leaves_what_its_order_earned, a_second_look_forgets_the_cap, what_points_paid_earns_points,
    a_refund_leaves_points_rounded_up, points_that_paid_come_back_rounded_up, the_tier_follows_the_balance,
]  # fmt: skip

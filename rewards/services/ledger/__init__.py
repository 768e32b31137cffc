"""The points ledger: every change of anybody's points is one of these calls. docs/ledger.md says what is right when.

Each takes a `Deed`; the same key with the same request gives the first entry again and changes nothing. Several deeds
of one transaction go into `one_book`, which is locked and read once.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.models import Sum
from django.db.models.enums import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from members.models import Member, MemberMerge
from rewards.models import Entry, Posting
from rewards.rules import lots
from rewards.rules.lots import Move
from rewards.services.ledger.book import Book
from rewards.services.ledger.deed import Deed, Term
from rewards.services.ledger.one_book import is_free, is_open, one_book, opened

__all__ = [
    "Deed", "KeyReused", "NotEnough", "Policy", "Refused", "Term", "Written", "adjust", "count_again", "earn",
    "give_back", "one_book", "prolong", "redeem", "settle", "take_back",
]  # fmt: skip


SPENDING = frozenset({Entry.Kind.REDEEM, Entry.Kind.ADJUST})


class Refused(ValueError):
    """The entry cannot be written; the text says why, for the reader. Nothing was changed."""


class NotEnough(Refused):
    """Fewer points are available than asked for. `available`: how many there are; `owed`: by the person."""

    def __init__(self, available: int, owed: int = 0) -> None:
        self.available, self.owed = available, owed
        super().__init__(_("Only %(available)s points are available.") % {"available": available})


class KeyReused(Refused):
    """The key stands for another request already."""

    def __init__(self, key: str) -> None:
        super().__init__(_("The key “%(key)s” was used for another request.") % {"key": key})


class Policy(TextChoices):
    """What a refund takes when the points it gave are spent: each one also takes what those before it take."""

    PENDING = "pending", _lazy("Take them from points that are not available yet")
    BALANCE = "balance", _lazy("Take them from all points there are")
    DEBT = "debt", _lazy("Take them, and let the member owe the rest")


@dataclass(frozen=True, slots=True)
class Written:
    """The entry, and whether this call wrote it (True) or an earlier one with the same key (False)."""

    entry: Entry
    is_new: bool


def earn(*, member: Member, points: int, deed: Deed, term: Term, kind: Entry.Kind = Entry.Kind.EARN) -> Written:
    """Give points. What the member owes is paid off first; the rest is a new lot that lasts `term`."""
    _positive(points)
    asked = fingerprint(kind, points, deed)

    def write(book: Book) -> Entry:
        paid = lots.pay_off(book.owed_by_person(), points)
        return book.write(kind, deed, paid, term=term, fresh=points - lots.total(paid), request_hash=asked)

    return _once(member.pk, deed, asked, write)


def redeem(*, member: Member, points: int, deed: Deed, kind: Entry.Kind = Entry.Kind.REDEEM) -> Written:
    """Spend points, the soonest-expiring first. NotEnough when fewer are available."""
    _positive(points)
    asked = fingerprint(kind, points, deed)

    def write(book: Book) -> Entry:
        if book.available < points:
            raise NotEnough(book.available, sum(book.owed_by_person().values()))
        return book.write(kind, deed, lots.take(book.spendable(), points), request_hash=asked)

    return _once(member.pk, deed, asked, write)


def adjust(*, member: Member, points: int, deed: Deed, term: Term) -> Written:
    """Give (positive) or take (negative) points by hand."""
    if points > 0:
        return earn(member=member, points=points, deed=deed, term=term, kind=Entry.Kind.ADJUST)
    return redeem(member=member, points=-points, deed=deed, kind=Entry.Kind.ADJUST)


def take_back(*, given: Entry, points: int, deed: Deed, policy: Policy = Policy.DEBT) -> Written:
    """Take back points that an entry gave: out of its own lot first, then as the policy says.

    Refused when that is more than is left of it after earlier reversals.
    """
    _positive(points)
    if given.amount <= 0 or given.kind == Entry.Kind.REVERSE:
        raise Refused(_("This entry gave no points."))
    asked = fingerprint("take_back", points, deed, given.pk)

    def write(book: Book) -> Entry:
        _within(given, points)
        moves = _taken_back(book, given, points, policy)
        rest = points + lots.total(moves)
        if rest and policy == Policy.DEBT:
            moves.append(Move(given.account_id, None, -rest))
            rest = 0
        return book.write(
            Entry.Kind.REVERSE, deed, moves, given.account_id, request_hash=asked, reverses=given, forgiven=rest
        )

    return _once(given.account.member_id, deed, asked, write)


def count_again(*, given: Entry, points: int, deed: Deed) -> Written:
    """Points of an entry that were let go count again, since the refund was withdrawn: nobody gets any.

    Refused when fewer were let go.
    """
    _positive(points)
    asked = fingerprint("count_again", points, deed, given.pk)

    def write(book: Book) -> Entry:
        if points > given.reversals.aggregate(sum=Sum("forgiven", default=0))["sum"]:
            raise Refused(_("Fewer points of this entry were let go."))
        return book.write(
            Entry.Kind.REVERSE, deed, [], given.account_id, request_hash=asked, reverses=given, forgiven=-points
        )

    return _once(given.account.member_id, deed, asked, write)


def _taken_back(book: Book, given: Entry, points: int, policy: Policy) -> list[Move]:
    pending, spendable = book.pending(), book.spendable()
    own = [lot for lot in pending + spendable if lot.entry == given.pk]
    others = pending if policy == Policy.PENDING else pending + spendable
    return lots.take([*own, *(lot for lot in others if lot.entry != given.pk)], points)


def give_back(*, spent: Entry, points: int, deed: Deed) -> Written:
    """Put spent points back into the lots they came from, with the expiry they had: what is over by now expires.

    An account that owes pays that off first. Refused when it is more than is left of the entry after earlier reversals.
    """
    _positive(points)
    if spent.amount >= 0 or spent.kind not in SPENDING:
        raise Refused(_("This entry took no points."))
    asked = fingerprint("give_back", points, deed, spent.pk)

    def write(book: Book) -> Entry:
        _within(spent, points)
        moves = _given_back(book, spent, points)
        return book.write(Entry.Kind.REVERSE, deed, moves, spent.account_id, request_hash=asked, reverses=spent)

    came_from = set(spent.postings.values_list("account", flat=True))  # of records that may have been parted since
    return _once(spent.account.member_id, deed, asked, write, back_to=came_from)


def _given_back(book: Book, spent: Entry, points: int) -> list[Move]:
    taken = [Move(*row) for row in spent.postings.order_by("pk").values_list("account_id", "lot_id", "amount")]
    earlier = Posting.objects.filter(entry__reverses=spent, lot__isnull=False).order_by()
    returned = dict(earlier.values_list("lot_id").annotate(Sum("amount")))
    back = lots.give_back(taken, returned, points)
    book.hold(move.lot for move in back if move.lot)
    return lots.debts_first(back, book.owed({move.account for move in back}))


def settle(*, member: Member) -> None:
    """Let expired points go and pending ones become available, as every other call does first."""
    with opened(member.pk):
        pass


def prolong(*, member: Member, until: dt.date, zone: str) -> int:
    """Let all points of the person last until the end of a day at least. Returns how many lots that changed.

    What has expired stays so, and what lasts longer or for ever is left alone. Nothing is written in the ledger.
    """
    with opened(member.pk) as book:
        return book.prolong(until, zone)


def _once(
    member_id: int, deed: Deed, asked: bytes, write: Callable[[Book], Entry], *, back_to: Collection[int] = ()
) -> Written:
    """Write under lock, unless the key stands for an entry already. `back_to`: accounts that get points back."""
    try:
        with opened(member_id, back_to) as book:
            if not is_free(deed) and (first := _first(deed, asked, member_id)):
                return first
            entry = write(book)
            if back_to:
                book.settle()  # what is over by now, and what another record of the person owes
            return Written(entry, is_new=True)
    except IntegrityError:
        # Somebody used the key for another member between our look and our entry: those of one member queue.
        if is_open():
            raise  # there is no savepoint to look from
        _first(deed, asked, member_id)
        raise


def _first(deed: Deed, asked: bytes, member_id: int) -> Written | None:
    """What the key stands for already. KeyReused when that is another request, or somebody else's."""
    named = Entry.objects.filter(key=deed.key) if deed.key is not None else Entry.objects.none()
    found = named.select_related("account").first()
    if found is None:
        return None
    if bytes(found.request_hash) != asked or not _were_one(found.account.member_id, member_id):
        raise KeyReused(str(deed.key))
    return Written(found, is_new=False)


def _were_one(record: int, other: int) -> bool:
    """Whether two records are one, or were counted as one person at any time, perhaps when the entry was written."""
    spans = MemberMerge.objects.filter(member__in=[record, other])
    owners = {record: {record}, other: {other}}
    for member, owner in spans.values_list("member", "owner"):
        owners[member].add(owner)
    return bool(owners[record] & owners[other])


def fingerprint(kind: str, points: int, deed: Deed, *more: object) -> bytes:
    """What was asked for, as 16 bytes: the same key with another print is another request.

    Without the time and the record named: whoever asks again may see another clock, and a merged member.
    """
    order = (deed.order.source, deed.order.number) if deed.order else None
    said = (str(kind), points, order, deed.reason, *more)
    return hashlib.sha256(repr(said).encode()).digest()[:16]


def _positive(points: int) -> None:
    if points <= 0:
        raise Refused(_("The number of points must be a whole number above zero."))


def _within(original: Entry, points: int) -> None:
    """Whether so much of an entry is still to be reversed; the account is locked, so nobody else reverses it now."""
    done = original.reversals.aggregate(amount=Sum("amount", default=0), forgiven=Sum("forgiven", default=0))
    left = abs(original.amount) - abs(done["amount"]) - done["forgiven"]
    if points > left:
        raise Refused(_("Only %(left)s points of this entry are left to be reversed.") % {"left": left})

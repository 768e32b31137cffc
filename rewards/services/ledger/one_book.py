"""Several deeds of one transaction in one book: locked, read and settled once, the keys asked for in one look."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import transaction

from rewards.services.ledger import rows
from rewards.services.ledger.book import Book
from rewards.services.ledger.deed import Deed


@dataclass(slots=True)
class _Desk:
    """The book that lies open, of one member; `keys` are to come, `free` of them stand for nothing yet."""

    keys: frozenset[str]
    free: set[str] = field(default_factory=set)
    member: int | None = None
    book: Book | None = None

    def clear(self) -> None:
        self.book = None
        self.free.clear()


_desk: ContextVar[_Desk | None] = ContextVar("rewards_ledger_desk", default=None)


@contextmanager
def one_book(keys: Iterable[str] = ()) -> Iterator[None]:
    """What is done to a person's points in here is written in one book. Use it inside one transaction.

    `keys`: those of the deeds to come, as far as they are known. The locks are taken at the first deed. A refusal that
    is caught in here needs a savepoint around its deed. One within another is the outer one.
    """
    outer = _desk.get()
    if outer is not None:
        try:
            yield
        except BaseException:
            outer.clear()  # a savepoint may be rolled back, and with it what the book says
            raise
        return
    token = _desk.set(_Desk(frozenset(keys)))
    try:
        yield
    finally:
        _desk.reset(token)


def is_open() -> bool:
    return _desk.get() is not None


@contextmanager
def opened(member_id: int, others: Collection[int] = ()) -> Iterator[Book]:
    """The book of a person: the one that lies open, or one for this transaction, which is made at need."""
    desk = _desk.get()
    with transaction.atomic(savepoint=desk is None):
        if desk is None:
            yield Book.open(member_id, others)
            return
        try:
            yield _of(desk, member_id, others)
        except BaseException:
            desk.clear()
            raise


def _of(desk: _Desk, member_id: int, others: Collection[int]) -> Book:
    if desk.book is not None and desk.member == member_id and desk.book.accounts.keys() >= set(others):
        desk.book.renew()
        return desk.book
    desk.clear()
    desk.book, desk.member = Book.open(member_id, others), member_id
    if desk.keys:
        desk.free = set(desk.keys) - rows.known_keys(sorted(desk.keys))
    return desk.book


def is_free(deed: Deed) -> bool:
    """Whether no entry bears the key of a deed; call it with the book open."""
    if deed.key is None:
        return True
    desk = _desk.get()
    if desk is not None and deed.key in desk.free:
        desk.free.discard(deed.key)  # taken by what is written now
        return True
    return not rows.known_keys([deed.key])

"""One person's points under lock: what is there, and one entry written so that every sum still holds."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from django.db.models import F, Q

from members.lib import clock
from members.lib.actor import Actor
from members.models import Order, Touched
from rewards.models import Account, Entry, Lot, Posting
from rewards.queries import persons
from rewards.rules import lots
from rewards.rules.lots import Held, Move

LEDGER = Actor(kind="system", name="ledger", role=None, store_ids=frozenset())


@dataclass(frozen=True, slots=True)
class Deed:
    """What an entry says of itself: who did it, when it happened, why, for which order.

    `key` makes it happen once: the same deed again gives the first answer. None only for what the ledger does by
    itself. `reason` is a code, `detail` holds how the points were worked out: neither may name a person.
    """

    key: str | None
    by: Actor
    happened_at: dt.datetime
    order: Order | None = None
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when points can be spent. `expires_on`: the last day, in the IANA zone; None: they never expire."""

    available_at: dt.datetime | None = None  # None: at once
    expires_on: dt.date | None = None
    zone: str = "UTC"

    @property
    def expires_at(self) -> dt.datetime | None:
        return lots.end_of_day(self.expires_on, self.zone) if self.expires_on else None


class Book:
    """The accounts and lots of one person, locked until the transaction ends.

    Make one by `open`, inside a transaction; it has settled what was due by then. What comes in goes to the account of
    the record named, `own`: its points stay with it when records are parted. `others` are accounts that were the
    person's once, where spent points go back to.
    """

    def __init__(self, own: int, accounts: Sequence[Account], person: frozenset[int]) -> None:
        self.own, self.person = own, person
        self.accounts = {account.pk: account for account in accounts}
        self.now = max([clock.now(), *(account.changed_at for account in accounts if account.changed_at)])
        self.lots = {held.id: held for held in _held(self.accounts)}

    @classmethod
    def open(cls, member_id: int, others: Collection[int] = ()) -> Self:
        """Lock what the person has, whichever of their records is named; its account is made at need."""
        accounts = _locked(member_id, others)
        if not any(account.member_id == member_id for account in accounts):
            Account.objects.get_or_create(member_id=member_id)
            accounts = _locked(member_id, others)
        accounts.sort(key=lambda account: account.member_id != member_id)
        records = persons.records(member_id) if others else None
        person = frozenset(each.pk for each in accounts if records is None or each.member_id in records)
        book = cls(accounts[0].pk, accounts, person)
        book.settle()
        return book

    @property
    def available(self) -> int:
        return sum(self.accounts[pk].balance for pk in self.person)

    def owed(self, accounts: Iterable[int]) -> dict[int, int]:
        return {pk: self.accounts[pk].debt for pk in accounts if self.accounts[pk].debt}

    def owed_by_person(self) -> dict[int, int]:
        """Account -> points, the account of the record named first."""
        return self.owed(pk for pk in self.accounts if pk in self.person)

    def spendable(self) -> list[Held]:
        """What can be spent now, soonest-expiring first."""
        return lots.soonest_first(lot for lot in self._theirs() if not lot.pending)

    def pending(self) -> list[Held]:
        return lots.soonest_first(lot for lot in self._theirs() if lot.pending)

    def _theirs(self) -> Iterable[Held]:
        return (lot for lot in self.lots.values() if lot.account in self.person)

    def settle(self) -> None:
        """Do what time has brought: expired points go, pending ones become available, points owed are set off.

        A sweep that is late must not let an expired point be spent, so this comes before every entry.
        """
        for pk in self.accounts:
            theirs = [lot for lot in self.lots.values() if lot.account == pk and lot.remaining]
            over = [lot for lot in theirs if lot.is_over(self.now)]
            ripe = [lot for lot in theirs if lot.is_ripe(self.now) and lot not in over]
            if over:
                self.write(
                    Entry.Kind.EXPIRE, _itself(self.now), lots.take(over, sum(lot.remaining for lot in over)), pk
                )
            if ripe:
                self._ripen(ripe)
        self._set_off()

    def _ripen(self, ripe: list[Held]) -> None:
        """Of one account. Nothing is written in the ledger: they stay the same points."""
        Lot.objects.filter(pk__in=[lot.id for lot in ripe]).update(is_pending=False)
        points = sum(lot.remaining for lot in ripe)
        for lot in ripe:
            lot.pending = False
        self._shift(ripe[0].account, balance=points, pending=-points)

    def _set_off(self) -> None:
        """Of two records of one person one may owe what the other has."""
        owed = self.owed_by_person() if len(self.person) > 1 else {}
        if owed:
            used = lots.take([*self.pending(), *self.spendable()], sum(owed.values()))
            if used:
                moves = used + lots.pay_off(owed, -lots.total(used))
                self.write(Entry.Kind.TRANSFER, _itself(self.now), moves)

    def prolong(self, until: dt.date, zone: str) -> int:
        """Let the person's points last until the end of a day at least. Returns how many lots that changed."""
        end = lots.end_of_day(until, zone)
        sooner = [lot for lot in self._theirs() if lot.remaining and lot.expires_at and lot.expires_at < end]
        for lot in sooner:
            lot.expires_at = end
        if sooner:
            Lot.objects.filter(pk__in=[lot.id for lot in sooner]).update(expires_on=until, expires_at=end)
            Touched.objects.bulk_create(Touched(kind=Touched.Kind.LOT, key=lot.id) for lot in sooner)
        return len(sooner)

    def write(
        self, kind: Entry.Kind, deed: Deed, moves: Sequence[Move], account: int | None = None, *,
        term: Term | None = None, fresh: int = 0, request_hash: bytes = b"", reverses: Entry | None = None,
        forgiven: int = 0,
    ) -> Entry:  # fmt: skip
        """One entry with its postings; lots and accounts follow. `fresh` points go into a new lot, lasting `term`."""
        entry = Entry.objects.create(
            account_id=account or self.own, kind=kind, amount=lots.total(moves) + fresh, key=deed.key,
            request_hash=request_hash, order=deed.order, reverses=reverses, forgiven=forgiven, reason=deed.reason,
            detail=dict(deed.detail), happened_at=deed.happened_at, recorded_at=self.now, actor_kind=deed.by.kind,
            actor_name=deed.by.name, user_id=deed.by.user_id,
        )  # fmt: skip
        came = [self._new_lot(entry, term or Term(), fresh)] if fresh else []
        Posting.objects.bulk_create(
            Posting(entry=entry, account_id=move.account, lot_id=move.lot, amount=move.points)
            for move in [*moves, *came]
        )
        self._store_left({move.lot: move.points for move in moves if move.lot is not None})
        self._follow([*moves, *came])
        Touched.objects.create(kind=Touched.Kind.POINTS, key=entry.pk)  # for the reports
        return entry

    def _new_lot(self, entry: Entry, term: Term, points: int) -> Move:
        available_at = term.available_at or self.now
        made = Lot.objects.create(
            entry=entry, account_id=entry.account_id, quantity=points, remaining=points, available_at=available_at,
            is_pending=available_at > self.now, expires_on=term.expires_on, expires_at=term.expires_at,
        )  # fmt: skip
        self.lots[made.pk] = _hold(made)
        return Move(entry.account_id, made.pk, points)

    def _store_left(self, moved: Mapping[int, int]) -> None:
        """Let locked lots follow: lot -> points put in or taken; most entries move one, which needs no CASE."""
        for lot, points in moved.items():
            self.lots[lot].remaining += points
        if len(moved) == 1:
            [lot] = moved
            Lot.objects.filter(pk=lot).update(remaining=self.lots[lot].remaining)
        else:
            changed = [Lot(pk=lot, remaining=self.lots[lot].remaining) for lot in moved]
            Lot.objects.bulk_update(changed, ["remaining"], batch_size=200)

    def _follow(self, moves: Iterable[Move]) -> None:
        """Let the locked accounts follow the postings; the database refuses what falls below nothing."""
        change: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for move in moves:
            if move.lot is None:
                change[move.account]["debt"] -= move.points
            else:
                change[move.account]["pending" if self.lots[move.lot].pending else "balance"] += move.points
        for pk, figures in change.items():
            self._shift(pk, **figures)

    def _shift(self, pk: int, **figures: int) -> None:
        added = {name: F(name) + points for name, points in figures.items()}
        Account.objects.filter(pk=pk).update(changed_at=self.now, **added)
        for name, points in figures.items():
            setattr(self.accounts[pk], name, getattr(self.accounts[pk], name) + points)

    def hold(self, wanted: Iterable[int]) -> None:
        """Bring in lots that hold nothing any more, for points that go back into them."""
        missing = set(wanted) - set(self.lots)
        for lot in Lot.objects.filter(pk__in=missing):
            self.lots[lot.pk] = _hold(lot)


def _locked(member_id: int, others: Collection[int]) -> list[Account]:
    wanted = Q(member__in=persons.of(member_id).values("pk"))
    if others:
        wanted |= Q(pk__in=others)
    return list(Account.objects.select_for_update().filter(wanted).order_by("pk"))


def _held(accounts: Iterable[int]) -> Iterable[Held]:
    return (_hold(lot) for lot in Lot.objects.filter(account__in=list(accounts), remaining__gt=0))


def _hold(lot: Lot) -> Held:
    return Held(lot.pk, lot.entry_id, lot.account_id, lot.remaining, lot.is_pending, lot.available_at, lot.expires_at)


def _itself(now: dt.datetime) -> Deed:
    return Deed(key=None, by=LEDGER, happened_at=now)

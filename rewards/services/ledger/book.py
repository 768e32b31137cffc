"""One person's points under lock: what is there, and one entry written so that every sum still holds."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Self

from django.db import connection
from django.db.models import Q

from members.lib import clock
from members.lib.actor import Actor
from members.models import Touched
from members.services.imports.bulk import stored_instant
from rewards.models import Account, Entry, Lot
from rewards.queries import persons
from rewards.rules import lots
from rewards.rules.lots import Held, Move
from rewards.services.ledger import rows
from rewards.services.ledger.deed import Deed, Term

LEDGER = Actor(kind="system", name="ledger", role=None, store_ids=frozenset())
NOBODY = -1  # stands for a member or an account in the SQL that is made once
ENTRY = (
    "account_id", "kind", "amount", "key", "request_hash", "order_id", "reverses_id", "forgiven", "reason", "detail",
    "happened_at", "recorded_at", "actor_kind", "actor_name", "user_id",
)  # fmt: skip
LOT = ("entry_id", "account_id", "quantity", "remaining", "available_at", "is_pending", "expires_on", "expires_at")


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
            # First that of the one they count for: two records of a person without any would lock one each, and not
            # each other. Whoever comes second waits here for what the first has done.
            for record in dict.fromkeys([persons.owner(member_id), member_id]):
                Account.objects.get_or_create(member_id=record)
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

    def renew(self) -> None:
        """Let time go on in a book that stays open."""
        self.now = max(self.now, clock.now())
        self.settle()

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
        entry = Entry(
            account_id=account or self.own, kind=kind, amount=lots.total(moves) + fresh, key=deed.key,
            request_hash=request_hash, order=deed.order, reverses=reverses, forgiven=forgiven, reason=deed.reason,
            detail=dict(deed.detail), happened_at=deed.happened_at, recorded_at=self.now, actor_kind=deed.by.kind,
            actor_name=deed.by.name, user_id=deed.by.user_id,
        )  # fmt: skip
        _insert(entry)
        came = [self._new_lot(entry, term or Term(), fresh)] if fresh else []
        if every := [*moves, *came]:
            postings = [(entry.pk, move.account, move.lot, move.points) for move in every]
            rows.insert("rewards_posting", rows.POSTING, *postings)
        self._store_left({move.lot: move.points for move in moves if move.lot is not None})
        self._follow(every)
        rows.insert("members_touched", ("kind", "key"), (Touched.Kind.POINTS.value, entry.pk))  # for the reports
        return entry

    def _new_lot(self, entry: Entry, term: Term, points: int) -> Move:
        available_at = term.available_at or self.now
        account, is_pending, expires_at = entry.account_id, available_at > self.now, term.expires_at
        lot = rows.insert("rewards_lot", LOT, (
            entry.pk, account, points, points, stored_instant(available_at), is_pending,
            term.expires_on.isoformat() if term.expires_on else None,
            stored_instant(expires_at) if expires_at else None,
        ))  # fmt: skip
        self.lots[lot] = Held(lot, entry.pk, account, points, is_pending, available_at, expires_at)
        return Move(account, lot, points)

    def _store_left(self, moved: Mapping[int, int]) -> None:
        """Let locked lots follow: lot -> points put in or taken; most entries move one, which needs no CASE."""
        for lot, points in moved.items():
            self.lots[lot].remaining += points
        if len(moved) == 1:
            [lot] = moved
            rows.update("UPDATE rewards_lot SET remaining = %s WHERE id = %s", self.lots[lot].remaining, lot)
        elif moved:
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

    def _shift(self, pk: int, *, balance: int = 0, pending: int = 0, debt: int = 0) -> None:
        rows.update(
            "UPDATE rewards_account SET balance = balance + %s, pending = pending + %s, debt = debt + %s, "
            "changed_at = %s WHERE id = %s",
            balance, pending, debt, stored_instant(self.now), pk,
        )  # fmt: skip
        account = self.accounts[pk]
        account.balance += balance
        account.pending += pending
        account.debt += debt
        account.changed_at = self.now

    def hold(self, wanted: Iterable[int]) -> None:
        """Bring in lots that hold nothing any more, for points that go back into them."""
        missing = set(wanted) - set(self.lots)
        for lot in Lot.objects.filter(pk__in=missing):
            self.lots[lot.pk] = _hold(lot)


def _insert(entry: Entry) -> None:
    entry.pk = rows.insert("rewards_entry", ENTRY, (
        entry.account_id, str(entry.kind), entry.amount, entry.key, entry.request_hash, entry.order_id,
        entry.reverses_id, entry.forgiven, entry.reason, json.dumps(entry.detail), stored_instant(entry.happened_at),
        stored_instant(entry.recorded_at), entry.actor_kind, entry.actor_name, entry.user_id,
    ))  # fmt: skip
    entry._state.adding, entry._state.db = False, connection.alias  # noqa: SLF001 - as Model.save leaves it


def _locked(member_id: int, others: Collection[int]) -> list[Account]:
    if others:
        wanted = Q(member__in=persons.of(member_id).values("pk")) | Q(pk__in=others)
        return list(Account.objects.select_for_update().filter(wanted).order_by("pk"))
    sql, marks = _locking(connection.vendor)
    return list(Account.objects.raw(sql, [member_id] * marks))


@cache
def _locking(_vendor: str) -> tuple[str, int]:
    """The statement that locks the accounts of one person, and how often the member stands in it."""
    theirs = Account.objects.filter(member__in=persons.of(NOBODY).values("pk"))
    sql, said = theirs.select_for_update().order_by("pk").query.sql_with_params()
    return sql, len(said)


def _held(accounts: Collection[int]) -> Iterable[Held]:
    if len(accounts) > 1:
        return (_hold(lot) for lot in Lot.objects.filter(account__in=list(accounts), remaining__gt=0))
    return (_hold(lot) for lot in Lot.objects.raw(_holding(connection.vendor), list(accounts)))


@cache
def _holding(_vendor: str) -> str:
    sql, _said = Lot.objects.filter(account=NOBODY, remaining__gt=0).order_by().query.sql_with_params()
    return sql.replace("> %s", "> 0")


def _hold(lot: Lot) -> Held:
    return Held(lot.pk, lot.entry_id, lot.account_id, lot.remaining, lot.is_pending, lot.available_at, lot.expires_at)


def _itself(now: dt.datetime) -> Deed:
    return Deed(key=None, by=LEDGER, happened_at=now)

"""What purchases earn, for thousands of orders in a transaction: a history that comes in, a programme that begins.

It does for each order what `settle_order` does at its first look, and leaves to it whoever is not plain: who owes,
has several records, has something due, or buys under rules that look at the other purchases of a day.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from members.lib import clock
from members.lib.actor import Actor
from members.lib.id_set import id_set
from members.models import Member, Order, Touched
from members.services.imports import bulk
from rewards.models import Account, Earning, Entry, Lot, PointsRules, Posting
from rewards.queries import to_earn
from rewards.queries.points_rules import Versions
from rewards.queries.to_earn import PURCHASE
from rewards.services import ledger
from rewards.services.earning.look import Looked, look
from rewards.services.ledger import Deed, rows
from rewards.services.ledger.book import LEDGER

LOT = (
    "id", "entry_id", "account_id", "quantity", "remaining", "available_at", "is_pending", "expires_on", "expires_at",
)  # fmt: skip
EARNING = (
    "order_id", "rules_id", "entry_id", "points", "kept", "eligible", "why_none", "refunded", "is_void",
    "considered_at",
)  # fmt: skip


@transaction.atomic
def earn_many(order_ids: Collection[int], *, by: Actor, versions: Versions) -> list[int]:
    """Give orders that were never looked at what they earn. Returns those that are left to `settle_order`, in order."""
    wanted = Order.objects.filter(to_earn.UNSEEN, pk__in=id_set(order_ids))
    accounts = _locked(wanted.order_by().values_list("buyer_id", flat=True).distinct())
    orders = list(wanted.select_related("store").order_by("member_id", "ordered_at", "pk"))  # as they stand under lock
    not_plain = _not_plain(accounts) | {order.buyer_id for order in orders if _looks_around(order, versions)}
    sheet = _Sheet(accounts, by)
    for case in to_earn.cases(order for order in orders if order.buyer_id not in not_plain):
        standing = versions.on(case.order.business_date)
        if standing is not None:
            sheet.add(look(case, *standing))
    sheet.write()
    return [order.pk for order in orders if order.buyer_id in not_plain]


def _locked(buyers: Iterable[int | None]) -> dict[int, Account]:
    """Member -> account, made at need, locked until the transaction ends."""
    members = [buyer for buyer in buyers if buyer is not None]
    found = Account.objects.filter(member__in=id_set(members))
    missing = set(members) - set(found.values_list("member_id", flat=True))
    Account.objects.bulk_create([Account(member_id=member) for member in sorted(missing)], ignore_conflicts=True)
    return {account.member_id: account for account in found.select_for_update().order_by("pk")}


def _not_plain(accounts: Mapping[int, Account]) -> set[int | None]:
    """Members whose points the ledger has to weigh one by one."""
    now = max([clock.now(), *(account.changed_at for account in accounts.values() if account.changed_at)])
    several = Q(merged_into__isnull=False) | Q(absorbed__isnull=False)
    due = Q(expires_at__lte=now) | Q(is_pending=True, available_at__lte=now)
    held = Lot.objects.filter(due, account__member__in=id_set(accounts), remaining__gt=0)
    return {
        *Member.objects.filter(several, pk__in=id_set(accounts)).values_list("pk", flat=True),
        *held.values_list("account__member_id", flat=True),
        *(member for member, account in accounts.items() if account.debt),
    }


def _looks_around(order: Order, versions: Versions) -> bool:
    standing = versions.on(order.business_date)
    if standing is None:
        return False
    return standing[0].per_day is not None or standing[0].expiry == PointsRules.Expiry.ACTIVITY


class _Sheet:
    """The rows that are to be written, and what they make of the accounts."""

    def __init__(self, accounts: Mapping[int, Account], by: Actor) -> None:
        self.accounts, self.by, self.now = accounts, by, clock.now()
        self.entry_ids, self.lot_ids = bulk.Ids(Entry), bulk.Ids(Lot)
        self.entries: list[Sequence[Any]] = []
        self.lots: list[Sequence[Any]] = []
        self.postings: list[Sequence[Any]] = []
        self.earnings: list[Sequence[Any]] = []
        self.changed: dict[int, Account] = {}

    def add(self, found: Looked) -> None:
        order, worked = found.case.order, found.worked
        entry = self._earn(found) if found.kept else None
        self.earnings.append(
            (order.pk, found.version.pk, entry, worked.points, found.kept, worked.eligible, worked.why_none,
             found.case.refunded, False, bulk.stored_instant(self.now))
        )  # fmt: skip

    def _earn(self, found: Looked) -> int:
        order, points = found.case.order, found.kept
        account = self.accounts[order.buyer_id or 0]
        now = max(self.now, account.changed_at or self.now)
        deed = Deed(f"order-{order.pk}", self.by, order.ordered_at, order, PURCHASE, found.detail())
        asked = ledger.fingerprint(Entry.Kind.EARN, points, deed)
        entry = self._entry(account, Entry.Kind.EARN, points, deed, asked, now)
        available_at, ends = found.term.available_at or now, found.term.expires_at
        is_over, is_pending = ends is not None and ends <= now, available_at > now
        lot = self.lot_ids.take()
        self.lots.append(
            (lot, entry, account.pk, points, 0 if is_over else points, bulk.stored_instant(available_at), is_pending,
             _day(found.term.expires_on), bulk.stored_instant(ends) if ends else None)
        )  # fmt: skip
        self.postings.append((entry, account.pk, lot, points))
        if is_over:
            expired = self._entry(account, Entry.Kind.EXPIRE, -points, Deed(None, LEDGER, now), b"", now)
            self.postings.append((expired, account.pk, lot, -points))
        elif is_pending:
            account.pending += points
        else:
            account.balance += points
        account.changed_at = now
        self.changed[account.pk] = account
        return entry

    def _entry(self, account: Account, kind: str, amount: int, deed: Deed, asked: bytes, now: dt.datetime) -> int:
        pk = self.entry_ids.take()
        self.entries.append(rows.entry(pk, account.pk, kind, amount, deed, now, asked))
        return pk

    def write(self) -> None:
        bulk.insert(Entry, rows.ENTRY, self.entries)
        bulk.insert(Lot, LOT, self.lots)
        bulk.insert(Posting, rows.POSTING, self.postings)
        bulk.insert(Earning, EARNING, self.earnings)
        bulk.insert(Touched, ("kind", "key"), [(str(Touched.Kind.POINTS), entry[0]) for entry in self.entries])
        figures = [
            (account.balance, account.pending, bulk.stored_instant(account.changed_at or self.now), account.pk)
            for account in self.changed.values()
        ]
        if figures:
            bulk.update(Account, ("balance", "pending", "changed_at"), figures)


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None

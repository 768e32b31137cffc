"""Every night points that are over go, and those that have become available are so, also when nobody touches them.

Whoever spends settles what is due first, so a sweep that is late changes no answer, only what lists and reports read.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.lib import clock
from members.lib.id_set import id_set
from members.models import Touched
from members.services import jobs
from members.services.imports import bulk
from rewards.models import Account, Entry, Lot, Posting
from rewards.services import ledger
from rewards.services.ledger import Deed, rows
from rewards.services.ledger.book import LEDGER

CHUNK = 1_000  # accounts in a transaction


@jobs.handler("expire_points", title=_("Points that expire or become available"), nightly=True, alone=True)
def work(run: jobs.Run) -> None:
    """By accounts, resumed after the last that is done; again, it finds nothing to do."""
    total = _due().values("account").distinct().count()
    run.heartbeat(total=run.progress + total)
    after = run.result.get("after", 0)
    while accounts := list(_due().filter(account__gt=after).values_list("account", flat=True).distinct()[:CHUNK]):
        after = accounts[-1]
        with run.step() as step:
            settle_many(accounts)
            step.progress, step.result = run.progress + len(accounts), {"after": after}
    run.finish({"accounts": run.progress})


@transaction.atomic
def settle_many(account_ids: Collection[int]) -> None:
    """What `ledger.settle` does for each, in a few statements; who owes or has several records is settled by it."""
    accounts = Account.objects.filter(pk__in=id_set(account_ids)).select_related("member")
    locked = list(accounts.select_for_update(of=("self",)).order_by("pk"))
    several = Q(member__merged_into__isnull=False) | Q(member__absorbed__isnull=False)
    alone = set(accounts.exclude(several).filter(debt=0).values_list("pk", flat=True))
    for account in locked:
        if account.pk not in alone:
            ledger.settle(member=account.member)
    sheet = _Sheet([account for account in locked if account.pk in alone])
    for lot in _due().filter(account__in=id_set(alone)):
        sheet.add(lot)
    sheet.write()


def _due() -> Any:
    """Lots whose time has come, by the clock of now."""
    now = clock.now()
    over = Q(expires_at__lte=now)
    return Lot.objects.filter(over | Q(is_pending=True, available_at__lte=now), remaining__gt=0).order_by("account")


class _Sheet:
    """The rows that are to be written, and what they make of the locked accounts."""

    def __init__(self, accounts: Sequence[Account]) -> None:
        self.now = max([clock.now(), *(account.changed_at for account in accounts if account.changed_at)])
        self.accounts = {account.pk: account for account in accounts}
        self.over: dict[int, list[Lot]] = defaultdict(list)
        self.lots: list[tuple[int, bool, int]] = []  # remaining, is_pending, id

    def add(self, lot: Lot) -> None:
        account = self.accounts[lot.account_id]
        is_over = lot.expires_at is not None and lot.expires_at <= self.now
        if lot.is_pending:
            account.pending -= lot.remaining
            account.balance += 0 if is_over else lot.remaining
        else:
            account.balance -= lot.remaining
        if is_over:
            self.over[account.pk].append(lot)
        self.lots.append((0 if is_over else lot.remaining, lot.is_pending and is_over, lot.pk))

    def write(self) -> None:
        """One entry for each account that loses points, as Book writes it."""
        ids, deed = bulk.Ids(Entry), Deed(key=None, by=LEDGER, happened_at=self.now)
        entries, postings = [], []
        for account, lots in self.over.items():
            entry = ids.take()
            gone = sum(lot.remaining for lot in lots)
            entries.append(rows.entry(entry, account, Entry.Kind.EXPIRE, -gone, deed, self.now))
            postings += [(entry, account, lot.pk, -lot.remaining) for lot in lots]
        bulk.insert(Entry, rows.ENTRY, entries)
        bulk.insert(Posting, rows.POSTING, postings)
        bulk.insert(Touched, ("kind", "key"), [(str(Touched.Kind.POINTS), entry[0]) for entry in entries])
        if self.lots:
            bulk.update(Lot, ("remaining", "is_pending"), self.lots)
            at = bulk.stored_instant(self.now)
            figures = [(each.balance, each.pending, at, each.pk) for each in self.accounts.values()]
            bulk.update(Account, ("balance", "pending", "changed_at"), figures)

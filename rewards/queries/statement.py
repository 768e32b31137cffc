"""What happened to a person's points: every entry that moved some, over all merged records, with the sum it left."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet, Sum

from members.lib.actor import Actor
from members.models import Member
from members.queries import look_up
from rewards.models import Account, Entry, Posting

SHOWS = {
    "all": frozenset(Entry.Kind),
    "in": frozenset({Entry.Kind.EARN, Entry.Kind.OPENING}),
    "out": frozenset({Entry.Kind.REDEEM}),
    "over": frozenset({Entry.Kind.EXPIRE}),
    "other": frozenset({Entry.Kind.ADJUST, Entry.Kind.REVERSE, Entry.Kind.TRANSFER}),
}
"""What a statement can be narrowed to."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it touched this person: the points moved, and the sum (available + pending − owed) after it."""

    entry_id: int
    kind: str
    moved: int
    after: int


@dataclass(frozen=True, slots=True)
class Told:
    """A line with its entry and all that a sentence about it needs, loaded."""

    line: Line
    entry: Entry


def accounts(member: Member) -> QuerySet[Account]:
    """The accounts of all records that count for the member today."""
    return Account.objects.filter(Q(member=member) | Q(member__merged_into=member))


def lines(member: Member, show: str = "all") -> list[Line]:
    """Newest first. The sum runs over every entry, whatever is shown.

    It goes by postings: while records were merged, an entry of one moved points of another, and is told there too.
    """
    theirs = list(accounts(member).values_list("pk", flat=True))
    moved = Posting.objects.filter(account__in=theirs).order_by("entry_id")
    rows = list(moved.values_list("entry_id", "entry__kind").annotate(Sum("amount")))
    silent = Entry.objects.filter(account__in=theirs, postings__isnull=True)  # all that was asked for was let go
    rows += [(pk, kind, 0) for pk, kind in silent.order_by().values_list("pk", "kind")]
    found, total = [], 0
    for pk, kind, points in sorted(rows):
        total += points
        if kind in SHOWS[show]:
            found.append(Line(pk, kind, points, total))
    return found[::-1]


def told(lines: Sequence[Line]) -> list[Told]:
    """The lines of a page with their entries."""
    entries = Entry.objects.filter(pk__in=[line.entry_id for line in lines]).select_related(
        "order__store", "reverses__order__store", "lot", "gift_claim__gift"
    )
    lots = Prefetch("postings", Posting.objects.select_related("lot").order_by("pk"))
    known: dict[int, Entry] = {entry.pk: entry for entry in entries.prefetch_related(lots)}
    return [Told(line, known[line.entry_id]) for line in lines]


def entries(actor: Actor, member_id: int) -> QuerySet[Entry]:
    """The ledger's entries of a member of the actor's stores, all merged records together."""
    owners = look_up.own_record(actor, member_id)
    theirs = Q(account__member__in=owners) | Q(account__member__merged_into__in=owners)
    return Entry.objects.filter(theirs).select_related("order", "lot")

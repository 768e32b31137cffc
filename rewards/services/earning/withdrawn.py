"""What refunds that were withdrawn had taken of an order's points: only that comes again.

By the policy of the rules a refund may have found the points spent and let them go. Each reversal says which refunds it
was for, and what gives points again says of which reversals (`of`: reversal -> points), so that nothing is given twice.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from members.models import Order, Refund
from rewards.models import Entry
from rewards.queries.to_earn import PURCHASE


@dataclass(slots=True)
class Undone:
    """`points` to be given; `taken`: reversal -> what of it they are. `let_go`: entry, points, reversal."""

    points: int = 0
    taken: dict[str, int] = field(default_factory=dict)
    let_go: list[tuple[int, int, int]] = field(default_factory=list)


def undo(order: Order, points: int) -> Undone:
    """So many points of an order count again: out of what withdrawn refunds took and let go, then the latest first.

    What no reversal took (a first look that found the order refunded) is given whole.
    """
    found, rest = Undone(), points
    for reversal, taken, let_go in _open(order):
        counts = min(let_go, rest)
        comes = min(taken, rest - counts)
        rest -= counts + comes
        if counts and reversal.reverses_id:
            found.let_go.append((reversal.reverses_id, counts, reversal.pk))
        if comes:
            found.taken[str(reversal.pk)] = comes
    found.points = sum(found.taken.values()) + rest
    return found


def not_told_of(order: Order) -> list[int]:
    """The standing refunds of an order that no reversal was for yet."""
    told = {pk for entry in _reversals(order) for pk in _refunds(entry)}
    standing = Refund.objects.filter(order=order, voided_at__isnull=True).order_by("pk")
    return [pk for pk in standing.values_list("pk", flat=True) if pk not in told]


def _open(order: Order) -> list[tuple[Entry, int, int]]:
    """Reversals with what they took and let go and nothing has given again; those of withdrawn refunds first."""
    entries = list(_reversals(order))
    named = {pk for entry in entries for pk in _refunds(entry)}
    void = set(Refund.objects.filter(pk__in=named, voided_at__isnull=False).values_list("pk", flat=True))
    came: Counter[int] = Counter()
    for again in Entry.objects.filter(order=order, kind=Entry.Kind.EARN, reason=PURCHASE, detail__has_key="of"):
        came.update({int(pk): points for pk, points in again.detail["of"].items()})
    counted: Counter[int] = Counter()
    for again in entries:
        if again.forgiven < 0:
            counted.update({int(pk): points for pk, points in again.detail["of"].items()})
    listed = [
        (entry, -entry.amount - came[entry.pk], entry.forgiven - counted[entry.pk])
        for entry in entries
        if entry.forgiven >= 0
    ]
    return sorted(listed, key=lambda each: (void.isdisjoint(_refunds(each[0])), -each[0].pk))


def _reversals(order: Order) -> Iterable[Entry]:
    return Entry.objects.filter(reverses__order=order, reverses__kind=Entry.Kind.EARN, reverses__reason=PURCHASE)


def _refunds(entry: Entry) -> list[int]:
    """The refunds that a reversal was for: of the order, or one that names none."""
    said = entry.detail
    return [*said.get("refunds", ()), *([said["refund"]] if "refund" in said else [])]

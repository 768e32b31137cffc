"""Rows whose identifiers point to two members, kept until somebody decides."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from members.models import IdentityConflict


class Conflict(NamedTuple):
    """`keys`: kind and value of each identifier that is known, and the id of the member it counts for."""

    row: int
    subject: str  # the order or member as the file names it
    keys: Sequence[tuple[str, str, int]]


def record(batch_id: int, found: Iterable[Conflict]) -> None:
    """Keep them for the review page; call it in the transaction of their chunk. Safe to repeat."""
    IdentityConflict.objects.bulk_create(
        (_row(batch_id, conflict) for conflict in found), batch_size=500, ignore_conflicts=True
    )


def _row(batch_id: int, conflict: Conflict) -> IdentityConflict:
    first, second = list(dict.fromkeys(member for _, _, member in conflict.keys))[:2]
    keys = [{"kind": kind, "value": value, "member": member} for kind, value, member in conflict.keys]
    return IdentityConflict(
        batch_id=batch_id, row=conflict.row, subject=conflict.subject, keys=keys, first_id=first, second_id=second
    )

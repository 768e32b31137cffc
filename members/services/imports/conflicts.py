"""Rows whose identifiers point to two members, kept until somebody decides."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import transaction

from members.lib import clock
from members.lib.actor import Actor
from members.models import IdentityConflict, Member
from members.rules.imports.member_rows import Key
from members.services import audit, merges


class Conflict(NamedTuple):
    """`keys`: kind and value of each identifier that is known, and the id of the member it counts for.

    `sides`: by which field of the file it is whose (by number), and by which one another's.
    """

    row: int
    subject: str  # the order or member as the file names it
    keys: Sequence[tuple[str, str, int]]
    sides: Mapping[str, str]


def between(row: int, subject: str, found: Sequence[tuple[Key, int, str]]) -> Conflict:
    """Of identifiers that point to two members: each with the member's id and the number of its record."""
    (kind, _), member, number = found[0]
    other = next(each for each in found if each[1] != member)
    sides = {"one": _field(kind), "one_of": number, "other": _field(other[0][0]), "other_of": other[2]}
    return Conflict(row, subject, [(*key, whose) for key, whose, _ in found], sides)


def _field(kind: str) -> str:
    return "member_no" if kind == "number" else kind


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


@transaction.atomic
def merge(conflict: IdentityConflict, *, keep: Member, by: Actor) -> None:
    """Both are the same person: what the other counts for, counts for the owner of `keep` from now on.

    merges.Refused when that cannot be.
    """
    other = conflict.second if keep.pk == conflict.first_id else conflict.first
    mine, theirs = keep.merged_into or keep, other.merged_into or other
    if mine != theirs:  # somebody may have merged them elsewhere
        merges.merge(member=theirs, into=mine, by=by)
    _decide(conflict, IdentityConflict.Resolution.MERGED, by)


@transaction.atomic
def keep_apart(conflict: IdentityConflict, *, by: Actor) -> None:
    """They are two people: the row stays out until it is mended."""
    _decide(conflict, IdentityConflict.Resolution.DISTINCT, by)


def _decide(conflict: IdentityConflict, resolution: str, by: Actor) -> None:
    """Note what was decided; a merge may have done so already."""
    now = clock.now()
    IdentityConflict.objects.filter(pk=conflict.pk, resolved_at=None).update(
        resolution=resolution, resolved_at=now, resolved_by=by.name
    )
    detail = {"import": conflict.batch_id, "row": conflict.row, "decision": resolution}
    audit.record(by=by, verb="decide_conflict", subject_type="conflict", subject_id=conflict.pk, detail=detail)

"""One record per person: merge two records, and take that back.

Nothing is moved: orders, refunds and identifiers stay on the record that they were taken down for, and an interval
(`MemberMerge`) says whom that record counts for. So an un-merge restores every number, whatever came in meanwhile.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from members import events
from members.lib import clock
from members.lib.actor import Actor
from members.models import IdentityConflict, Member, MemberMerge, Order, Refund, Touched
from members.services import audit


class Refused(ValueError):
    """The records cannot be merged or parted like this; the text says why, for the reader."""


@transaction.atomic
def merge(*, member: Member, into: Member, by: Actor) -> None:
    """Let `member`, with all that was merged into it, count for `into` from now on.

    Open conflicts between the two are decided by it. Refused when one of them is gone or merged already.
    """
    locked = {row.pk: row for row in Member.objects.select_for_update().filter(pk__in=[member.pk, into.pk])}
    if len(locked) < 2:
        raise Refused(_("Choose two different members."))
    for row in locked.values():
        if row.voided_at is not None or row.merged_into_id is not None:
            raise Refused(
                _("Member %(number)s has been merged or withdrawn in the meantime; look at the list again.")
                % {"number": row.number}
            )
    now = clock.now()
    absorbed = list(MemberMerge.objects.filter(owner=member, voided_at=None))
    _record([(row.member_id, row.into_id) for row in absorbed] + [(member.pk, into.pk)], into.pk, absorbed, now, by)
    for pair in ((member.pk, into.pk), (into.pk, member.pk)):
        IdentityConflict.objects.filter(first=pair[0], second=pair[1], resolved_at=None).update(
            resolution=IdentityConflict.Resolution.MERGED, resolved_at=now, resolved_by=by.name
        )
    _changed("merge_members", member, into, by)


@transaction.atomic
def unmerge(*, member: Member, by: Actor) -> None:
    """Let a merged record, with those that came by way of it, count for itself again. Refused when it is not merged."""
    standing = MemberMerge.objects.filter(member=member, voided_at=None)
    owners = standing.values("owner")
    list(Member.objects.select_for_update().filter(pk__in=owners))  # as `merge` does: it may carry this one along now
    found = standing.first()
    if found is None:
        raise Refused(_("Member %(number)s is not merged any more.") % {"number": member.number})
    others = list(MemberMerge.objects.filter(owner=found.owner_id, voided_at=None).exclude(pk=found.pk))
    through = _through(member.pk, others)
    now = clock.now()
    _void([found], now)
    _count_for(member.pk, [member.pk])
    _record([(row.member_id, row.into_id) for row in through], member.pk, through, now, by)
    _changed("unmerge_members", member, found.into, by)


def _through(root: int, merges: Iterable[MemberMerge]) -> list[MemberMerge]:
    """Those of the merges whose way to the owner leads through the root."""
    found: list[MemberMerge] = []
    reached = {root}
    rest = list(merges)
    while near := [row for row in rest if row.into_id in reached]:
        found += near
        reached |= {row.member_id for row in near}
        rest = [row for row in rest if row not in near]
    return found


def _record(
    pairs: list[tuple[int, int]], owner: int, instead_of: list[MemberMerge], now: dt.datetime, by: Actor
) -> None:
    """From now on the first of each pair counts for the owner, by way of the second."""
    _void(instead_of, now)
    rows = MemberMerge.objects.bulk_create(
        MemberMerge(member_id=record, into_id=into, owner_id=owner, recorded_at=now, created_by=by.name)
        for record, into in pairs
    )
    _touch(rows)
    _count_for(owner, [record for record, _into in pairs])


def _void(merges: list[MemberMerge], now: dt.datetime) -> None:
    MemberMerge.objects.filter(pk__in=[row.pk for row in merges]).update(voided_at=now)
    _touch(merges)


def _touch(merges: Iterable[MemberMerge]) -> None:
    Touched.objects.bulk_create(Touched(kind=Touched.Kind.MERGE, key=row.pk) for row in merges)


def _count_for(owner: int, records: list[int]) -> None:
    """Whom the records and their facts count for today; what counted when is in the intervals."""
    for record in records:
        Member.objects.filter(pk=record).update(merged_into=None if record == owner else owner)
    Order.objects.filter(buyer__in=records).update(member=owner)
    Refund.objects.filter(buyer__in=records).update(member=owner)


def _changed(verb: str, member: Member, into: Member, by: Actor) -> None:
    detail = {"member": member.pk, "into": into.pk}  # numbers name a person, and the audit is for ever
    audit.record(by=by, verb=verb, subject_type="member", subject_id=member.pk, detail=detail)
    transaction.on_commit(lambda: events.facts_changed.send(sender=None, by=by, wait=False))

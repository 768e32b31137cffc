"""Segments: kept from the member list, renamed, deleted."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from members.lib.actor import Actor
from members.models import Member, Segment, SegmentMember
from members.services import audit, names

_BATCH = 5_000


class Refused(ValueError):
    """It cannot be saved: `nobody` is on the list, or it is `nested` (a filter of a segment)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def save_snapshot(name: str, people: QuerySet[Member], params: Mapping[str, Sequence[str]], *, by: Actor) -> Segment:
    """Keep these people, whatever becomes of them; `params` says what list they were on.

    BadName when the name will not do, Refused when nobody is there.
    """
    name, ids = names.checked(Segment, name), list(people.order_by().values_list("pk", flat=True))
    if not ids:
        raise Refused("nobody")
    segment = _created(name, Segment.Kind.SNAPSHOT, params, by)
    SegmentMember.objects.bulk_create((SegmentMember(segment=segment, member_id=pk) for pk in ids), batch_size=_BATCH)
    _audited("create", segment, by, {"name": name, "kind": segment.kind, "filters": segment.params, "rows": len(ids)})
    return segment


@transaction.atomic
def save_filter(name: str, params: Mapping[str, Sequence[str]], *, by: Actor) -> Segment:
    """Keep the filters of a list. One that asks for a segment is refused, so that none can ever lead to itself."""
    name = names.checked(Segment, name)
    if "segment" in params:
        raise Refused("nested")
    segment = _created(name, Segment.Kind.FILTER, params, by)
    _audited("create", segment, by, {"name": name, "kind": segment.kind, "filters": segment.params})
    return segment


@transaction.atomic
def rename(segment: Segment, name: str, *, by: Actor) -> None:
    """Give it another name. BadName when that will not do."""
    before, segment.name = segment.name, names.checked(Segment, name, segment)
    with names.unique():
        segment.save(update_fields=["name"])
    _audited("rename", segment, by, {"before": before, "after": segment.name})


@transaction.atomic
def delete(segment: Segment, *, by: Actor) -> None:
    """Forget it; its members stay as they are."""
    _audited("delete", segment, by, {"name": segment.name, "kind": segment.kind, "filters": segment.params})
    segment.delete()


def _created(name: str, kind: Segment.Kind, params: Mapping[str, Sequence[str]], by: Actor) -> Segment:
    kept = {key: list(values) for key, values in params.items()}
    with names.unique():
        return Segment.objects.create(name=name, kind=kind, params=kept, made_by=by.name, user_id=by.user_id)


def _audited(verb: str, segment: Segment, by: Actor, detail: dict[str, Any]) -> None:
    audit.record(by=by, verb=verb, subject_type="segment", subject_id=segment.pk, detail=detail)

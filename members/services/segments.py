"""Segments and saved views: kept, renamed, deleted."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from members.lib.actor import Actor
from members.models import SavedView, Segment, SegmentMember
from members.services import audit, names
from members.services.imports import bulk

Params = dict[str, list[str]]  # of a list's URL


@transaction.atomic
def save_snapshot(
    *, name: str, member_ids: Collection[int], params: Params, is_shared: bool = True, by: Actor
) -> Segment:
    """Keep these members, whatever becomes of the list they were on. BadName when the name will not do."""
    segment = _made(Segment.Kind.SNAPSHOT, name, params, is_shared, by)
    rows = [(segment.pk, member_id) for member_id in member_ids]
    bulk.insert(SegmentMember, ["segment_id", "member_id"], rows)
    _audited("create", segment, by, {"name": segment.name, "filters": params, "members": len(rows)})
    return segment


@transaction.atomic
def save_filter(*, name: str, params: Params, is_shared: bool = True, by: Actor) -> Segment:
    """Keep the filter of a list: whoever fits it, now and later. BadName when the name will not do."""
    segment = _made(Segment.Kind.FILTER, name, params, is_shared, by)
    _audited("create", segment, by, {"name": segment.name, "filters": params})
    return segment


@transaction.atomic
def save_view(*, name: str, params: Params, is_shared: bool = True, by: Actor) -> SavedView:
    """Keep a way of looking at the member list. BadName when the name will not do."""
    view = SavedView.objects.create(name=names.checked(SavedView, name), params=params, **_owned(is_shared, by))
    _audited("create", view, by, {"name": view.name, "filters": params})
    return view


@transaction.atomic
def rename(kept: Segment | SavedView, name: str, *, by: Actor) -> None:
    """Give it another name. BadName when that will not do."""
    before, kept.name = kept.name, names.checked(type(kept), name, kept)
    kept.save(update_fields=["name"])
    _audited("rename", kept, by, {"before": before, "after": kept.name})


@transaction.atomic
def delete(kept: Segment | SavedView, *, by: Actor) -> None:
    """Forget it; the members stay as they are."""
    _audited("delete", kept, by, {"name": kept.name, "filters": kept.params})
    kept.delete()


def _made(kind: str, name: str, params: Params, is_shared: bool, by: Actor) -> Segment:
    return Segment.objects.create(name=names.checked(Segment, name), kind=kind, params=params, **_owned(is_shared, by))


def _owned(is_shared: bool, by: Actor) -> dict[str, Any]:
    return {"is_shared": is_shared, "owner_id": by.user_id, "created_by": by.name}


def _audited(verb: str, kept: Segment | SavedView, by: Actor, detail: dict[str, Any]) -> None:
    audit.record(by=by, verb=verb, subject_type=kept._meta.model_name or "", subject_id=kept.pk, detail=detail)

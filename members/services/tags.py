"""Tags: put on members and taken off, many at once."""

from collections.abc import Collection

from django.db import transaction

from members.lib import clock
from members.lib.actor import Actor
from members.lib.id_set import id_set
from members.models import MemberTag, Tag
from members.queries import tags as queries
from members.services import audit, names
from members.services.imports import bulk


@transaction.atomic
def add(*, name: str, member_ids: Collection[int], by: Actor) -> int:
    """Put a tag, made at need, on members; how many did not carry it. BadName when the name will not do."""
    tag = Tag.objects.select_for_update().filter(name=name.strip()).first() or _made(name)
    wearing = set(queries.carried(tag, member_ids).values())
    fresh = [member_id for member_id in member_ids if member_id not in wearing]
    at = bulk.stored_instant(clock.now())
    rows = [(tag.pk, member_id, by.name, at) for member_id in fresh]
    bulk.insert_missing(MemberTag, ["tag_id", "member_id", "created_by", "created_at"], rows)
    audit.record(by=by, verb="tag_members", subject_type="tag", subject_id=tag.pk, detail=_detail(tag, fresh))
    return len(fresh)


def _made(name: str) -> Tag:
    name = names.checked(Tag, name)
    with names.unique():
        return Tag.objects.create(name=name)


@transaction.atomic
def remove(*, tag: Tag, member_ids: Collection[int], by: Actor) -> int:
    """Take a tag off members; how many carried it. A tag that nobody carries any more is gone."""
    worn = queries.carried(tag, member_ids)
    bare = sorted(set(worn.values()))
    MemberTag.objects.filter(pk__in=id_set(worn)).delete()
    audit.record(by=by, verb="untag_members", subject_type="tag", subject_id=tag.pk, detail=_detail(tag, bare))
    if not tag.worn.exists():
        tag.delete()
    return len(bare)


def _detail(tag: Tag, member_ids: Collection[int]) -> dict[str, object]:
    """What the audit keeps: the members too, so that a mistake can be told and taken back."""
    return {"name": tag.name, "count": len(member_ids), "members": list(member_ids)}

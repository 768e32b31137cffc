"""Segments, saved views and tags: which of them an actor may use, and whom they hold."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from members.lib.actor import Actor
from members.lib.id_set import id_set
from members.lib.roles import Right
from members.models import Member, MemberTag, SavedView, Segment, SegmentMember, Tag
from members.queries import scope

Kept = TypeVar("Kept", Segment, SavedView)
_OWNER = Coalesce("member__merged_into", "member")  # whom a row about a record is about today


def visible(actor: Actor) -> QuerySet[Segment]:
    """The segments an actor may use: everybody's and their own. None without the right to see members."""
    return _open_to(actor, Segment.objects.all())


def named(actor: Actor, key: str) -> Segment | None:
    """The segment of this id, else of this name; None when the actor may use none such."""
    by_id = visible(actor).filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    return by_id or visible(actor).filter(name=key).first()


def views(actor: Actor) -> QuerySet[SavedView]:
    """The views of the member list an actor may use: everybody's and their own."""
    return _open_to(actor, SavedView.objects.all())


def _open_to(actor: Actor, every: QuerySet[Kept]) -> QuerySet[Kept]:
    if not actor.may(Right.SEE_MEMBERS):
        return every.none()
    if actor.kind != "user":  # a job or command of the installation
        return every
    return every.filter(Q(is_shared=True) | Q(owner=actor.user_id, owner__isnull=False))


def is_own(actor: Actor, kept: Segment | SavedView) -> bool:
    """Whether the actor may rename and delete it: their own; head office also what others share."""
    return actor.may(Right.GROUP) and (actor.sees_all_stores or kept.owner_id in {actor.user_id} - {None})


def frozen(actor: Actor, segment: Segment) -> QuerySet[Member]:
    """The members of a snapshot that the actor may list; a record that was merged since counts for its owner."""
    held = SegmentMember.objects.filter(segment=segment).values_list(_OWNER, flat=True)
    return scope.members(actor).filter(pk__in=held)


def tags() -> QuerySet[Tag]:
    """Every tag; whom it is on is a matter of the members' scope."""
    return Tag.objects.all()


def wearing(members: QuerySet[Member], worn: Iterable[Tag]) -> QuerySet[Member]:
    """Those of the members who carry one of the tags, themselves or by a record merged into them."""
    rows = MemberTag.objects.filter(tag__in=list(worn))
    return members.filter(pk__in=rows.values_list(_OWNER, flat=True))


def names_of_tags(member_ids: Iterable[int]) -> dict[int, list[str]]:
    """The names of each member's tags, by member."""
    found: dict[int, list[str]] = {}
    rows = _worn_by(member_ids).order_by("tag__name").values_list("owner", F("tag__name"))
    for owner, name in rows.distinct():
        found.setdefault(owner, []).append(name)
    return found


def carried(tag: Tag, member_ids: Iterable[int]) -> dict[int, int]:
    """The rows that put a tag on some of these members, each with the member it counts for."""
    return dict(_worn_by(member_ids).filter(tag=tag).values_list("pk", "owner"))


def _worn_by(member_ids: Iterable[int]) -> QuerySet[Any, Any]:
    return MemberTag.objects.annotate(owner=_OWNER).filter(owner__in=id_set(member_ids))

"""Segments: which there are, and who is in one for the actor who asks. Nobody is found beyond the actor's scope."""

from collections.abc import Callable, Collection, Iterable

from django.db.models import Count, QuerySet
from django.db.models.functions import Coalesce

from members.lib import registry
from members.lib.actor import Actor
from members.lib.id_set import id_set
from members.lib.roles import SMALLEST_CELL, Right, Role
from members.models import Member, Segment, SegmentMember
from members.queries import scope

_OWNER = Coalesce("member__merged_into", "member")


class TooFew(LookupError):
    """These people, or those who are left beside them, are so few that figures would be those of single people."""


def visible(actor: Actor) -> QuerySet[Segment]:
    """All segments, for who may list members or filter figures by them."""
    every = Segment.objects.all()
    return every if actor.may(Right.SEE_MEMBERS) or actor.may(Right.SEE_REPORTS) else every.none()


def names() -> dict[int, str]:
    """What segments are called; of who is in them it says nothing."""
    return dict(Segment.objects.values_list("pk", "name"))


def own(actor: Actor) -> QuerySet[Segment]:
    """Those that the actor may rename and delete: head office all of them, others what they saved themselves."""
    if not actor.may(Right.SEE_MEMBERS):
        return Segment.objects.none()
    return visible(actor) if actor.sees_all_stores else visible(actor).filter(user_id=actor.user_id or 0)


def members(actor: Actor, segment: Segment) -> QuerySet[Member]:
    """Those in a segment whom the actor may list. A filter is asked anew, as if the actor had opened its list."""
    if not actor.may(Right.SEE_MEMBERS):
        return Member.objects.none()
    if segment.kind == Segment.Kind.FILTER:
        found: QuerySet[Member] = registry.lists["members"](actor, segment.params)
        return found
    owners = SegmentMember.objects.filter(segment=segment).values(owner=_OWNER)
    return scope.members(actor).filter(pk__in=owners)


def sizes(actor: Actor, segments: Iterable[Segment]) -> dict[int, int]:
    """How many members the actor finds in each: one query for all snapshots, one for each filter."""
    listed = list(segments)
    snapshots = [segment.pk for segment in listed if segment.kind == Segment.Kind.SNAPSHOT]
    kept = SegmentMember.objects.filter(segment__in=snapshots).annotate(owner=_OWNER)
    kept = kept.filter(owner__in=scope.members(actor).values("pk"))
    counted = dict(kept.order_by().values_list("segment").annotate(Count("owner", distinct=True)))
    return {
        segment.pk: counted.get(segment.pk, 0) if segment.pk in snapshots else members(actor, segment).count()
        for segment in listed
    }


def countable(actor: Actor, find: Callable[[Actor], Collection[int]]) -> list[int]:
    """The ids, in order, under which facts of the members found are found: theirs and those of records merged into
    them. `find` gives the members that its actor may list.

    For figures: who reads figures and no lists has the same people counted, never named. TooFew when these readers
    could tell single people by it.
    """
    if not actor.may(Right.SEE_REPORTS):
        return []
    reader = actor if actor.may(Right.SEE_MEMBERS) else Actor("system", "figures", Role.MARKETER, actor.store_ids)
    found = find(reader)
    if not actor.sees_small_groups:
        beside = scope.members(reader).count() - len(found)
        if len(found) < SMALLEST_CELL or 0 < beside < SMALLEST_CELL:
            raise TooFew
    absorbed = Member.objects.filter(merged_into__in=id_set(found), voided_at__isnull=True)
    return sorted({*found, *absorbed.values_list("pk", flat=True)})

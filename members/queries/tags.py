"""Tags: which there are, who carries them. A tag on a record that was merged is its owner's."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from members.lib.id_set import id_set
from members.models import Member, MemberTag, Tag

_OWNER = Coalesce("member__merged_into", "member")


def every() -> QuerySet[Tag]:
    """All tags; whom one is on is a matter of the members' scope."""
    return Tag.objects.all()


def wearing(members: QuerySet[Member], worn: Iterable[Tag]) -> QuerySet[Member]:
    """Those of the members who carry one of the tags."""
    rows = MemberTag.objects.filter(tag__in=list(worn))
    return members.filter(pk__in=rows.values_list(_OWNER, flat=True))


def names(member_ids: Iterable[int]) -> dict[int, list[str]]:
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

"""Which records of members are one person today."""

from django.db.models import Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from members.models import Member


def of(member_id: int) -> QuerySet[Member]:
    """All records that count for the person, whichever of them is named."""
    owner = Subquery(Member.objects.filter(pk=member_id).values(owner=Coalesce("merged_into", "pk")))
    return Member.objects.filter(Q(pk=owner) | Q(merged_into=owner)).order_by()


def owner(member_id: int) -> int:
    """The id of the record that all of them count for."""
    found: int = Member.objects.values_list(Coalesce("merged_into", "pk"), flat=True).get(pk=member_id)
    return found


def records(member_id: int) -> list[int]:
    """Their ids."""
    return list(of(member_id).values_list("pk", flat=True))

"""Which records of members are one person today."""

from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce

from members.models import Member


def records(member_id: int) -> list[int]:
    """All records that count for the person, whichever of them is named."""
    owner = Subquery(Member.objects.filter(pk=member_id).values(owner=Coalesce("merged_into", "pk")))
    return list(Member.objects.filter(Q(pk=owner) | Q(merged_into=owner)).order_by().values_list("pk", flat=True))

"""Whose points expire soon."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import Coalesce

from members.lib.actor import Actor
from members.queries import scope
from rewards.models import Lot


@dataclass(frozen=True, slots=True)
class Soon:
    """How many points of how many people end in some days."""

    people: int
    points: int


def by_member(actor: Actor, first: dt.date, last: dt.date) -> dict[int, int]:
    """The member that counts -> points whose last day lies between two dates, of members the actor may list."""
    mine = scope.members(actor).order_by().values("pk")
    held = Lot.objects.filter(remaining__gt=0, expires_on__range=(first, last))
    owners = held.annotate(owner=Coalesce("account__member__merged_into", "account__member_id"))
    rows = owners.filter(owner__in=mine).order_by().values_list("owner").annotate(Sum("remaining"))
    return dict(rows)


def soon(actor: Actor, first: dt.date, last: dt.date) -> Soon:
    found = by_member(actor, first, last)
    return Soon(len(found), sum(found.values()))

"""What a member has at this moment: points, points to come, points owed, tier, and what expires next."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from members.lib import clock
from members.lib.actor import Actor
from members.models import Member
from members.queries import look_up, merchants
from rewards.models import Entry
from rewards.queries import holdings, tiers


@dataclass(frozen=True, slots=True)
class Standing:
    """Points of a person, over all merged records, as the ledger would settle them now.

    `expires_on`: the next day on which points end, and how many; None: none will.
    """

    available: int
    pending: int
    debt: int
    expires_on: dt.date | None
    expiring: int
    tier: str  # its code; "" without tiers


def of(member: Member) -> Standing:
    """What was due by now is reckoned in, though nobody may have settled it yet."""
    held = holdings.of(member)
    next_to_go = held.next_to_go
    return Standing(
        available=held.available,
        pending=held.pending,
        debt=held.owed,
        expires_on=next_to_go.day if next_to_go else None,
        expiring=next_to_go.points if next_to_go else 0,
        tier=tiers.on([member.pk], clock.local_date(clock.now(), merchants.current().zone)).get(member.pk, ""),
    )


def history(actor: Actor, member_id: int) -> QuerySet[Entry]:
    """The ledger's entries of a member of the actor's stores, all merged records together."""
    owners = look_up.own_record(actor, member_id)
    theirs = Q(account__member__in=owners) | Q(account__member__merged_into__in=owners)
    return Entry.objects.filter(theirs).select_related("order", "lot")

"""What a member has at this moment: points, points to come, points owed, tier, and what expires next."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from members.lib import clock
from members.lib.actor import Actor
from members.models import Member
from members.queries import look_up, merchants, personal_data
from rewards.models import Account, Entry, Lot
from rewards.queries import tiers
from rewards.rules import lots
from rewards.rules.lots import Held


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
    now, ids = clock.now(), personal_data.records_of(member)
    held = Lot.objects.filter(account__member__in=ids, remaining__gt=0)
    lasting = lots.soonest_first(lot for lot in map(_hold, held) if not lot.is_over(now))
    pending = [lot for lot in lasting if lot.pending and not lot.is_ripe(now)]
    available = [lot for lot in lasting if lot not in pending]
    debt: int = Account.objects.filter(member__in=ids).aggregate(debt=Sum("debt", default=0))["debt"]
    left = {lot.id: lot.remaining for lot in lasting}
    for move in lots.take([*pending, *available], debt):
        left[move.lot or 0] += move.points
    ending = [lot for lot in available if lot.expires_at and left[lot.id]]
    first = ending[0].expires_at if ending else None
    return Standing(
        available=sum(left[lot.id] for lot in available),
        pending=sum(left[lot.id] for lot in pending),
        debt=debt - sum(lot.remaining - left[lot.id] for lot in lasting),
        expires_on=held.get(pk=ending[0].id).expires_on if ending else None,
        expiring=sum(left[lot.id] for lot in ending if lot.expires_at == first),
        tier=tiers.on([member.pk], clock.local_date(now, merchants.current().zone)).get(member.pk, ""),
    )


def _hold(lot: Lot) -> Held:
    return Held(lot.pk, lot.entry_id, lot.account_id, lot.remaining, lot.is_pending, lot.available_at, lot.expires_at)


def history(actor: Actor, member_id: int) -> QuerySet[Entry]:
    """The ledger's entries of a member of the actor's stores, all merged records together."""
    owners = look_up.own_record(actor, member_id)
    theirs = Q(account__member__in=owners) | Q(account__member__merged_into__in=owners)
    return Entry.objects.filter(theirs).select_related("order", "lot")

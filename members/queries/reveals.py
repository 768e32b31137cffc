import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from members.lib.actor import Actor
from members.models import AuditEntry, Identifier, Member
from members.queries import merchants, people, personal_data

A_DAY: Final = 50  # contacts that who works in stores sees on a business day
VERB: Final = "reveal"


def left_today(actor: Actor) -> int | None:
    """How many whole contacts the actor may still see on this day of the merchant's clock; None: no limit."""
    if actor.sees_all_stores:
        return None
    began = dt.datetime.combine(people.today(), dt.time(), ZoneInfo(merchants.current().zone))
    seen = AuditEntry.objects.filter(verb=VERB, user_id=actor.user_id, at__gte=began)
    return max(A_DAY - seen.count(), 0)


def contacts_of(member: Member) -> QuerySet[Identifier]:
    """The phones and e-mails that hold, of all records of the member."""
    ids = personal_data.records_of(member)
    return Identifier.objects.filter(member__in=ids, kind__in=["phone", "email"], voided_at=None)

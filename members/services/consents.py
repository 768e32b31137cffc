"""What a member allows: each word is a new row, none is changed."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from members.lib import clock
from members.lib.actor import Actor
from members.models import Consent, Member
from members.queries import merchants
from members.services import audit

OLDEST = dt.date(1970, 1, 2)  # as for sales


class Refused(ValueError):
    """It cannot be written down like this; the text says why, for the reader."""


@transaction.atomic
def record(
    *, member: Member, purpose: str, channel: str, given: bool, happened_on: dt.date, source: str, wording: str = "",
    by: Actor,
) -> Consent:  # fmt: skip
    """Write down what a member allowed or withdrew. Refused for an erased member, and for a day yet to come."""
    locked = Member.objects.select_for_update().get(pk=member.pk)
    if locked.erased_at is not None:
        raise Refused(_("This member was erased; nothing new is kept about them."))
    if happened_on > clock.local_date(clock.now(), merchants.current().zone):
        raise Refused(_("The day lies in the future."))
    if happened_on < OLDEST:
        raise Refused(_("The day lies too long ago to be true."))
    said = Consent.objects.create(
        member=locked, purpose=purpose, channel=channel, given=given, happened_on=happened_on, source=source,
        wording=wording, created_by=by.name,
    )  # fmt: skip
    detail = {"purpose": purpose, "channel": channel, "given": given, "day": str(happened_on)}
    audit.record(by=by, verb="record_consent", subject_type="member", subject_id=locked.pk, detail=detail)
    return said

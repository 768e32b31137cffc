"""Links to members' own pages: made by staff, shown once, one at a time, ended at will."""

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from members.lib import clock, secret_links
from members.lib.actor import Actor
from members.models import Member
from members.services import audit
from rewards.models import OwnPageLink

VALID: Final = dt.timedelta(days=180)


class Refused(ValueError):
    """There is no page to link to; the text says why."""


@transaction.atomic
def make(*, member: Member, by: Actor) -> str:
    """A fresh secret for the member's page; an earlier one leads nowhere from now on. It cannot be read again."""
    held = Member.objects.select_for_update().get(pk=member.pk)
    if held.erased_at is not None:
        raise Refused(_("This person was erased, so there is no page of their own."))
    now, secret = clock.now(), secret_links.fresh()
    OwnPageLink.objects.filter(member=held, ended_at__isnull=True).update(ended_at=now)
    OwnPageLink.objects.create(
        member=held, token_hash=secret_links.hashed(secret), made_at=now, expires_at=now + VALID, made_by=by.name
    )
    audit.record(by=by, verb="make_own_page", subject_type="member", subject_id=held.pk)
    return secret


@transaction.atomic
def end(*, member: Member, by: Actor) -> None:
    """No link leads to the member's page any more."""
    if OwnPageLink.objects.filter(member=member, ended_at__isnull=True).update(ended_at=clock.now()):
        audit.record(by=by, verb="end_own_page", subject_type="member", subject_id=member.pk)

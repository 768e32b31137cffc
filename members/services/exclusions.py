"""Exclusion intervals: days on which a member's purchases count in no report. A fact: changed by voiding."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from members import events
from members.lib import clock
from members.lib.actor import Actor
from members.models import Exclusion, Member, Touched
from members.services import audit


class Refused(ValueError):
    """The interval cannot be set like this; the text says why, for the reader."""


@transaction.atomic
def exclude(*, member: Member, reason: str, from_date: dt.date, to_date: dt.date | None = None, by: Actor) -> Exclusion:
    """Leave a member's purchases of these days (inclusive; no end: from then on) out of every report.

    Refused when the end lies before the start, or when another exclusion covers one of the days.
    """
    Member.objects.select_for_update().get(pk=member.pk)  # two at once would not see each other
    _check(member, from_date, to_date)
    new = Exclusion.objects.create(
        member=member, reason=reason, from_date=from_date, to_date=to_date, created_by=by.name
    )
    _changed("exclude", new, None, by)
    return new


@transaction.atomic
def end(*, exclusion: Exclusion, last_day: dt.date, by: Actor) -> Exclusion:
    """Let an exclusion hold until this day (inclusive); a new version replaces the old one."""
    Member.objects.select_for_update().get(pk=exclusion.member_id)
    old = _standing(exclusion)
    _check(old.member, old.from_date, last_day, besides=old.pk)
    before = _days(old)
    _void(old)
    new = Exclusion.objects.create(
        member=old.member, reason=old.reason, from_date=old.from_date, to_date=last_day, created_by=by.name
    )
    _changed("end_exclusion", new, before, by)
    return new


@transaction.atomic
def withdraw(*, exclusion: Exclusion, by: Actor) -> None:
    """Take back an exclusion that was a mistake: its purchases count again, from the first day."""
    Member.objects.select_for_update().get(pk=exclusion.member_id)
    old = _standing(exclusion)
    _void(old)
    _changed("withdraw_exclusion", old, _days(old), by)


def _standing(exclusion: Exclusion) -> Exclusion:
    found = Exclusion.objects.select_related("member").filter(pk=exclusion.pk, voided_at__isnull=True).first()
    if found is None:
        raise Refused(_("Somebody else has changed this exclusion in the meantime; see the list below."))
    return found


def _check(member: Member, first: dt.date, last: dt.date | None, besides: int | None = None) -> None:
    if last is not None and last < first:
        raise Refused(_("The last day is before the first one."))
    others = Exclusion.objects.filter(member=member, voided_at__isnull=True).exclude(pk=besides or 0)
    others = others.filter(Q(to_date__isnull=True) | Q(to_date__gte=first))
    clash = (others if last is None else others.filter(from_date__lte=last)).first()
    if clash is not None and clash.to_date is None:
        raise Refused(_("From %(first)s on the member is excluded already; end that one first.") % _days(clash))
    if clash is not None:
        raise Refused(
            _("From %(first)s to %(last)s the member is excluded already; choose days outside of these.") % _days(clash)
        )


def _void(exclusion: Exclusion) -> None:
    exclusion.voided_at = clock.now()
    exclusion.save(update_fields=["voided_at"])
    _touch(exclusion)


def _changed(verb: str, exclusion: Exclusion, before: dict[str, str] | None, by: Actor) -> None:
    _touch(exclusion)
    detail = {"reason": exclusion.reason, "days": _days(exclusion), **({"before": before} if before else {})}
    audit.record(by=by, verb=verb, subject_type="member", subject_id=exclusion.member_id, detail=detail)
    transaction.on_commit(lambda: events.facts_changed.send(sender=None, by=by, wait=False))


def _touch(exclusion: Exclusion) -> None:
    Touched.objects.create(kind=Touched.Kind.EXCLUSION, key=exclusion.pk)


def _days(exclusion: Exclusion) -> dict[str, str]:
    return {"first": str(exclusion.from_date), "last": str(exclusion.to_date or "")}

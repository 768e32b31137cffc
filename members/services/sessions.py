"""Where members of staff are signed in: begun with a sign-in, touched while used, ended by deleting the row."""

import datetime as dt
from typing import Final

from django.db import transaction

from members.lib import clock
from members.lib.actor import Actor
from members.models import StaffSession, User
from members.queries import sessions as queries
from members.services import audit
from members.services.optional import written_if_possible

KEY: Final = "_staff_session"  # in Django's session: the number of the row
EACH: Final = dt.timedelta(minutes=1)  # a session in use is written to so often and no more


@transaction.atomic
def begin(*, user: User, ip: str, agent: str) -> StaffSession:
    """A new session; those that have lasted as long as any may are swept away."""
    StaffSession.objects.filter(started_at__lt=clock.now() - queries.longest()).delete()
    return StaffSession.objects.create(user=user, ip=ip or None, agent=agent[:300])


def touch(session: StaffSession) -> None:
    """Something was done in it."""
    now = clock.now()
    if now - session.seen_at >= EACH:
        own = StaffSession.objects.filter(pk=session.pk, seen_at__lte=now - EACH)
        written_if_possible(lambda: own.update(seen_at=now))


def forget(number: object) -> None:
    """Its owner has signed out, or it has run out."""
    if isinstance(number, int):
        StaffSession.objects.filter(pk=number).delete()


@transaction.atomic
def end(session: StaffSession, *, by: Actor) -> None:
    """End one session: its next request finds itself signed out. Ending twice changes nothing."""
    deleted, _rows = StaffSession.objects.filter(pk=session.pk).delete()
    if deleted:
        _audited(session.user_id, 1, by)


@transaction.atomic
def end_all(user: User, *, by: Actor, but: object = None) -> int:
    """End every session of somebody (`but` one, by its number); how many were still open."""
    others = StaffSession.objects.filter(user=user)
    if isinstance(but, int):
        others = others.exclude(pk=but)
    count = queries.open_of(user).filter(pk__in=others).count()
    others.delete()
    if count:
        _audited(user.pk, count, by)
    return count


def _audited(user_id: int, count: int, by: Actor) -> None:
    audit.record(by=by, verb="end_sessions", subject_type="user", subject_id=user_id, detail={"sessions": count})

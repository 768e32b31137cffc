import datetime as dt
from enum import StrEnum

from django.conf import settings
from django.db.models import QuerySet

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Role
from members.models import StaffSession, User


class Standing(StrEnum):
    """What a session is worth now."""

    OPEN = "open"
    IDLE = "idle"  # nothing was done for too long
    OLD = "old"  # it has lasted as long as any may
    ENDED = "ended"  # by its owner elsewhere, or by an administrator


def standing(session: StaffSession | None, role: Role | None) -> Standing:
    """Whether a session may go on."""
    if session is None:
        return Standing.ENDED
    now = clock.now()
    if now - session.started_at >= longest():
        return Standing.OLD
    return Standing.IDLE if now - session.seen_at >= idle(role) else Standing.OPEN


def idle(role: Role | None) -> dt.timedelta:
    """How long a session lives without anything being done in it."""
    at_counter = role == Role.CLERK
    return dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES_CLERK if at_counter else settings.SESSION_IDLE_MINUTES)


def longest() -> dt.timedelta:
    """How long a session lives at most, whatever is done in it."""
    return dt.timedelta(hours=settings.SESSION_HOURS)


def numbered(number: object, user: User) -> StaffSession | None:
    """The session of this user that Django's session names."""
    return StaffSession.objects.filter(pk=number, user=user).first() if isinstance(number, int) else None


def open_of(user: User) -> QuerySet[StaffSession]:
    """Where a member of staff is signed in now, the latest first."""
    now = clock.now()
    return StaffSession.objects.filter(
        user=user, seen_at__gt=now - idle(user.acts_as), started_at__gt=now - longest()
    ).order_by("-seen_at", "-pk")


def own(actor: Actor) -> QuerySet[StaffSession]:
    """The sessions of who asks."""
    every = StaffSession.objects.all()
    return every.filter(user_id=actor.user_id) if actor.user_id else every.none()

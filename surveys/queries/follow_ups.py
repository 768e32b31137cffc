"""Whom to call: for who works cases, members of their stores only."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Member
from members.queries import scope
from surveys.models import Call, FollowUp

State = FollowUp.State


def every(actor: Actor) -> QuerySet[FollowUp]:
    """All calls of members that the actor may open."""
    if not actor.may(Right.CASES):
        return FollowUp.objects.none()
    found = FollowUp.objects.select_related("member", "store", "case")
    return found if actor.store_ids is None else found.filter(member__in=scope.members(actor).values("pk"))


def waiting(actor: Actor) -> QuerySet[FollowUp]:
    """Those to be called, the longest overdue first."""
    return every(actor).filter(state=State.WAITING).order_by("due_on", "pk")


def due(actor: Actor, today: dt.date) -> QuerySet[FollowUp]:
    """Those to be called today or before."""
    return waiting(actor).filter(due_on__lte=today)


def of_member(actor: Actor, member: Member) -> QuerySet[FollowUp]:
    """The calls of one member, newest first, with what came of them."""
    return every(actor).filter(member=member).prefetch_related("calls").order_by("-pk")


def calls_of(actor: Actor, records: Sequence[int]) -> QuerySet[Call]:
    """The calls that were made to a person, by the ids of the person's records."""
    theirs = every(actor).filter(member__in=records)
    return Call.objects.filter(follow_up__in=theirs.values("pk")).select_related("follow_up")

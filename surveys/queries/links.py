"""Codes that hang in shops, and surveys that take answers, for who may see them."""

from django.db.models import QuerySet

from members.lib.actor import Actor
from members.lib.roles import Right
from surveys.models import ComplaintLink, PublicLink, Survey


def links_of(actor: Actor) -> QuerySet[PublicLink]:
    """All codes, for who builds surveys."""
    every = PublicLink.objects.select_related("survey", "store")
    return every if actor.may(Right.SURVEYS) else every.none()


def open_surveys(actor: Actor) -> QuerySet[Survey]:
    """What a sheet of paper may be of, for who serves at a counter."""
    every = Survey.objects.filter(state=Survey.State.OPEN)
    return every if actor.may(Right.COUNTER) else every.none()


def complaint_links_of(actor: Actor) -> QuerySet[ComplaintLink]:
    """All codes for complaints, for who hangs codes out."""
    every = ComplaintLink.objects.select_related("store")
    return every if actor.may(Right.SURVEYS) else every.none()

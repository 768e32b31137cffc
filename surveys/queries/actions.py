"""Improvements as the list, the page and Today show them."""

import datetime as dt

from django.db.models import QuerySet

from members.lib.actor import Actor
from surveys.models import Action
from surveys.queries import scope

State = Action.State
OPEN = (State.PLANNED, State.RUNNING)


def every(actor: Actor) -> QuerySet[Action]:
    """Those the actor may see, with what they are about."""
    found = scope.actions_of(actor).select_related("theme", "cause", "survey", "product", "owner")
    return found.prefetch_related("stores")


def due(actor: Actor, today: dt.date) -> QuerySet[Action]:
    """Open ones whose day has come."""
    return every(actor).filter(state__in=OPEN, due_on__lte=today)

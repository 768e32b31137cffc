"""Improvements: planned, in effect since a day, and what came of them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from members.lib import clock
from members.lib.actor import Actor
from members.models import Store
from members.queries import people
from members.services import audit
from surveys.models import Action
from surveys.queries import scope

State = Action.State
AIM = ("metric", "theme", "cause", "survey", "driver", "product", "target", "weeks")
"""What is to be read of it: fixed once it is in effect, so that nobody moves the goal after the shot."""
LABELS = ("title", "text", "owner", "due_on")


LONGEST_AGO = dt.timedelta(days=5 * 365)  # what is said to have begun earlier is a slip of the pen


class Refused(ValueError):
    """It cannot be done like this; the text says why, for the reader. Nothing was changed."""


@transaction.atomic
def plan(given: Mapping[str, Any], stores: Iterable[Store], *, by: Actor) -> Action:
    """A new improvement. `given`: the fields of AIM and LABELS. Refused for stores that are not the actor's."""
    places = list(stores)
    _answers_for(places, by)
    made = Action.objects.create(**{name: given[name] for name in (*AIM, *LABELS)}, made_by=by.name)
    made.stores.set(places)
    audit.record(by=by, verb="plan_action", subject_type="action", subject_id=made.pk, detail={"metric": made.metric})
    return made


@transaction.atomic
def change(action: Action, given: Mapping[str, Any], stores: Iterable[Store], *, by: Actor) -> None:
    """Other words, another owner or day; before it is in effect also what it aims at, and where."""
    held = _held(action, by)
    places = list(stores)
    _answers_for(places, by)
    names = LABELS if held.began_on else (*AIM, *LABELS)
    for name in names:
        setattr(held, name, given[name])
    held.save(update_fields=names)
    if not held.began_on:
        held.stores.set(places)
    audit.record(by=by, verb="change_action", subject_type="action", subject_id=held.pk)


@transaction.atomic
def begin(action: Action, day: dt.date, *, by: Actor) -> None:
    """In effect since a day: before and after are told apart by it. Refused for a day to come, one more than
    five years ago, and a second time."""
    held = _held(action, by)
    if held.began_on or held.state != State.PLANNED:
        raise Refused(_("This improvement is in effect already, or given up."))
    if day > people.today():
        raise Refused(_("This day is still to come. Begin it on the day, or name the day since when it holds."))
    if day < people.today() - LONGEST_AGO:
        raise Refused(_("This day is more than five years ago. Write the day since when it is really in effect."))
    held.state, held.began_on = State.RUNNING, day
    held.save(update_fields=["state", "began_on"])
    audit.record(by=by, verb="begin_action", subject_type="action", subject_id=held.pk, detail={"on": str(day)})


@transaction.atomic
def close(action: Action, state: str, verdict: str, *, by: Actor) -> None:
    """Done, with what came of it; or given up, with why."""
    held = _held(action, by)
    if held.state in {State.DONE, State.DROPPED}:
        raise Refused(_("This improvement was closed already."))
    if state == State.DONE and not held.began_on:
        raise Refused(_("Say first since when it is in effect; or give it up."))
    held.state, held.verdict, held.closed_at = state, verdict, clock.now()
    held.save(update_fields=["state", "verdict", "closed_at"])
    audit.record(by=by, verb="close_action", subject_type="action", subject_id=held.pk, detail={"state": state})


def _held(action: Action, by: Actor) -> Action:
    """The improvement as it stands now, locked. Refused for one in stores that are not all the actor's."""
    held = Action.objects.select_for_update().get(pk=action.pk)
    if not scope.may_change_action(by, held):
        raise Refused(_("This improvement is in stores that are not yours; ask who answers for all of them."))
    return held


def _answers_for(stores: list[Store], by: Actor) -> None:
    if by.store_ids is None:
        return
    if not stores:
        raise Refused(_("Choose the stores that it is done in; an improvement everywhere is head office’s."))
    if not {store.pk for store in stores} <= by.store_ids:
        raise Refused(_("Choose among your own stores."))

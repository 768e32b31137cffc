"""Interviews, competitors, the market: what was learnt, kept as records. A changed note voids the one before it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from members.lib import clock
from members.lib.actor import Actor
from members.services import audit
from surveys.models import Note
from surveys.queries import scope
from surveys.services import themes

FIELDS = ("kind", "title", "text", "member", "store", "business_date")


class Refused(ValueError):
    """It cannot be done like this; the text says why, for the reader. Nothing was changed."""


@transaction.atomic
def write(given: Mapping[str, Any], *, by: Actor) -> Note:
    """A new note, with the themes that its words name. `given`: FIELDS. Refused for a store that is not the actor's."""
    if by.store_ids is not None and (given["store"] is None or given["store"].pk not in by.store_ids):
        raise Refused(_("Choose one of your own stores; what is of no store is head office’s."))
    made = Note.objects.create(**{name: given[name] for name in FIELDS}, made_by=by.name)
    themes.mark_note(made)
    audit.record(by=by, verb="write_note", subject_type="note", subject_id=made.pk)
    return made


@transaction.atomic
def rewrite(note: Note, given: Mapping[str, Any], *, by: Actor) -> Note:
    """The note as it should be; the one before is kept, voided. Refused when somebody has changed it meanwhile."""
    take_back(note, by=by)
    return write(given, by=by)


@transaction.atomic
def take_back(note: Note, *, by: Actor) -> None:
    """Void a note. Refused when it was voided before."""
    if not scope.notes_of(by).filter(pk=note.pk).update(voided_at=clock.now()):
        raise Refused(_("Somebody else has just changed this note. Look at it again."))
    audit.record(by=by, verb="void_note", subject_type="note", subject_id=note.pk)

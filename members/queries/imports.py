from django.db.models import QuerySet

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import ImportBatch


def visible(actor: Actor) -> QuerySet[ImportBatch]:
    """Every import, newest first, for who may import; nothing for others."""
    every = ImportBatch.objects.select_related("job")
    return every if actor.may(Right.IMPORT) else every.none()


def running(actor: Actor) -> ImportBatch | None:
    """The newest import that is being written just now."""
    return visible(actor).filter(state=ImportBatch.State.IMPORTING).first()


def waiting(actor: Actor) -> QuerySet[ImportBatch]:
    """Imports that need somebody: to match columns, to decide after the check, to go on after a failure."""
    states = [ImportBatch.State.UPLOADED, ImportBatch.State.CHECKED, ImportBatch.State.FAILED]
    return visible(actor).filter(state__in=states)[:5]

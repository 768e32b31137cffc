import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Channel, ImportBatch, ImportPreset, Job, Store, Touched
from members.queries import scope


def visible(actor: Actor) -> QuerySet[ImportBatch]:
    """Every import, newest first, for who may import; nothing for others."""
    every = ImportBatch.objects.select_related("job")
    return every if actor.may(Right.IMPORT) else every.none()


def running(actor: Actor) -> ImportBatch | None:
    """The newest import that is being written just now."""
    return visible(actor).filter(state=ImportBatch.State.IMPORTING).first()


def waiting(actor: Actor) -> QuerySet[ImportBatch]:
    """Imports of the last week that need somebody: to decide after the check, to go on after a failure.

    Those that a command began, for which nobody stands, have said on the spot what became of them.
    """
    since = clock.now() - dt.timedelta(days=7)
    states = [ImportBatch.State.CHECKED, ImportBatch.State.FAILED]
    return visible(actor).filter(state__in=states, created_at__gte=since, job__user_id__isnull=False)


def awaits_reports() -> bool:
    """Whether something was written, by this import or another, that the reports do not contain yet."""
    return Touched.objects.exists()


def places(actor: Actor, field: str) -> QuerySet[Store] | QuerySet[Channel]:
    """What a file's words for a store or a channel (`field`) may stand for."""
    return scope.stores(actor) if field == "store" else Channel.objects.all()


def presets(actor: Actor) -> QuerySet[ImportPreset]:
    """The saved presets, for who may import."""
    every = ImportPreset.objects.all()
    return every if actor.may(Right.IMPORT) else every.none()


def of_jobs(actor: Actor, jobs: Iterable[Job]) -> dict[int, ImportBatch]:
    """The import behind each of these jobs, by the id of the job."""
    return {batch.job_id: batch for batch in visible(actor).filter(job__in=list(jobs)) if batch.job_id}


def rows_by_outcome() -> dict[str, int]:
    """How many rows of all files that were written came to what."""
    outcomes = ("accepted", "fixed", "rejected", "duplicates")
    found = list(ImportBatch.objects.filter(state=ImportBatch.State.DONE).values_list("counts", flat=True))
    return {outcome: sum(counts.get(outcome, 0) for counts in found) for outcome in outcomes}

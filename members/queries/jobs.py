import datetime as dt
from collections.abc import Collection, Mapping

from django.db.models import Count, Min, QuerySet

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Right, Role
from members.models import Job


def visible(actor: Actor) -> QuerySet[Job]:
    """The jobs an actor may follow, cancel and retry: their own; administrators all."""
    if actor.role == Role.ADMIN:
        return Job.objects.all()
    return Job.objects.filter(user_id=actor.user_id) if actor.user_id else Job.objects.none()


def looked_after(actor: Actor) -> QuerySet[Job]:
    """Those, and for who looks after the background work also what the system itself asked for."""
    if not actor.may(Right.JOBS):
        return Job.objects.none()
    return visible(actor) | Job.objects.filter(user_id=None)


def failed(actor: Actor) -> QuerySet[Job]:
    """Jobs of the last week that failed, but for imports, which have a page of their own."""
    since = clock.now() - dt.timedelta(days=7)
    return looked_after(actor).filter(state=Job.State.FAILED, finished_at__gte=since).exclude(kind="import")


def counts() -> Mapping[tuple[str, str], int]:
    """How many jobs there are of each kind and state."""
    return {
        (kind, state): n
        for kind, state, n in Job.objects.order_by().values_list("kind", "state").annotate(n=Count("pk"))
    }


def oldest_waiting() -> dt.datetime | None:
    """Since when the job waits that has waited longest."""
    found: dt.datetime | None = Job.objects.filter(state=Job.State.QUEUED).aggregate(at=Min("created_at"))["at"]
    return found


def last_nights(kinds: Collection[str]) -> dict[str, Job]:
    """The latest job of each nightly kind."""
    found = Job.objects.filter(kind__in=kinds, key__isnull=False).order_by("pk")
    return {job.kind: job for job in found.filter(created_at__gte=clock.now() - dt.timedelta(days=7))}

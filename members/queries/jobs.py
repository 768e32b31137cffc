import datetime as dt

from django.db.models import QuerySet

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Role
from members.models import Job


def visible(actor: Actor) -> QuerySet[Job]:
    """The jobs an actor may follow, cancel and retry: their own; administrators all."""
    if actor.role == Role.ADMIN:
        return Job.objects.all()
    return Job.objects.filter(user_id=actor.user_id) if actor.user_id else Job.objects.none()


def failed(actor: Actor) -> QuerySet[Job]:
    """Jobs of the last week that failed, but for imports, which have a page of their own."""
    since = clock.now() - dt.timedelta(days=7)
    return visible(actor).filter(state=Job.State.FAILED, finished_at__gte=since).exclude(kind="import")

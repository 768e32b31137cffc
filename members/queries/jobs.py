from django.db.models import QuerySet

from members.lib.actor import Actor
from members.lib.roles import Role
from members.models import Job


def visible(actor: Actor) -> QuerySet[Job]:
    """The jobs an actor may follow, cancel and retry: their own; administrators all."""
    if actor.role == Role.ADMIN:
        return Job.objects.all()
    return Job.objects.filter(user_id=actor.user_id) if actor.user_id else Job.objects.none()

from django.db.models import QuerySet

from members.lib.actor import Actor
from members.models import AuditEntry


def own(actor: Actor) -> QuerySet[AuditEntry]:
    """The files the actor has downloaded, as the audit tells it, the latest first."""
    if actor.user_id is None:
        return AuditEntry.objects.none()
    return AuditEntry.objects.filter(verb="export", user_id=actor.user_id).order_by("-pk")

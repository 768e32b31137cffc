from django.db.models import Q, QuerySet

from analytics.models import ReportMail
from members.lib.actor import Actor
from members.lib.roles import Role


def visible(actor: Actor) -> QuerySet[ReportMail]:
    """The weekly mails an actor may see and stop: those they set up or get; administrators all."""
    every = ReportMail.objects.filter(is_active=True).select_related("recipient", "created_by")
    if actor.role == Role.ADMIN:
        return every
    return every.filter(Q(recipient=actor.user_id) | Q(created_by=actor.user_id)) if actor.user_id else every.none()

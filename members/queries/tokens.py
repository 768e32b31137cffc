from django.db.models import QuerySet

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import ApiToken


def every(actor: Actor) -> QuerySet[ApiToken]:
    """All API tokens, newest first, for who keeps the settings; nothing for others."""
    tokens = ApiToken.objects.prefetch_related("stores")
    return tokens if actor.may(Right.SETTINGS) else tokens.none()

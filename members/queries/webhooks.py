import datetime as dt

from django.db.models import Count, Max, Q, QuerySet

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Webhook, WebhookMessage

_WEEK = dt.timedelta(days=7)


def every(actor: Actor) -> QuerySet[Webhook]:
    """All webhooks, newest first, for who keeps the settings; with the last attempt and how many failed lately."""
    found = Webhook.objects.all() if actor.may(Right.SETTINGS) else Webhook.objects.none()
    lately = Q(messages__state="failed", messages__happened_at__gte=clock.now() - _WEEK)
    return found.annotate(last_at=Max("messages__tried_at"), failed=Count("messages", filter=lately))


def messages(actor: Actor) -> QuerySet[WebhookMessage]:
    """What all webhooks were told, newest first, for who keeps the settings."""
    return WebhookMessage.objects.all() if actor.may(Right.SETTINGS) else WebhookMessage.objects.none()


def given_up(actor: Actor) -> QuerySet[WebhookMessage]:
    """Messages of the last week that nobody took for a day, of webhooks that are active."""
    failed = messages(actor).filter(state=WebhookMessage.State.FAILED, webhook__ended_at=None)
    return failed.filter(happened_at__gte=clock.now() - _WEEK)

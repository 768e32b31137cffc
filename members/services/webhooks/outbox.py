"""What is to be told goes into the outbox in the transaction in which it happens: both are there, or neither."""

from collections.abc import Iterable, Mapping
from typing import Any

from members.lib.actor import system
from members.models import Webhook, WebhookMessage
from members.services import jobs

KIND = "webhooks"


def emit(event: str, data: Mapping[str, Any]) -> None:
    """Tell every webhook that asked for this event (one of members.lib.registry.webhook_events).

    `data`: ids, counts and amounts as text, nothing that names a person. Call it inside the transaction of the event.
    """
    asked = [webhook for webhook in Webhook.objects.filter(ended_at=None) if event in webhook.events]
    put(asked, event, data)


def put(webhooks: Iterable[Webhook], event: str, data: Mapping[str, Any]) -> None:
    """One message for each of the webhooks, on its way at once."""
    for webhook in webhooks:
        WebhookMessage.objects.create(webhook=webhook, event=event, data=dict(data))
        ring(webhook)


def ring(webhook: Webhook) -> None:
    """See to it that what waits is sent."""
    jobs.enqueue_once(KIND, system("webhooks"), {"webhook": webhook.pk})

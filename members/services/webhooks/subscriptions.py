"""Webhooks: made, given another secret, tried, deactivated."""

import secrets
from collections.abc import Collection

from django.db import transaction

from members.lib import clock, outgoing
from members.lib.actor import Actor
from members.lib.registry import webhook_events
from members.models import Webhook, WebhookMessage
from members.services import audit, names
from members.services.webhooks import outbox

TEST = "test"  # an event that is sent when somebody asks for it, whatever the webhook is told of
State = WebhookMessage.State


@transaction.atomic
def create(*, name: str, url: str, events: Collection[str], by: Actor) -> tuple[Webhook, str]:
    """A new webhook and its secret, which no page shows again. names.BadName, or outgoing.Refused for the address."""
    outgoing.target(url)
    secret = _fresh()
    made = Webhook(
        name=names.checked(Webhook, name), url=url, events=[event for event in webhook_events if event in events],
        secret=secret, created_by=by.name,
    )  # fmt: skip
    with names.unique():
        made.save()
    _audit(made, "create", by, url=url, events=", ".join(made.events))
    return made, secret


@transaction.atomic
def replace_secret(webhook: Webhook, *, by: Actor) -> str:
    """A new secret. Until `retire_secret` messages are signed with the one before too."""
    locked = Webhook.objects.select_for_update().get(pk=webhook.pk)
    locked.secret, locked.old_secret = _fresh(), locked.secret
    locked.save(update_fields=["secret", "old_secret"])
    _audit(locked, "renew_secret", by)
    return locked.secret


@transaction.atomic
def retire_secret(webhook: Webhook, *, by: Actor) -> None:
    """From now on messages are signed with the present secret alone."""
    if Webhook.objects.filter(pk=webhook.pk).exclude(old_secret="").update(old_secret=""):
        _audit(webhook, "retire_secret", by)


@transaction.atomic
def deactivate(webhook: Webhook, *, by: Actor) -> None:
    """It is told nothing any more; what waits is not sent, and its secrets are forgotten."""
    if Webhook.objects.filter(pk=webhook.pk, ended_at=None).update(ended_at=clock.now(), secret="", old_secret=""):
        webhook.messages.filter(state=State.WAITING).update(state=State.FAILED, next_at=None, error="ended")
        _audit(webhook, "deactivate", by)


@transaction.atomic
def test(webhook: Webhook, *, by: Actor) -> None:
    """Send it a message that says nothing but that it is one."""
    outbox.put([webhook], TEST, {})
    _audit(webhook, "test", by)


@transaction.atomic
def send_again(message: WebhookMessage, *, by: Actor) -> bool:
    """Put a message that failed on its way once more, under the id it had. False when it did not fail."""
    failed = WebhookMessage.objects.filter(pk=message.pk, state=State.FAILED, webhook__ended_at=None)
    if not failed.update(state=State.WAITING, attempts=0, next_at=clock.now(), error="", answered=None):
        return False
    outbox.ring(message.webhook)
    _audit(message.webhook, "retry", by, delivery=str(message.delivery_id))
    return True


def _fresh() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def _audit(webhook: Webhook, verb: str, by: Actor, **detail: str) -> None:
    detail = {"name": webhook.name, **detail}
    audit.record(by=by, verb=verb, subject_type="webhook", subject_id=webhook.pk, detail=detail)

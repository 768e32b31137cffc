"""Messages of the outbox on their way: signed, tried again for a day, then given up and shown to staff."""

import datetime as dt
import json

from django.utils.translation import gettext_lazy

from members.lib import clock, outgoing, signatures
from members.lib.actor import system
from members.models import Webhook, WebhookMessage
from members.services import jobs
from members.services.webhooks import outbox

State = WebhookMessage.State
# Minutes between one attempt and the next; the last one is within the 24th hour.
PAUSES = (1, 5, 15, 60, 180, 360, 720, 60)
IN_A_ROW = 3  # failures after which the receiver is left alone until the next sweep
BAD_STATUS = "bad_status"
CLAIM = dt.timedelta(minutes=2)  # longer than an attempt can take
_NOTED = ("tried_at", "attempts", "answered", "error", "state", "next_at")


@jobs.handler(outbox.KIND, title=gettext_lazy("Send webhooks"))
def send_due(run: jobs.Run) -> None:
    """What is due for one webhook, the oldest first. Killed between sending and noting it, it sends that one again."""
    webhook = Webhook.objects.get(pk=run.arguments["webhook"])
    sent = failed = 0
    while webhook.is_active and failed < IN_A_ROW and (message := _claimed(webhook)):
        said = attempt(webhook, message)
        with run.step():
            _note(message, said)
        failed = 0 if message.state == State.SENT else failed + 1
        sent += message.state == State.SENT
    run.finish({"sent": sent})


def sweep() -> None:
    """Ring for the webhooks that have something due: a pause is over, or a bell was lost."""
    due = WebhookMessage.objects.filter(state=State.WAITING, next_at__lte=clock.now(), webhook__ended_at=None)
    for pk in due.order_by().values_list("webhook", flat=True).distinct():
        jobs.enqueue_once(outbox.KIND, system("scheduler"), {"webhook": pk})


def attempt(webhook: Webhook, message: WebhookMessage) -> int | str:
    """Send one message. The HTTP status that came back, or the code of members.lib.outgoing why none did."""
    body = body_of(message)
    try:
        return outgoing.post(webhook.url, body, headers_of(webhook, message, body))
    except outgoing.Refused as refused:
        return refused.code


def body_of(message: WebhookMessage) -> bytes:
    """The JSON that is sent; the same at every attempt."""
    content = {
        "id": str(message.delivery_id), "event": message.event, "happened_at": message.happened_at.isoformat(),
        "data": message.data,
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def headers_of(webhook: Webhook, message: WebhookMessage, body: bytes) -> dict[str, str]:
    """Who sends what, signed now. During a change of the secret there is a signature by each."""
    now, delivery = int(clock.now().timestamp()), str(message.delivery_id)
    signed = [f"v1={signatures.of_message(secret, now, delivery, body)}" for secret in webhook.secrets]
    return {
        "Content-Type": "application/json", "User-Agent": "Huitou-Webhooks/1", "Huitou-Event": message.event,
        "Huitou-Delivery": delivery, "Huitou-Timestamp": str(now), "Huitou-Signature": ",".join(signed),
    }  # fmt: skip


def _claimed(webhook: Webhook) -> WebhookMessage | None:
    """The next message that is due; put off a little, so that no second worker sends it at the same time."""
    while True:
        waiting = WebhookMessage.objects.filter(webhook=webhook, state=State.WAITING, next_at__lte=clock.now())
        message = waiting.order_by("next_at", "pk").first()
        if message is None:
            return None
        mine = waiting.filter(pk=message.pk, next_at=message.next_at)
        if mine.update(next_at=clock.now() + CLAIM):
            return message


def _note(message: WebhookMessage, said: int | str) -> None:
    """What became of the attempt, and when the next one is. One that was ended meanwhile stays so."""
    message.tried_at, message.attempts = clock.now(), message.attempts + 1
    message.answered = said if isinstance(said, int) else None
    message.error = said if isinstance(said, str) else "" if 200 <= said < 300 else BAD_STATUS
    message.next_at = None
    if not message.error:
        message.state = State.SENT
    elif message.error in outgoing.FINAL or message.attempts > len(PAUSES):
        message.state = State.FAILED
    else:
        message.next_at = message.tried_at + dt.timedelta(minutes=PAUSES[message.attempts - 1])
    changed = {name: getattr(message, name) for name in _NOTED}
    WebhookMessage.objects.filter(pk=message.pk, state=State.WAITING).update(**changed)

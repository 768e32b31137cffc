"""What happens here is told: written with the event, signed, tried again for a day, shown when nobody took it."""

import datetime as dt
import hashlib
import hmac
import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from conftest import People
from members.lib import clock, outgoing
from members.lib.actor import Actor
from members.lib.registry import webhook_events
from members.lib.roles import Scope
from members.models import AuditEntry, Job, Merchant, Store, Webhook, WebhookMessage
from members.services import erasure, retention
from members.services.webhooks import outbox, sending, subscriptions
from members.tests import bearer
from members.tests.canary import Canary
from members.tests.counter import member

WorkOff = Callable[[], int]
State = WebhookMessage.State
NO = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
YES = b"HTTP/1.1 204 Fine\r\n\r\n"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Canary]:
    settings.WEBHOOK_PRIVATE_NETWORKS = [ipaddress.ip_network("127.0.0.1/32")]
    made = Canary(YES)
    yield made
    made.close()


@pytest.fixture
def webhook(receiver: Canary, merchant: Merchant, actors: dict[str, Actor]) -> Webhook:
    return subscribe(receiver, actors["admin"])


def subscribe(receiver: Canary, by: Actor, *events: str) -> Webhook:
    url = f"http://127.0.0.1:{receiver.port}/in"
    return subscriptions.create(name="Other", url=url, events=events or list(webhook_events), by=by)[0]


def heard(receiver: Canary) -> tuple[dict[str, str], dict[str, Any]]:
    """Headers and JSON of the latest message."""
    head, _, body = receiver.heard.rpartition(b"\r\n\r\n")
    lines = head.decode().rpartition("POST ")[2].split("\r\n")[1:]
    return dict(line.split(": ", 1) for line in lines), json.loads(body)


def test_orders_that_come_in_are_told_by_ids_and_amounts_alone(
    webhook: Webhook, receiver: Canary, stores: tuple[Store, Store], work_off: WorkOff
) -> None:
    till = bearer.client(Scope.WRITE_ORDERS, stores=stores[:1])
    sale = {"order_no": "A1", "ordered_at": "2026-05-04T10:00:00+08:00", "total": "12.50", "phone": "13812341234",
            "name": "Wang Wei", "email": "wang@example.com"}  # fmt: skip
    till.post("/api/v1/orders/batch/", json.dumps({"orders": [sale]}), content_type="application/json")
    work_off()
    told = {message.event: message for message in WebhookMessage.objects.all()}
    assert {event: message.state for event, message in told.items()} == {
        "orders.recorded": State.SENT, "reports.published": State.SENT,
    }  # fmt: skip
    (order,) = told["orders.recorded"].data["orders"]
    assert (order["number"], order["total"], order["status"]) == ("A1", "12.50", "paid")
    for personal in (b"1234", b"Wang", b"wang"):
        assert personal not in receiver.heard


def test_a_message_is_signed_as_the_documentation_says(
    webhook: Webhook, receiver: Canary, actors: dict[str, Actor], work_off: WorkOff
) -> None:
    subscriptions.test(webhook, by=actors["admin"])
    work_off()
    headers, content = heard(receiver)
    message = WebhookMessage.objects.get()
    assert content == {"id": str(message.delivery_id), "event": "test", "happened_at": message.happened_at.isoformat(),
                       "data": {}}  # fmt: skip
    assert headers["Huitou-Delivery"] == content["id"]
    body = receiver.heard.rpartition(b"\r\n\r\n")[2]
    signed = f"{headers['Huitou-Timestamp']}.{content['id']}.".encode() + body
    assert headers["Huitou-Signature"] == "v1=" + hmac.new(webhook.secret.encode(), signed, hashlib.sha256).hexdigest()


def test_what_is_told_is_there_only_if_what_happened_is(webhook: Webhook) -> None:
    with transaction.atomic():
        outbox.emit("member.erased", {})
        transaction.set_rollback(True)
    assert not WebhookMessage.objects.exists()


def test_only_what_was_asked_for_is_told(
    receiver: Canary, merchant: Merchant, actors: dict[str, Actor], stores: tuple[Store, Store]
) -> None:
    subscribe(receiver, actors["admin"], "member.erased")
    outbox.emit("import.finished", {})
    person = member("M1", stores[0], "Wang Wei", phone="+8613812341234")
    erasure.erase(member=person, reason="asked", by=actors["admin"])
    message = WebhookMessage.objects.get()
    assert (message.event, message.data) == ("member.erased", {"member_ids": [person.pk]})


def test_what_is_not_taken_is_tried_again_for_a_day_under_the_same_id_then_shown(
    webhook: Webhook, receiver: Canary, people: People, signed_in: Callable[[Any], Client], actors: dict[str, Actor],
    work_off: WorkOff, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    receiver.answer = NO
    began = now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    subscriptions.test(webhook, by=actors["admin"])
    while (message := WebhookMessage.objects.get()).state == State.WAITING:
        now = message.next_at
        sending.sweep()
        work_off()
    assert (message.state, message.attempts, message.answered) == (State.FAILED, 9, 500)
    assert dt.timedelta(hours=23) < message.tried_at - began < dt.timedelta(hours=24)
    ids = re.findall(rb"Huitou-Delivery: (\S+)", receiver.heard)
    assert (len(ids), len(set(ids))) == (9, 1)
    stamps = re.findall(rb"Huitou-Timestamp: (\S+)", receiver.heard)
    assert len(set(stamps)) == 9
    monkeypatch.undo()  # a session of tomorrow would be no session
    client = signed_in(people.admin)
    client.cookies["django_language"] = "en"
    assert "1 webhook message was not delivered" in client.get("/").content.decode()
    receiver.answer = YES
    client.post(f"/members/webhooks/messages/{message.pk}/again/")
    work_off()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, 1)


def test_a_message_to_a_private_address_fails_at_once_and_says_so(
    webhook: Webhook, receiver: Canary, actors: dict[str, Actor], work_off: WorkOff, settings: Any
) -> None:
    settings.WEBHOOK_PRIVATE_NETWORKS = []
    Webhook.objects.update(url=f"https://127.0.0.1:{outgoing.PORTS['https'][0]}/")
    subscriptions.test(webhook, by=actors["admin"])
    work_off()
    message = WebhookMessage.objects.get()
    assert (message.state, message.error, message.attempts, message.next_at) == (State.FAILED, "private", 1, None)
    assert receiver.connections == 0


def test_a_receiver_that_is_away_is_left_alone_and_its_messages_wait(
    webhook: Webhook, receiver: Canary, actors: dict[str, Actor], work_off: WorkOff
) -> None:
    receiver.answer = NO
    for _each in range(5):
        subscriptions.test(webhook, by=actors["admin"])
    work_off()
    assert receiver.connections == sending.IN_A_ROW
    assert WebhookMessage.objects.filter(state=State.WAITING).count() == 5


def test_two_workers_do_not_send_the_same_message(webhook: Webhook, actors: dict[str, Actor]) -> None:
    subscriptions.test(webhook, by=actors["admin"])
    assert sending._claimed(webhook) is not None
    assert sending._claimed(webhook) is None


def test_during_a_change_of_the_secret_both_sign(
    webhook: Webhook, receiver: Canary, actors: dict[str, Actor], work_off: WorkOff
) -> None:
    first = webhook.secret
    second = subscriptions.replace_secret(webhook, by=actors["admin"])
    subscriptions.test(webhook, by=actors["admin"])
    work_off()
    headers, content = heard(receiver)
    signed = f"{headers['Huitou-Timestamp']}.{content['id']}.".encode() + receiver.heard.rpartition(b"\r\n\r\n")[2]
    both = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in (second, first)]
    assert headers["Huitou-Signature"] == f"v1={both[0]},v1={both[1]}"
    subscriptions.retire_secret(webhook, by=actors["admin"])
    webhook.refresh_from_db()
    assert webhook.secrets == [second]


def test_a_webhook_that_is_deactivated_is_told_nothing(
    webhook: Webhook, receiver: Canary, actors: dict[str, Actor], work_off: WorkOff
) -> None:
    subscriptions.test(webhook, by=actors["admin"])
    subscriptions.deactivate(webhook, by=actors["admin"])
    outbox.emit("member.erased", {})
    work_off()
    assert receiver.connections == 0
    assert WebhookMessage.objects.get().state == State.FAILED
    webhook.refresh_from_db()
    assert webhook.secrets == []


def test_old_messages_are_deleted_and_those_that_wait_stay(webhook: Webhook, settings: Any) -> None:
    settings.IMPORT_FILES_DAYS = 0
    for state in (State.SENT, State.WAITING):
        next_at = clock.now() if state == State.WAITING else None
        WebhookMessage.objects.create(webhook=webhook, event="test", state=state, next_at=next_at)
    assert retention.delete_old_events() == 1


class TestPage:
    def test_the_secret_is_shown_once_and_every_change_is_audited(
        self, people: People, signed_in: Callable[[Any], Client]
    ) -> None:
        client = signed_in(people.admin)
        form = {"name": "CRM", "url": "https://crm.example.com/in", "events": ["member.erased"]}
        page = client.post("/members/webhooks/", form)
        webhook = Webhook.objects.get()
        assert webhook.secret in page.content.decode()
        path = f"/members/webhooks/{webhook.pk}/"
        assert webhook.secret not in client.get(path).content.decode()
        assert client.get(f"{path}deactivate/").status_code == 200
        assert Webhook.objects.get().is_active
        for deed in ("secret/", "secret/end-old/", "test/", "deactivate/"):
            client.post(path + deed)
        verbs = AuditEntry.objects.filter(subject_type="webhook").order_by("pk").values_list("verb", flat=True)
        assert list(verbs) == ["create", "renew_secret", "retire_secret", "test", "deactivate"]
        assert "whsec_" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))
        assert "whsec_" not in str(list(Job.objects.values_list("arguments", flat=True)))

    @pytest.mark.parametrize(
        "url",
        ["http://crm.example.com/", "https://10.0.0.1/", "https://[::1]/", "https://u:p@crm.example.com/", "x",
         "https://2130706433/", "https://127.1/", "https://0x7f.1/", "https://0/", "https://localhost/",
         "https://LOCALHOST./", "https://shop.localhost/"],
    )  # fmt: skip
    def test_an_address_that_cannot_be_used_is_told(
        self, url: str, people: People, signed_in: Callable[[Any], Client]
    ) -> None:
        form = {"name": "CRM", "url": url, "events": ["member.erased"]}
        answer = signed_in(people.admin).post("/members/webhooks/", form)
        assert answer.status_code == 422
        assert not Webhook.objects.exists()

"""Messages: each once or not at all, never against a word of the member, and nothing lost when a worker is killed."""

import datetime as dt
import json
import random
import smtplib
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from members.lib import clock
from members.models import Identifier, Member, Message, MessageTemplate
from members.services import contact
from members.services.contact import gateways, sending
from members.tests.written import BY, NOON, consented, member, queued, template

State = Message.State


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path, merchant: object) -> list[dt.datetime]:
    """The clock, which tests move; text messages lie in a folder of their own."""
    now = [NOON]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    settings.DATA_DIR = tmp_path
    return now


def files(folder: Path) -> list[Path]:
    return sorted((folder / "text-messages").glob("*.json"))


@pytest.mark.django_db
def test_a_message_is_sent_once_and_says_how_to_opt_out(noon: Any, tmp_path: Path) -> None:
    one = queued(member())
    assert contact.queue(one.member, one.template, key="a", by=BY) == one
    assert [sending.sweep(), sending.sweep()] == [1, 0]
    one.refresh_from_db()
    assert one.state == State.SENT
    body = json.loads(files(tmp_path)[0].read_text())["body"]
    assert body.startswith("王：http")
    assert "/s/out/" in body


@pytest.mark.django_db
def test_a_mail_carries_the_button_of_mail_programs(noon: Any) -> None:
    queued(member(channel="email"), of=template("email"))
    assert sending.sweep() == 1
    assert mail.outbox[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.outbox[0].to == ["m1@x.cn"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda one: consented(one.member, given=False), "no_consent"),
        (lambda one: Identifier.objects.update(voided_at=NOON), "no_address"),
        (lambda one: MessageTemplate.objects.update(is_active=False), "template_off"),
    ],
)
def test_what_must_not_be_sent_is_not_and_says_why(noon: Any, tmp_path: Path, spoil: Any, reason: str) -> None:
    one = queued(member())
    spoil(one)
    assert sending.sweep() == 0
    one.refresh_from_db()
    assert (one.state, one.reason) == (State.SKIPPED, reason)
    assert files(tmp_path) == []


@pytest.mark.django_db
def test_who_never_said_yes_gets_none(noon: Any) -> None:
    one = queued(member(allows=False))
    sending.sweep()
    one.refresh_from_db()
    assert one.reason == "no_consent"


@pytest.mark.django_db
def test_no_more_than_three_in_a_week(noon: Any, tmp_path: Path) -> None:
    who, of = member(), template()
    for number in range(5):
        queued(who, f"k{number}", of)
    assert sending.sweep() == 3
    assert Message.objects.filter(reason="weekly_cap").count() == 2
    noon[0] += dt.timedelta(days=8)
    queued(who, "later", of)
    assert sending.sweep() == 1


@pytest.mark.django_db
def test_at_night_it_waits_for_the_morning(noon: Any) -> None:
    one = queued(member())
    noon[0] = dt.datetime(2026, 11, 25, 15, tzinfo=dt.UTC)  # 23:00 in Shanghai
    assert sending.sweep() == 0
    one.refresh_from_db()
    assert (one.state, one.next_at) == (State.WAITING, dt.datetime(2026, 11, 26, 1, tzinfo=dt.UTC))
    noon[0] = one.next_at
    assert sending.sweep() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("was_sent", [True, False])
def test_a_worker_killed_between_claiming_and_noting_sends_nothing_twice_and_loses_nothing(
    noon: Any, tmp_path: Path, was_sent: bool
) -> None:
    one = queued(member())
    claimed = sending.claim(one.pk)
    assert claimed is not None
    if was_sent:  # and killed before it was noted
        gateways.Folder().send(claimed.letter)
    assert sending.sweep() == 0  # the claim still holds
    noon[0] += dt.timedelta(minutes=3)
    sending.sweep()
    sending.sweep()
    one.refresh_from_db()
    assert one.state == State.SENT
    assert len(files(tmp_path)) == 1


@pytest.mark.django_db
def test_a_mail_of_which_nobody_knows_is_left_to_staff(noon: Any) -> None:
    one = queued(member(channel="email"), of=template("email"))
    sending.claim(one.pk)
    noon[0] += dt.timedelta(minutes=3)
    assert sending.sweep() == 0
    one.refresh_from_db()
    assert one.state == State.UNCLEAR
    assert sending.decide(one, again=True, by=BY)
    assert not sending.decide(one, again=True, by=BY)
    assert sending.sweep() == 1


@pytest.mark.django_db
def test_a_server_that_is_away_is_tried_again_and_given_up(noon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_self: object) -> bool:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", away)
    one = queued(member(channel="email"), of=template("email"))
    for _ in range(10):
        sending.sweep()
        noon[0] += dt.timedelta(hours=4)
        if noon[0].hour >= 13 or noon[0].hour < 1:
            noon[0] += dt.timedelta(hours=12)
    one.refresh_from_db()
    assert (one.state, one.reason) == (State.FAILED, "no_mail_server")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "state", "reason"),
    [
        (smtplib.SMTPRecipientsRefused({"m1@x.cn": (550, b"no such user")}), State.FAILED, "address_refused"),
        (smtplib.SMTPRecipientsRefused({"m1@x.cn": (451, b"later")}), State.WAITING, "address_refused"),
        (smtplib.SMTPDataError(452, b"full"), State.WAITING, "no_mail_server"),
        (smtplib.SMTPServerDisconnected("cut off"), State.UNCLEAR, ""),
        (TimeoutError(), State.UNCLEAR, ""),
    ],
)
def test_what_a_mail_server_says_decides_what_becomes_of_the_message(
    noon: Any, monkeypatch: pytest.MonkeyPatch, said: Exception, state: str, reason: str
) -> None:
    def refuse(_self: object, _messages: object) -> int:
        raise said

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    one = queued(member(channel="email"), of=template("email"))
    sending.sweep()
    one.refresh_from_db()
    assert (one.state, one.reason) == (state, reason)


@pytest.mark.django_db
def test_a_message_that_cannot_be_made_holds_up_no_other(noon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_message: Message) -> dict[str, str]:
        raise KeyError

    monkeypatch.setitem(contact.fillers, "broken", broken)
    first, second, of = member("M1"), member("M2"), template()
    bad = contact.queue(first, of, key="bad", about="broken", by=BY)
    good = queued(second, "good", of)
    assert sending.sweep() == 1
    for one in (bad, good):
        one.refresh_from_db()
    assert (bad.state, bad.attempts, good.state) == (State.WAITING, 1, State.SENT)


@pytest.mark.django_db
def test_who_is_late_writes_nothing_over_another(noon: Any) -> None:
    one = queued(member())
    late = sending.claim(one.pk)
    assert late is not None
    noon[0] += dt.timedelta(minutes=3)
    sending.settle_interrupted()
    again = sending.claim(one.pk)
    assert again is not None
    sending.deliver(late)
    one.refresh_from_db()
    assert (one.state, one.lease) == (State.SENDING, again.lease)


@pytest.mark.django_db
def test_the_link_opts_out_when_its_button_is_pressed_and_not_before(noon: Any, client: Client) -> None:
    who = member()
    address = f"/s/out/{sending.out_token(who, 'service')}/"
    assert client.get(address).status_code == 200
    assert queries_allow(who)
    pressed = client.post(address)
    assert not queries_allow(who)
    assert client.post("/s/out/made-up/").content == pressed.content  # one answer, whatever the link


def queries_allow(who: Member) -> bool:
    from members.queries import messages  # noqa: PLC0415 - beside its only use

    return messages.allowed([who.pk], "service", "sms")


@pytest.mark.django_db(transaction=True)
def test_many_workers_and_opt_outs_at_random_moments(noon: Any, tmp_path: Path) -> None:
    """Two workers send while members opt out: who had opted out gets none, everybody else one or a reason."""
    of, draw = template(), random.Random(7)
    people = [member(f"M{number}") for number in range(60)]
    for who in people:
        queued(who, f"m{who.pk}", of)
    leaving = draw.sample(people, 30)
    gone, going = leaving[:15], leaving[15:]
    for who in gone:
        consented(who, given=False)

    def leave() -> None:
        for who in going:
            consented(who, given=False)
        connection.close()

    def work() -> None:
        sending.sweep()
        connection.close()

    threads = [threading.Thread(target=leave), *(threading.Thread(target=work) for _ in range(2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sending.sweep()
    by_state = {state: set(Message.objects.filter(state=state).values_list("member", flat=True)) for state in State}
    assert len(by_state[State.SENT]) + len(by_state[State.SKIPPED]) == 60
    assert len(files(tmp_path)) == len(by_state[State.SENT])
    assert {who.pk for who in gone} <= by_state[State.SKIPPED] <= {who.pk for who in leaving}

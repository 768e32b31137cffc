"""The pages of messages, as who looks after them uses them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.utils import translation

from members.lib.actor import Actor
from members.models import AuditEntry, Member, Message, MessageTemplate
from members.panels import message_todos
from members.tests import sms_provider

TEMPLATE = {
    "name": "Hello", "channel": "sms", "purpose": "service", "body_zh": "{out}", "body_en": "{out}", "is_active": "on",
}  # fmt: skip
NEEDS_CODE = "Give the code of the text that the SMS provider has approved."


@pytest.fixture
def marketer(people: Any, signed_in: Callable[..., Client]) -> Client:
    client = signed_in(people.marketer)
    client.cookies["django_language"] = "en"
    return client


def a_template(channel: str = "sms", name: str = "", **more: str) -> MessageTemplate:
    texts = {"subject_zh": "您好", "subject_en": "Hello", "body_zh": "{name}：{link} {out}", "body_en": "{out}"}
    return MessageTemplate.objects.create(name=name or channel, channel=channel, **texts, **more)


@pytest.fixture
def outbox(db: None) -> None:
    """Of one template a message of each state, of another one that was sent."""
    who, first, second = Member.objects.create(number="M1"), a_template(), a_template("email")
    reasons = {"failed": "sms_refused", "unclear": "no_answer", "unreached": "not_delivered", "skipped": "no_consent"}
    for of, states in ((first, Message.State.values), (second, ["sent"])):
        for state in states:
            Message.objects.create(
                key=f"{of.pk}-{state}", member=who, template=of, channel=of.channel, purpose="service", state=state,
                reason=reasons.get(state, ""), provider_said="isv.X" if state == "failed" else "",
                **({} if state in {"waiting", "sending"} else {"next_at": None}),
            )  # fmt: skip


def rows(answer: Any) -> list[str]:
    """The states of the messages shown."""
    return [row.cells[3].text for row in answer.context["table"].rows]


@pytest.mark.usefixtures("outbox")
class TestOutbox:
    def test_what_did_not_arrive_says_why_in_the_words_of_the_provider_too(self, marketer: Client) -> None:
        page = marketer.get("/members/messages/").content.decode()
        assert "the SMS provider refused it (isv.X)" in page
        assert "it was not delivered to the phone" in page
        assert "4 messages were sent. 1 did not arrive." in page

    def test_filters_narrow_each_other_and_their_counts(self, marketer: Client) -> None:
        first = MessageTemplate.objects.get(name="sms").pk
        answer = marketer.get(f"/members/messages/?template={first}&state=sent")
        assert rows(answer) == ["Sent"]
        shows = {choice.value: choice for choice in answer.context["shows"]}
        assert (shows["sent"].label, shows["sent"].is_on) == ("Sent 1", True)
        assert shows["open"].url == f"?state=open&template={first}"
        assert rows(marketer.get(f"/members/messages/{shows['open'].url}")) == ["Sent or not: not known", "Failed"]
        assert len(rows(marketer.get("/members/messages/?state=sent"))) == 2

    def test_a_reason_alone(self, marketer: Client) -> None:
        assert rows(marketer.get("/members/messages/?reason=no_consent")) == ["Not sent"]

    @pytest.mark.parametrize("query", ["state=x", "template=999999999999999999999", "template=x&reason=x"])
    def test_what_there_is_not_is_everything(self, marketer: Client, query: str) -> None:
        assert len(rows(marketer.get(f"/members/messages/?{query}"))) == len(Message.State) + 1


@pytest.mark.usefixtures("outbox")
class TestToday:
    def test_what_needs_a_word_is_a_to_do_that_leads_to_it(self, marketer: Client, actors: dict[str, Actor]) -> None:
        with translation.override("en"):
            [todo] = message_todos.unsettled(actors["marketer"])
        assert todo.title == "2 messages may not have been sent"
        assert len(rows(marketer.get(todo.link.url))) == 2
        assert message_todos.unsettled(actors["manager"]) == ()

    def test_when_all_is_settled_there_is_none(self, marketer: Client, actors: dict[str, Actor]) -> None:
        for message in Message.objects.filter(state__in=["failed", "unclear"]):
            marketer.post(f"/members/messages/{message.pk}/decide/")
        assert message_todos.unsettled(actors["marketer"]) == ()


class TestTrial:
    """A template sent to whoever writes it."""

    def test_a_mail_goes_to_the_own_address_marked_and_counts_for_nobody(self, marketer: Client, people: Any) -> None:
        people.marketer.email = "me@shop.example"
        people.marketer.save()
        of = a_template("email")
        answer = marketer.post(f"/members/messages/templates/{of.pk}/try/", follow=True)
        assert "on its way" in answer.content.decode()
        [sent] = mail.outbox
        assert sent.to == ["me@shop.example"]
        assert sent.subject.endswith("您好")
        assert sent.subject != "您好"
        assert "/s/out/test/" in sent.body
        assert not Message.objects.exists()
        entry = AuditEntry.objects.get(verb="try_template")
        assert "shop.example" not in str(entry.detail)

    def test_without_an_address_it_says_so(self, marketer: Client) -> None:
        of = a_template("email")
        answer = marketer.post(f"/members/messages/templates/{of.pk}/try/", follow=True)
        assert "You have no e-mail address here." in answer.content.decode()

    def test_a_text_message_goes_to_the_phone_typed_in(self, marketer: Client, settings: LazySettings) -> None:
        of = a_template(gateway_code="SMS_1")
        with sms_provider.running() as cloud:
            settings.SMS_GATEWAY, settings.SMS_ENDPOINT, settings.SMS_KEY_SECRET = (
                "aliyun",
                cloud.url,
                sms_provider.SECRET,
            )
            cloud.says = [(200, {"Code": "OK", "BizId": "1"})]
            marketer.post(f"/members/messages/templates/{of.pk}/try/", {"phone": "138 0000 1111"})
            cloud.says = [(200, {"Code": "isv.AMOUNT_NOT_ENOUGH"})]
            answer = marketer.post(f"/members/messages/templates/{of.pk}/try/", {"phone": "13800001111"}, follow=True)
        assert [asked["PhoneNumbers"] for asked in cloud.taken] == ["8613800001111"] * 2
        assert "the SMS provider refused it (isv.AMOUNT_NOT_ENOUGH)" in answer.content.decode()

    def test_what_is_no_phone_is_said_at_the_field(self, marketer: Client) -> None:
        of = a_template()
        answer = marketer.post(f"/members/messages/templates/{of.pk}/try/", {"phone": "12"})
        assert answer.status_code == 422
        assert "This is no phone number." in answer.content.decode()

    def test_a_folder_says_that_nothing_leaves_the_house(self, marketer: Client) -> None:
        of = a_template()
        answer = marketer.post(f"/members/messages/templates/{of.pk}/try/", {"phone": "13800001111"}, follow=True)
        assert "nothing leaves the house yet" in answer.content.decode()

    def test_not_more_than_ten_within_an_hour(self, marketer: Client) -> None:
        of = a_template()
        for _ in range(11):
            answer = marketer.post(f"/members/messages/templates/{of.pk}/try/", {"phone": "13800001111"}, follow=True)
        assert "many trials" in answer.content.decode()
        assert AuditEntry.objects.filter(verb="try_template").count() == 10


class TestTemplate:
    def test_a_provider_needs_the_code_of_its_own_text(self, marketer: Client, settings: LazySettings) -> None:
        settings.SMS_GATEWAY = "aliyun"
        answer = marketer.post("/members/messages/templates/new/", TEMPLATE)
        assert answer.status_code == 422
        assert NEEDS_CODE in answer.content.decode()
        for one in ({"gateway_code": "SMS_1"}, {"channel": "email", "subject_zh": "s", "subject_en": "s"}):
            named = {**TEMPLATE, "name": f"{one}", **one}
            assert marketer.post("/members/messages/templates/new/", named).status_code == 302
        assert MessageTemplate.objects.count() == 2

    def test_a_folder_needs_none(self, marketer: Client) -> None:
        assert marketer.post("/members/messages/templates/new/", TEMPLATE).status_code == 302

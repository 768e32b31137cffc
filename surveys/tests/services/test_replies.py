"""An answer that goes out as a message: once, under consent, and the log says what became of it."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core import mail
from django.utils import translation

from members.lib import clock
from members.lib.actor import system
from members.models import Consent, Identifier, Member, Message, MessageTemplate, Store
from members.services import consents
from members.services.contact import sending
from surveys.exports import cases as tables
from surveys.models import Case, ReplyTemplate
from surveys.queries import cases as queries
from surveys.services import cases, replies
from surveys.services.cases import Refused, Told

pytestmark = pytest.mark.django_db
BY = system("desk")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """No quiet hours."""
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 11, 27, 4, 0, tzinfo=dt.UTC))


@pytest.fixture
def member(merchant: object, stores: tuple[Store, Store]) -> Member:
    made = Member.objects.create(number="M1", name="Wang", home_store=stores[0])
    Identifier.objects.create(member=made, kind=Identifier.Kind.EMAIL, value="wang@example.org")
    allow(made, given=True)
    return made


def allow(member: Member, *, given: bool) -> None:
    consents.record(
        member=member, purpose=Consent.Purpose.SERVICE, channel="email", given=given,
        happened_on=dt.date(2026, 11, 27), source=Consent.Source.CALL, by=BY,
    )  # fmt: skip


@pytest.fixture
def case(member: Member) -> Case:
    return cases.open_case(Told("form", "Cold", member=member), by=BY)


def seen(case: Case) -> int:
    return case.log.latest("pk").pk


def test_the_answer_is_sent_once_and_the_log_says_so(case: Case) -> None:
    replies.send(case, "We are sorry & send a new one", way="email", seen=seen(case), by=BY)
    line = next(one for one in queries.log_of(case) if one.entry.kind == "reply")
    assert (tables.told(line), tables.became(line)) == ("By e-mail", ("Waiting", "info"))
    assert (sending.sweep(), sending.sweep()) == (1, 0)
    sent = mail.outbox[0]
    assert sent.to == ["wang@example.org"]
    assert "We are sorry & send a new one" in sent.body
    assert case.number in sent.subject
    assert "{" not in sent.subject + sent.body
    line = next(one for one in queries.log_of(case) if one.entry.kind == "reply")
    assert tables.became(line)[1] == "good"
    case.refresh_from_db()
    assert (case.state, case.first_response_at) == ("open", clock.now())


def test_without_consent_or_address_it_is_refused_and_nothing_is_written(case: Case, member: Member) -> None:
    with pytest.raises(Refused, match="left no address"):
        replies.send(case, "Sorry", way="sms", seen=seen(case), by=BY)
    allow(member, given=False)
    with pytest.raises(Refused, match="has not allowed"):
        replies.send(case, "Sorry", way="email", seen=seen(case), by=BY)
    assert not case.log.filter(kind="reply").exists()
    assert not Message.objects.exists()


def test_who_opts_out_before_it_is_sent_gets_none_and_the_log_says_why(case: Case, member: Member) -> None:
    replies.send(case, "Sorry", way="email", seen=seen(case), by=BY)
    allow(member, given=False)
    assert sending.sweep() == 0
    line = next(one for one in queries.log_of(case) if one.entry.kind == "reply")
    assert tables.became(line) == ("Not sent: has not allowed it, or took it back", "mut")


def test_what_was_forgotten_is_not_sent(case: Case) -> None:
    entry = replies.send(case, "Sorry", way="email", seen=seen(case), by=BY)
    type(entry).objects.filter(pk=entry.pk).update(text="")
    assert sending.sweep() == 0
    assert Message.objects.get().reason == "over"


def test_who_is_no_member_is_written_to_by_hand(merchant: object) -> None:
    case = cases.open_case(Told("form", "Cold", contact="anna@example.org"), by=BY)
    with pytest.raises(Refused, match="Say first which member"):
        replies.send(case, "Sorry", way="email", seen=seen(case), by=BY)


def test_the_text_around_an_answer_is_the_shops_to_change(case: Case) -> None:
    replies.send(case, "First", way="email", seen=seen(case), by=BY)
    MessageTemplate.objects.update(body_zh="敬启：{text} {out}")
    replies.send(case, "Second", way="email", seen=seen(case), by=BY)
    assert MessageTemplate.objects.count() == 1
    sending.sweep()
    assert mail.outbox[1].body.startswith("敬启：Second")


def test_words_to_begin_with_name_the_customer_the_shop_and_the_case(case: Case) -> None:
    words = ReplyTemplate.objects.create(name="Sorry", text_zh="{name}", text_en="Dear {name}, {case}: {shop}, {odd}")
    assert tables.begun(words, case, "Tea") == f"Dear Wang, {case.number}: Tea, {{odd}}"

"""Members asked by the desk: after a purchase, once, by lot, with rest; and the link that reaches them."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from members.lib import clock
from members.lib.actor import system
from members.models import Channel, Consent, Identifier, Member, Message, MessageTemplate, Order, Store
from members.services import consents, jobs
from members.services.contact import sending
from surveys.models import Response, Survey, SurveyInvitation
from surveys.queries import asking
from surveys.services import invitations, surveys

pytestmark = pytest.mark.django_db
BY = system("test")
NOON = dt.datetime(2026, 11, 25, 4, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 25)


@pytest.fixture
def survey(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path, merchant: object) -> Survey:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    settings.DATA_DIR = tmp_path
    made = surveys.make(name="Autumn", template="purchase", by=BY)
    words = {"subject_zh": "s", "subject_en": "s", "body_zh": "{link} {out}", "body_en": "{link} {out}"}
    made.template = MessageTemplate.objects.create(name="Ask", channel="sms", **words)
    made.first_day = TODAY - dt.timedelta(days=60)
    made.save()
    surveys.open_up(made, by=BY)
    made.refresh_from_db()
    return made


def bought(store: Store, number: str, day: dt.date = TODAY - dt.timedelta(days=2)) -> Order:
    member, is_new = Member.objects.get_or_create(number=number, number_key=number.casefold(), home_store=store)
    if is_new:
        Identifier.objects.create(member=member, kind="phone", value=f"+86138{number[1:]:0>8}")
        consents.record(
            member=member, purpose="service", channel="", given=True, happened_on=day, source=Consent.Source.FORM, by=BY
        )
    channel = Channel.objects.get_or_create(code="till", defaults={"name": "Till"})[0]
    return Order.objects.create(
        source="till", number=f"{number}-{day}", member=member, buyer=member, store=store, channel=channel,
        ordered_at=dt.datetime.combine(day, dt.time(4), dt.UTC), business_date=day, total=Decimal(10),
        gross=Decimal(10), content_hash=b"1",
    )  # fmt: skip


def ask(work_off: Any) -> int:
    jobs.enqueue("ask_surveys", {"day": str(TODAY)}, BY)
    work_off()
    return SurveyInvitation.objects.count()


def test_two_days_after_a_purchase_its_member_is_asked_once(
    survey: Survey, stores: tuple[Store, Store], work_off: Any, tmp_path: Path, client: Client
) -> None:
    order = bought(stores[0], "M1")
    bought(stores[0], "M2", TODAY)  # not yet
    bought(stores[0], "M3", TODAY - dt.timedelta(days=30))  # too long ago
    assert [ask(work_off), ask(work_off)] == [1, 1]
    asked = SurveyInvitation.objects.get()
    assert (asked.member, asked.order, asked.store) == (order.member, order, stores[0])
    assert sending.sweep() == 1
    body = json.loads(next((tmp_path / "text-messages").glob("*.json")).read_text())["body"]
    secret = body.split("/s/")[1].split("/")[0]
    client.post(f"/s/{secret}/", {"page": "1", "nps": "9"})
    client.post(f"/s/{secret}/", {"page": "2"})
    response = Response.objects.get()
    assert (response.member, response.order) == (order.member, order)
    assert secret not in str(list(SurveyInvitation.objects.values())) + str(list(Message.objects.values()))


def test_nobody_is_asked_about_what_was_over_before_it_was_opened(
    survey: Survey, stores: tuple[Store, Store], work_off: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Survey.objects.update(first_day=None, state="draft")
    opened = TODAY - dt.timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: NOON - dt.timedelta(days=3))
    surveys.open_up(survey, by=BY)
    survey.refresh_from_db()
    assert survey.first_day == opened
    bought(stores[0], "M1", opened - dt.timedelta(days=1))
    bought(stores[0], "M2", opened)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    assert ask(work_off) == 1
    assert SurveyInvitation.objects.get().member.number == "M2"


def test_who_was_asked_of_late_by_any_survey_is_left_alone(
    survey: Survey, stores: tuple[Store, Store], work_off: Any
) -> None:
    bought(stores[0], "M1", TODAY - dt.timedelta(days=2))
    bought(stores[0], "M1", TODAY - dt.timedelta(days=3))
    assert ask(work_off) == 1


def test_other_stores_are_not_asked_about(survey: Survey, stores: tuple[Store, Store], work_off: Any) -> None:
    survey.stores.add(stores[0])
    bought(stores[0], "M1")
    bought(stores[1], "M2")
    assert ask(work_off) == 1


def test_the_lot_falls_on_about_as_many_as_it_should_and_always_on_the_same(survey: Survey) -> None:
    survey.sample_percent = 30
    chosen = [number for number in range(2_000) if asking.drawn(survey, number)]
    assert 520 < len(chosen) < 680
    assert chosen == [number for number in range(2_000) if asking.drawn(survey, number)]


def test_a_survey_that_was_closed_meanwhile_sends_nothing(
    survey: Survey, stores: tuple[Store, Store], work_off: Any
) -> None:
    bought(stores[0], "M1")
    ask(work_off)
    surveys.close(survey, by=BY)
    assert sending.sweep() == 0
    assert Message.objects.get().reason == "over"


def reminder(tmp_path: Path) -> str:
    """The secret in the newest message."""
    files = sorted((tmp_path / "text-messages").glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
    return str(json.loads(files[-1].read_text())["body"].split("/s/")[1].split("/")[0])


def test_who_has_not_answered_is_reminded_once_and_who_has_is_left_alone(
    survey: Survey, stores: tuple[Store, Store], work_off: Any, tmp_path: Path, client: Client
) -> None:
    bought(stores[0], "M1")
    bought(stores[0], "M2")
    ask(work_off)
    assert invitations.remind(survey, by=BY) == 0  # no message has gone out so far
    assert sending.sweep() == 2
    secret = reminder(tmp_path)
    client.post(f"/s/{secret}/", {"page": "1", "nps": "9"})
    client.post(f"/s/{secret}/", {"page": "2"})
    assert [invitations.remind(survey, by=BY), invitations.remind(survey, by=BY)] == [1, 0]
    assert sending.sweep() == 1
    assert client.get(f"/s/{reminder(tmp_path)}/").status_code == 200


def test_who_answers_before_the_reminder_goes_out_gets_none(
    survey: Survey, stores: tuple[Store, Store], work_off: Any, tmp_path: Path, client: Client
) -> None:
    bought(stores[0], "M1")
    ask(work_off)
    sending.sweep()
    secret = reminder(tmp_path)
    assert invitations.remind(survey, by=BY) == 1
    client.post(f"/s/{secret}/", {"page": "1", "nps": "9"})
    client.post(f"/s/{secret}/", {"page": "2"})
    assert sending.sweep() == 0
    assert Message.objects.get(key__endswith="-again").reason == "over"

"""A survey from its template to the first opening, the way an editor goes."""

from collections.abc import Callable

import pytest
from django.test import Client

from conftest import People
from members.models import AuditEntry, User
from surveys.models import Survey
from surveys.queries import surveys as queries
from surveys.rules.survey_templates import TEMPLATES

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(people: People, signed_in: Callable[[User], Client], merchant: object) -> Client:
    client = signed_in(people.marketer)
    client.cookies["django_language"] = "en"
    return client


def made(desk: Client, template: str = "purchase", name: str = "Autumn") -> Survey:
    assert desk.post("/surveys/new/", {"name": name, "template": template}).status_code == 302
    return Survey.objects.get(name=name)


def codes(survey: Survey) -> list[str]:
    return list(queries.newest(survey).questions.order_by("position").values_list("code", flat=True))


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_can_be_opened_as_it_is_once_it_has_its_message(desk: Client, template: str) -> None:
    survey = made(desk, template)
    Survey.objects.filter(pk=survey.pk).update(trigger="")
    desk.post(f"/surveys/{survey.pk}/open/")
    survey.refresh_from_db()
    assert survey.state == "open"
    page = desk.get(f"/surveys/{survey.pk}/").content.decode()
    assert TEMPLATES[template].lines[0].text[1].replace("“", "“") in page


def test_a_survey_that_asks_by_itself_is_not_opened_without_its_message(desk: Client) -> None:
    survey = made(desk)
    page = desk.post(f"/surveys/{survey.pk}/open/", follow=True).content.decode()
    assert "Choose the message that members are asked by." in page
    survey.refresh_from_db()
    assert survey.state == "draft"


def test_a_question_is_added_changed_moved_and_taken_out(desk: Client) -> None:
    survey = made(desk, "")
    words = {"text_zh": "好吗", "text_en": "Good?", "page": "1"}
    assert desk.post(f"/surveys/{survey.pk}/questions/add/csat/", words).status_code == 302
    lines = words | {"text_en": "Which?", "lines": "甲 | First\n乙 | Second", "asked_if": ["q1:1-2", "q1:3-3"]}
    assert desk.post(f"/surveys/{survey.pk}/questions/add/single/", lines).status_code == 302
    assert codes(survey) == ["q1", "q2"]
    second = queries.newest(survey).questions.get(code="q2")
    assert second.shown_if == {"question": "q1", "at_least": 1, "at_most": 3}
    desk.post(f"/surveys/{survey.pk}/questions/q2/move/up/")
    assert codes(survey) == ["q2", "q1"]
    page = desk.post(f"/surveys/{survey.pk}/open/", follow=True).content.decode()
    assert "hangs on a question that comes later" in page
    desk.post(f"/surveys/{survey.pk}/questions/q2/remove/")
    assert codes(survey) == ["q1"]
    assert AuditEntry.objects.filter(verb="edit_survey").count() == 4


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("甲 | First", "At least two answers are needed."),
        ("甲 | First\n乙", "Line 2: write both languages"),
        ("甲 | First\n甲 | Second", "The same answer is there twice."),
    ],
)
def test_wrong_answers_to_choose_from_are_told_at_the_field_and_nothing_is_kept(
    desk: Client, lines: str, said: str
) -> None:
    survey = made(desk, "")
    sent = {"text_zh": "哪个", "text_en": "Which?", "page": "1", "lines": lines}
    answer = desk.post(f"/surveys/{survey.pk}/questions/add/single/", sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert codes(survey) == []


def test_what_people_have_seen_stays_and_an_edit_makes_a_new_version(desk: Client) -> None:
    survey = made(desk, "programme")
    desk.post(f"/surveys/{survey.pk}/open/")
    first = queries.asked_version(survey)
    words = {"text_zh": "还有呢", "text_en": "Anything else?", "page": "1"}
    desk.post(f"/surveys/{survey.pk}/questions/add/text/", words)
    assert queries.asked_version(survey) == first
    assert first is not None
    assert first.questions.count() == 4
    assert queries.newest(survey).questions.count() == 5
    assert "People still answer version 1." in desk.get(f"/surveys/{survey.pk}/").content.decode()
    desk.post(f"/surveys/{survey.pk}/open/")
    assert queries.asked_version(survey) == queries.newest(survey)


def test_two_surveys_have_two_names(desk: Client) -> None:
    made(desk)
    answer = desk.post("/surveys/new/", {"name": "Autumn", "template": ""})
    assert answer.status_code == 422
    assert "There is a survey called “Autumn” already." in answer.content.decode()


def test_settings_outside_what_makes_sense_are_told(desk: Client) -> None:
    survey = made(desk, "")
    sent = {
        "name": "Autumn", "title_zh": "题", "title_en": "T", "trigger": "order", "trigger_days": "900",
        "sample_percent": "0", "rest_days": "30", "open_days": "14", "edit_minutes": "60", "thanks_points": "0",
    }  # fmt: skip
    page = desk.post(f"/surveys/{survey.pk}/settings/", sent)
    assert page.status_code == 422
    assert "Between 0 and 365, not 900." in page.content.decode()
    assert "Between 1 and 100, not 0." in page.content.decode()
    assert "Choose the message that members are asked by." in page.content.decode()
    good = sent | {"trigger": "", "trigger_days": "2", "sample_percent": "50"}
    assert desk.post(f"/surveys/{survey.pk}/settings/", good).status_code == 302


def test_a_store_manager_reads_and_does_not_build(
    people: People, signed_in: Callable[[User], Client], desk: Client
) -> None:
    survey = made(desk, "programme")
    manager = signed_in(people.manager)
    assert manager.get(f"/surveys/{survey.pk}/").status_code == 404  # a draft is nobody's but the builders'
    desk.post(f"/surveys/{survey.pk}/open/")
    assert manager.get(f"/surveys/{survey.pk}/").status_code == 200
    assert manager.post(f"/surveys/{survey.pk}/close/").status_code == 403

"""The results of a survey: the first line says the score, what was written can be made a case, nobody sees more."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from analytics.services.publish import publish
from analytics.tests.listening import Listening
from analytics.tests.shopkeeper import Shop
from conftest import People
from members.lib import clock
from members.models import Merchant, User
from surveys.models import Case

pytestmark = pytest.mark.usefixtures("merchant")


@pytest.fixture
def desk(people: People, signed_in: Callable[[User], Client]) -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = signed_in(user)
        client.cookies.load({"django_language": "en"})
        return client

    return sign_in


@pytest.fixture
def told(merchant: Merchant, stores: object) -> Listening:
    shop, told = Shop(), Listening()
    today = clock.local_date(clock.now(), merchant.zone)
    shop.sell("a", str(today))
    day = str(today - dt.timedelta(days=2))
    for turn in range(40):
        told.tell(10 if turn % 4 else 2, day, store=shop.stores[0], parts={"waiting": 2, "taste": 5})
    told.tell(1, day, store=shop.stores[0], member=shop.member("a"), words="Waited forty minutes")
    told.tell(0, day, store=shop.stores[1], words="Cold tea in the other store")
    publish()
    return told


def path(told: Listening) -> str:
    return f"/surveys/{told.survey.pk}/results/"


def test_the_first_line_says_the_score_with_its_error(
    told: Listening, people: People, desk: Callable[[User], Client]
) -> None:
    page = desk(people.admin).get(path(told)).content.decode()
    assert "NPS 43 ± 27 from 42 answers." in page
    for card in ("scores", "trend"):
        assert f'id="{card}-d"' in page
    assert "It takes 100 answers" in page


def test_a_survey_about_service_says_how_many_are_satisfied_and_with_whom(
    merchant: Merchant, people: People, desk: Callable[[User], Client]
) -> None:
    shop, told = Shop(), Listening(template="service")
    today = clock.local_date(clock.now(), merchant.zone)
    shop.sell("a", str(today))
    day = str(today - dt.timedelta(days=2))
    for turn in range(40):
        told.rate(5 if turn % 4 else 2, day, worked_by=people.clerk, store=shop.stores[0])
    publish()
    page = desk(people.admin).get(path(told)).content.decode()
    assert "75% are satisfied (60% to 86%), of 40 answers." in page
    assert "Who worked the cases?" in page
    assert people.clerk.display_name in page
    assert "What should we improve first?" not in page  # nobody was asked for a recommendation
    assert "NPS" not in page


def test_groups_of_people_are_told_apart_as_the_address_says(
    told: Listening, people: People, desk: Callable[[User], Client]
) -> None:
    client = desk(people.admin)
    page = client.get(path(told)).content.decode()
    assert "Who thinks what?" in page
    assert f'href="{path(told)}?by=segment"' in page
    told_apart = client.get(f"{path(told)}?by=segment")
    assert "Nobody of a segment has answered." in told_apart.content.decode()
    assert told_apart.context["bar"].copy_url == f"{path(told)}?by=segment"
    assert told_apart.context["rates"].table is None or "by=segment" not in told_apart.context["rates"].csv_url
    assert client.get(f"{path(told)}?by=moon").context["bar"].warnings


def test_groups_far_apart_are_named(merchant: Merchant, people: People, desk: Callable[[User], Client]) -> None:
    shop, told = Shop(), Listening()
    today = clock.local_date(clock.now(), merchant.zone)
    shop.sell("a", str(today))
    day = str(today - dt.timedelta(days=2))
    for turn in range(80):
        told.tell(10 if turn % 2 else 3, day, store=shop.stores[0], channel=shop.channels[turn % 2])
    publish()
    page = desk(people.admin).get(f"{path(told)}?by=channel").content.decode()
    names = [channel.name for channel in shop.channels]
    assert f"“{names[0]}” (−100) recommends us less than “{names[1]}” (100)" in page


def test_a_low_text_is_made_a_complaint_once(told: Listening, people: People, desk: Callable[[User], Client]) -> None:
    client = desk(people.admin)
    assert "Waited forty minutes" in client.get(path(told)).content.decode()
    response = told.survey.responses.get(member__number="a")
    for _turn in range(2):
        assert client.post(f"/surveys/responses/{response.pk}/case/").status_code == 302
    case = Case.objects.get()
    assert (case.response, case.text) == (response, "Waited forty minutes")
    page = client.get(path(told)).content.decode()
    assert "Waited forty minutes" not in page  # followed up
    assert f"See case {case.number}" in client.get(f"{path(told)}?voices=all").content.decode()


def test_a_manager_reads_and_acts_in_the_own_store_only(
    told: Listening, people: People, desk: Callable[[User], Client]
) -> None:
    client = desk(people.manager)
    page = client.get(path(told)).content.decode()
    assert "Waited forty minutes" in page
    assert "Cold tea" not in page
    other = told.survey.responses.get(store__code="S2")
    assert client.post(f"/surveys/responses/{other.pk}/case/").status_code == 404
    assert not Case.objects.exists()


def test_a_survey_without_answers_says_so(told: Listening, people: People, desk: Callable[[User], Client]) -> None:
    empty = Listening("Empty")
    page = desk(people.admin).get(path(empty)).content.decode()
    assert "There are too few answers to tell." in page


def test_before_any_figures_the_page_says_what_is_missing(
    people: People, stores: object, desk: Callable[[User], Client]
) -> None:
    assert desk(people.admin).get(path(Listening())).status_code == 200

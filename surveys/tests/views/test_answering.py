"""A survey answered the way people do: by the code in the shop, by the own link, on paper; and what must not get in."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client, override_settings

from conftest import People
from members.lib import clock, secret_links
from members.lib.actor import system
from members.models import Member, Store, Touched, Tries, User
from rewards.models import Entry
from surveys.models import Case, PublicLink, Question, Response, Survey, SurveyInvitation
from surveys.queries import surveys as queries
from surveys.services import links, surveys

pytestmark = pytest.mark.django_db
BY = system("desk")
EN = {"headers": {"accept-language": "en"}}


@pytest.fixture
def survey(merchant: object) -> Survey:
    made = surveys.make(name="Autumn", template="purchase", by=BY)
    Survey.objects.filter(pk=made.pk).update(trigger="", thanks_points=20)
    made.refresh_from_db()
    surveys.open_up(made, by=BY)
    made.refresh_from_db()
    return made


@pytest.fixture
def link(survey: Survey, stores: tuple[Store, Store]) -> PublicLink:
    return links.hang_out(survey, stores[0], by=BY)


def invited(survey: Survey, store: Store, *, days: int = 14) -> str:
    member = Member.objects.create(number="M1", home_store=store)
    secret = secret_links.fresh()
    SurveyInvitation.objects.create(
        survey=survey, key="order-1", member=member, store=store, token_hash=secret_links.hashed(secret),
        asked_on=dt.date(2026, 11, 1), expires_at=clock.now() + dt.timedelta(days=days),
    )  # fmt: skip
    return secret


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def send(client: Client, token: str, **values: object) -> object:
    """As a browser does: sent, and on to where that leads."""
    return client.post(f"/s/{token}/", {"lang": "en", **values}, follow=True)


def led_to(client: Client, token: str, **values: object) -> str:
    """The address that a page leads to once it was kept."""
    answer = client.post(f"/s/{token}/", {"lang": "en", **values})
    assert answer.status_code == 302
    return str(answer["Location"])


def forgetful(address: str, **values: object) -> object:
    """The answer to a browser that sends no cookie back."""
    return Client().post(address, values) if values else Client().get(address)


def key_in(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_code_in_the_shop_leads_through_the_pages_to_the_thanks(client: Client, link: PublicLink) -> None:
    first = text(client.get(f"/s/{link.token}/", **EN))
    assert "How likely are you to recommend us" in first
    assert "What went wrong?" not in first  # asked only after a low score
    again = text(send(client, link.token, page=1, nps=9))
    assert "What do you like most" in again  # the same page, which asks one thing more now
    assert "What went wrong?" not in again
    second = text(send(client, link.token, page=1, nps=9, why_high="The tea"))
    assert "What do you like most" not in second
    assert "Taste and quality" in second
    last = text(send(client, link.token, page=2, **{"parts.taste": 5, "parts.waiting": 2}))
    assert "Thank you" in last
    response = Response.objects.get()
    assert (response.way, response.store, response.member) == ("public", link.store, None)
    assert response.completed_at is not None
    assert sorted(response.answers.exclude(number=None).values_list("question__code", "row", "number")) == [
        ("nps", "", 9), ("parts", "taste", 5), ("parts", "waiting", 2),
    ]  # fmt: skip
    assert response.answers.get(question__code="why_high").text == "The tea"
    assert Touched.objects.filter(kind="response", key=response.pk).exists()


def test_one_browser_is_one_person_and_another_is_another(client: Client, link: PublicLink) -> None:
    for score in (3, 4):
        client.get(f"/s/{link.token}/")
        send(client, link.token, page=1, nps=score)
    assert Response.objects.count() == 1
    assert Response.objects.get().answers.get().number == 4
    send(Client(), link.token, page=1, nps=10)
    assert Response.objects.count() == 2


def test_what_is_missing_or_wrong_is_told_at_the_question_and_nothing_typed_is_lost(
    client: Client, link: PublicLink
) -> None:
    wrong = send(client, link.token, page=2, **{"parts.taste": 9}, more="The <b>tea</b>\x00 was cold")
    assert wrong.status_code == 422  # type: ignore[attr-defined]
    assert "Please choose from the answers below." in text(wrong)
    assert "The &lt;b&gt;tea&lt;/b&gt;" in text(wrong)
    missing = send(client, link.token, page=1)
    assert "Please answer this one." in text(missing)
    assert not Response.objects.exists()


@pytest.mark.parametrize("words", ["长" * 4_001, "x" * 100_000])
def test_a_text_beyond_all_bounds_is_refused_kindly(client: Client, link: PublicLink, words: str) -> None:
    answer = send(client, link.token, page=2, more=words)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "4,000 signs at most" in text(answer)


def test_every_link_that_is_none_gets_one_and_the_same_answer(
    client: Client, survey: Survey, link: PublicLink, stores: tuple[Store, Store]
) -> None:
    expired = invited(survey, stores[0], days=-1)
    links.take_down(link, by=BY)
    answers = [client.get(f"/s/{token}/", **EN) for token in ("guessed", expired, link.token)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({text(answer) for answer in answers}) == 1


def test_guessing_is_counted_apart_and_shuts_nobody_out_who_has_a_link(
    client: Client, survey: Survey, stores: tuple[Store, Store]
) -> None:
    secret = invited(survey, stores[0])
    codes = [client.get(f"/s/guess{n}/").status_code for n in range(55)]
    assert codes == [404] * 50 + [429] * 5
    assert list(Tries.objects.values_list("purpose", flat=True)) == ["survey"]
    assert client.get(f"/s/{secret}/").status_code == 200


def test_the_own_link_answers_for_its_member_who_is_thanked_once(
    client: Client, survey: Survey, stores: tuple[Store, Store]
) -> None:
    secret = invited(survey, stores[0])
    for score in (9, 8):  # changed within the hour
        send(client, secret, page=1, nps=score)
        send(client, secret, page=2)
    response = Response.objects.get()
    assert response.member is not None
    assert response.member.number == "M1"
    assert response.answers.get().number == 8
    assert list(Entry.objects.values_list("amount", flat=True)) == [20]


@pytest.mark.parametrize("page", [2, 99])
def test_a_page_sent_out_of_turn_neither_ends_the_survey_nor_earns_thanks(
    client: Client, survey: Survey, stores: tuple[Store, Store], page: int
) -> None:
    secret = invited(survey, stores[0])
    assert "How likely are you to recommend us" in text(send(client, secret, page=page))
    assert Response.objects.get().completed_at is None
    assert not Entry.objects.exists()
    send(client, secret, page=1, nps=9)
    send(client, secret, page=2)
    assert Response.objects.get().completed_at is not None


def test_a_used_link_is_closed_when_its_minutes_are_over(
    client: Client, survey: Survey, stores: tuple[Store, Store]
) -> None:
    secret = invited(survey, stores[0])
    send(client, secret, page=1, nps=9)
    send(client, secret, page=2)
    Response.objects.update(completed_at=clock.now() - dt.timedelta(minutes=61))
    assert client.get(f"/s/{secret}/").status_code == 404
    assert send(client, secret, page=1, nps=0).status_code == 404  # type: ignore[attr-defined]
    assert Response.objects.get().answers.get().number == 9


def test_a_low_score_opens_one_case_in_the_words_of_the_customer(
    client: Client, survey: Survey, stores: tuple[Store, Store]
) -> None:
    secret = invited(survey, stores[0])
    for _ in range(2):
        send(client, secret, page=1, nps=2)
        send(client, secret, page=1, nps=2, why_low="Forty minutes in line")
        send(client, secret, page=2)
    case = Case.objects.get()
    assert (case.text, case.intake, case.store) == ("Forty minutes in line", "survey", stores[0])


def test_a_survey_that_changes_while_somebody_answers_stays_the_one_they_began(
    client: Client, survey: Survey, link: PublicLink
) -> None:
    client.get(f"/s/{link.token}/")
    send(client, link.token, page=1, nps=9)
    surveys.remove(survey, "parts", by=BY)
    surveys.open_up(survey, by=BY)
    assert "Taste and quality" in text(client.get(f"/s/{link.token}/?page=2", **EN))
    send(client, link.token, page=2, **{"parts.taste": 4})
    assert Response.objects.get().version.number == 1
    assert "Taste and quality" not in text(Client().get(f"/s/{link.token}/?page=2", **EN))


@override_settings(SURVEY_ANSWERS_PER_MINUTE=3)
def test_a_flood_on_one_code_is_held_and_nothing_below_the_limit_is_lost(link: PublicLink) -> None:
    codes = [send(Client(), link.token, page=1, nps=9).status_code for _ in range(5)]  # type: ignore[attr-defined]
    assert codes == [200, 200, 200, 429, 429]
    assert Response.objects.count() == 3


def test_the_page_is_small(client: Client, link: PublicLink) -> None:
    page = client.get(f"/s/{link.token}/").content
    names = re.findall(rb'href="/static/([^"]+css)"', page)
    files = [(settings.BASE_DIR / "static" / name.decode()).read_bytes() for name in names]
    assert len(files) == 2
    assert len(page) + sum(map(len, files)) < 60_000
    assert b"<script" not in page


def test_a_sheet_of_paper_is_entered_once(
    people: People, signed_in: Callable[[User], Client], survey: Survey, stores: tuple[Store, Store]
) -> None:
    clerk = signed_in(people.clerk)
    sheet = {"sheet": "A-1", "store": stores[0].code, "nps": "7", "parts.taste": "4", "more": "Nice"}
    assert clerk.post(f"/surveys/{survey.pk}/paper/", sheet).status_code == 302
    again = clerk.post(f"/surveys/{survey.pk}/paper/", sheet | {"nps": "1"})
    assert again.status_code == 422
    response = Response.objects.get()
    assert (response.way, response.answers.get(question__code="nps").number) == ("paper", 7)
    elsewhere = clerk.post(f"/surveys/{survey.pk}/paper/", sheet | {"sheet": "A-2", "store": stores[1].code})
    assert elsewhere.status_code == 422
    nobody = clerk.post(f"/surveys/{survey.pk}/paper/", sheet | {"sheet": "A-3", "member": "nobody"})
    assert nobody.status_code == 422


def test_a_trial_is_kept_apart(people: People, signed_in: Callable[[User], Client], survey: Survey) -> None:
    desk = signed_in(people.marketer)
    page = desk.get(f"/surveys/{survey.pk}/preview/?lang=en")
    assert "This is a trial" in text(page)
    assert desk.post(f"/surveys/{survey.pk}/preview/", {"nps": "0", "lang": "en"}).status_code == 302
    assert Response.objects.get().is_test
    assert not Case.objects.exists()
    assert queries.listed(BY).get(pk=survey.pk).n_responses == 0  # type: ignore[attr-defined]


def test_a_code_is_made_printed_and_taken_down(
    people: People, signed_in: Callable[[User], Client], survey: Survey, stores: tuple[Store, Store]
) -> None:
    desk = signed_in(people.marketer)
    desk.post(f"/surveys/{survey.pk}/links/hang-out/", {"store": stores[0].code})
    desk.post(f"/surveys/{survey.pk}/links/hang-out/", {"store": stores[0].code})
    link = PublicLink.objects.get()
    assert desk.get(f"/surveys/links/{link.pk}/code.svg")["Content-Type"] == "image/svg+xml"
    assert link.token in text(desk.get(f"/surveys/links/{link.pk}/"))
    desk.post(f"/surveys/links/{link.pk}/take-down/")
    assert Client().get(f"/s/{link.token}/").status_code == 404


def test_a_link_that_is_opened_is_remembered_and_an_empty_answer_earns_no_thanks(
    client: Client, survey: Survey, stores: tuple[Store, Store]
) -> None:
    Question.objects.update(is_required=False)
    secret = invited(survey, stores[0])
    client.get(f"/s/{secret}/")
    assert SurveyInvitation.objects.get().opened_at is not None
    for page in (1, 2):
        send(client, secret, page=page)
    assert Response.objects.get().completed_at is not None
    assert not Entry.objects.exists()


def test_two_who_send_the_same_page_at_once_are_one(survey: Survey, link: PublicLink) -> None:
    key = key_in(text(Client().get(f"/s/{link.token}/")))
    for _twice in range(2):  # without a cookie: the form alone says who it is
        assert send(Client(), link.token, page=1, nps=9, key=key).status_code == 200  # type: ignore[attr-defined]
    assert Response.objects.count() == 1


def test_a_page_that_was_sent_leads_to_the_address_of_the_next_and_back_shows_it_filled_in(
    client: Client, link: PublicLink
) -> None:
    at = f"/s/{link.token}/"
    assert key_in(text(client.get(at, **EN)))
    assert led_to(client, link.token, page=1, nps=9) == f"{at}?page=1&lang=en"  # which asks one thing more now
    assert led_to(client, link.token, page=1, nps=9, why_high="The tea") == f"{at}?page=2&lang=en"
    following = client.get(f"{at}?page=2&lang=en")
    assert "Taste and quality" in text(following)
    assert "no-store" in following["Cache-Control"]
    back = text(client.get(f"{at}?page=1&lang=en"))
    assert re.search(r'name="nps" value="9" checked', back)
    assert "The tea</textarea>" in back
    early = text(client.get(f"{at}?done=1&lang=en"))
    assert "How likely are you to recommend us" in early
    assert "Thank you" not in early
    done = led_to(client, link.token, page=2, **{"parts.taste": 5})
    assert done == f"{at}?done=1&lang=en"
    assert "Thank you" in text(client.get(done))
    assert "checked" in text(client.get(f"{at}?page=2&lang=en"))
    assert led_to(client, link.token, page=2, lang="tlh", **{"parts.taste": 5}) == f"{at}?done=1"


def test_the_thanks_stay_when_nothing_can_be_changed_any_more_and_are_nobody_elses(
    client: Client, survey: Survey, link: PublicLink, stores: tuple[Store, Store]
) -> None:
    secret = invited(survey, stores[0])
    for token in (link.token, secret):
        send(client, token, page=1, nps=9)
        assert "For 60 minutes you can still" in text(send(client, token, page=2))
    Response.objects.update(completed_at=clock.now() - dt.timedelta(minutes=61))
    for token in (link.token, secret):
        late = text(client.get(f"/s/{token}/?done=1&lang=en"))
        assert "Thank you" in late
        assert "you can still" not in late
        assert client.get(f"/s/{token}/").status_code == 404
        assert client.post(f"/s/{token}/?done=1", {"page": 1, "nps": 0}).status_code == 404
    assert "How likely are you to recommend us" in text(Client().get(f"/s/{link.token}/?done=1&lang=en"))
    SurveyInvitation.objects.update(expires_at=clock.now() - dt.timedelta(days=1))
    expired, guessed = (Client().get(f"/s/{token}/?done=1", **EN) for token in (secret, "guessed"))
    assert (expired.status_code, text(expired)) == (404, text(guessed))


def test_who_keeps_no_cookie_is_known_by_the_address(link: PublicLink) -> None:
    first = text(Client().get(f"/s/{link.token}/?lang=en"))
    assert "key=" not in first  # a browser that keeps cookies never sees it in an address
    sent = {"lang": "en", "page": 1, "nps": 9, "why_high": "The tea", "key": key_in(first)}
    assert led_to(Client(), link.token, **sent).startswith(f"/s/{link.token}/?page=1&lang=en&key=")
    second = text(forgetful(led_to(Client(), link.token, **sent)))
    assert "Taste and quality" in second
    back = re.search(r'href="(\?page=1[^"]+)">Back', second)
    assert back
    assert "The tea</textarea>" in text(forgetful(f"/s/{link.token}/{back[1].replace('&amp;', '&')}"))
    done = led_to(Client(), link.token, page=2, key=key_in(second))
    assert "Thank you" in text(forgetful(done))
    assert "Thank you" not in text(forgetful(done.replace("key=", "key=x")))  # made up: somebody new
    assert Response.objects.count() == 1


def test_who_keeps_cookies_has_no_key_in_an_address(client: Client, link: PublicLink) -> None:
    key = key_in(text(client.get(f"/s/{link.token}/")))
    assert "key=" not in led_to(client, link.token, page=1, nps=9, key=key)
    assert "key=" not in led_to(Client(), invited(link.survey, link.store), page=1, nps=9)  # type: ignore[arg-type]

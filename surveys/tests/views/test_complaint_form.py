"""A complaint by the code in the shop: no sign-in, sent once, and what must not get in."""

import re
from collections.abc import Callable

import pytest
from django.test import Client, override_settings

from conftest import People
from members.lib.actor import system
from members.models import Store, Tries, User
from surveys.models import Case, ComplaintLink
from surveys.services import links

pytestmark = pytest.mark.django_db
BY = system("desk")
EN = {"headers": {"accept-language": "en"}}


@pytest.fixture
def link(merchant: object, stores: tuple[Store, Store]) -> ComplaintLink:
    return links.hang_out_for_complaints(stores[0], by=BY)


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def send(client: Client, link: ComplaintLink, **values: str) -> object:
    """As a browser does: open the form, fill it in, send it with all it carries."""
    page = text(client.get(f"/s/complaint/{link.token}/?lang=en"))
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    return client.post(f"/s/complaint/{link.token}/", {"lang": "en", "key": key[1], **values})


def test_a_customer_complains_and_is_told_the_number_of_the_case(client: Client, link: ComplaintLink) -> None:
    answer = send(client, link, text="The tea was cold", contact="anna@example.org")
    case = Case.objects.get()
    assert f"<b>{case.number}</b>" in text(answer)
    assert "We answer to the phone or address you left." in text(answer)
    assert (case.intake, case.store, case.text, case.contact) == (
        "form",
        link.store,
        "The tea was cold",
        "anna@example.org",
    )
    assert case.first_due_at is not None
    assert list(case.log.values_list("kind", flat=True)) == ["opened"]


def test_without_a_contact_it_is_taken_too(client: Client, link: ComplaintLink) -> None:
    assert "name this number in the shop" in text(send(client, link, text="Cold"))
    assert Case.objects.get().contact == ""


def test_sent_twice_it_is_one_complaint_with_one_number(client: Client, link: ComplaintLink) -> None:
    page = text(client.get(f"/s/complaint/{link.token}/?lang=en"))
    key = re.search(r'name="key" value="([^"]+)"', page)
    sent = {"lang": "en", "text": "Cold", "key": key[1] if key else ""}
    first, again = (text(client.post(f"/s/complaint/{link.token}/", sent)) for _each in range(2))
    assert first == again
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [("", "Please write down what happened."), (" \n ", "Please write down"), ("长" * 4_001, "4,000 signs at most")],
)
def test_an_empty_or_endless_text_is_refused_with_a_sentence_and_nothing_typed_is_lost(
    client: Client, link: ComplaintLink, words: str, said: str
) -> None:
    answer = send(client, link, text=words, contact="<b>13900000000</b>")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert said in text(answer)
    assert words.strip() in text(answer)
    assert "&lt;b&gt;13900000000&lt;/b&gt;" in text(answer)
    assert not Case.objects.exists()


def test_signs_that_no_database_keeps_are_left_out(client: Client, link: ComplaintLink) -> None:
    send(client, link, text="Co\0ld")
    assert Case.objects.get().text == "Cold"


def test_every_link_that_is_none_gets_one_and_the_same_answer(client: Client, link: ComplaintLink) -> None:
    links.take_down(link, by=BY)
    answers = [client.get(f"/s/complaint/{token}/", **EN) for token in ("guessed", link.token, "0" * 300)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({text(answer) for answer in answers}) == 1
    assert links.hang_out_for_complaints(link.store, by=BY).token == link.token


def test_guessing_has_a_counter_of_its_own_and_shuts_nobody_out_who_has_a_code(
    client: Client, link: ComplaintLink
) -> None:
    answers = [client.get(f"/s/complaint/guess{n}/") for n in range(52)]
    assert [answer.status_code for answer in answers] == [404] * 50 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "900"
    assert set(Tries.objects.values_list("purpose", flat=True)) == {"complaint"}
    assert client.get(f"/s/complaint/{link.token}/").status_code == 200


@override_settings(COMPLAINTS_PER_MINUTE=2)
def test_a_flood_at_one_store_is_asked_to_wait_and_loses_no_word(client: Client, link: ComplaintLink) -> None:
    answers = [send(client, link, text=f"Complaint {n}") for n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]  # type: ignore[attr-defined]
    assert answers[2].headers["Retry-After"] == "60"  # type: ignore[attr-defined]
    assert "Complaint 2" in text(answers[2])
    assert Case.objects.count() == 2


def test_one_address_sends_ten_and_then_has_to_wait_while_others_do_not(client: Client, link: ComplaintLink) -> None:
    codes = [send(client, link, text=f"Complaint {n}").status_code for n in range(11)]  # type: ignore[attr-defined]
    assert codes == [200] * 10 + [429]
    assert send(Client(REMOTE_ADDR="192.0.2.7"), link, text="Another").status_code == 200  # type: ignore[attr-defined]


def test_the_page_is_small_needs_no_script_and_speaks_both_languages(client: Client, link: ComplaintLink) -> None:
    english, chinese = (client.get(f"/s/complaint/{link.token}/?lang={lang}") for lang in ("en", "zh-hans"))
    assert 'lang="en"' in text(english)
    assert 'lang="zh-Hans"' in text(chinese)
    assert "<script" not in text(english)
    assert len(english.content) < 10_000
    assert english.headers["X-Robots-Tag"].startswith("noindex")


def test_a_marketer_hangs_a_code_out_prints_it_and_takes_it_down(
    people: People, signed_in: Callable[[User], Client], merchant: object, stores: tuple[Store, Store]
) -> None:
    client = signed_in(people.marketer)
    made = client.post("/surveys/complaints/codes/hang-out/", {"store": stores[0].code})
    link = ComplaintLink.objects.get()
    assert made["Location"] == f"/surveys/complaints/codes/{link.pk}/"
    assert link.token in text(client.get(made["Location"]))
    assert text(client.get(f"{made['Location']}code.svg")).startswith("<?xml")
    client.post(f"{made['Location']}take-down/")
    assert client.get(f"/s/complaint/{link.token}/").status_code == 404
    assert str(stores[0]) in text(client.get("/surveys/complaints/codes/"))

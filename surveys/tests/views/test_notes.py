"""Interviews, competitors and the market as records: who writes them, how they are found, what a change leaves."""

from collections.abc import Callable

import pytest
from django.test import Client

from conftest import People
from members.models import AuditEntry, User
from surveys.models import Note, Theme

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("merchant")
HEARD = {
    "kind": "interview", "title": "Ms Wang", "text": "The turnip is too long", "business_date": "2026-05-04",
    "store": "", "member": "",
}  # fmt: skip


@pytest.fixture
def turnips(db: None) -> Theme:
    return Theme.objects.create(code="turnips", name_zh="萝卜", name_en="Turnips", words=["turnip"])


def test_a_note_finds_its_theme_and_is_found_by_it(turnips: Theme, people: People, signed_in: SignIn) -> None:
    marketer = signed_in(people.marketer)
    marketer.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert marketer.post("/surveys/notes/new/", HEARD).status_code == 302
    marketer.post("/surveys/notes/new/", {**HEARD, "kind": "market", "title": "Rents", "text": "Rents rise"})
    for address, titles in (
        ("/surveys/notes/", ["Rents", "Ms Wang"]), ("/surveys/notes/?theme=turnips", ["Ms Wang"]),
        ("/surveys/notes/?kind=market", ["Rents"]), ("/surveys/notes/?q=TURNIP", ["Ms Wang"]),
        ("/surveys/notes/?kind=competitor", []),
    ):  # fmt: skip
        found = marketer.get(address).context
        assert [row.cells[2].text for row in found["table"].rows] == titles
    assert marketer.get("/surveys/notes/").context["answer"] == "2 notes. They speak most of “Turnips” (1)."
    file = b"".join(marketer.get("/surveys/notes/csv/?theme=turnips").streaming_content).decode()
    assert "The turnip is too long" in file
    assert "Rents" not in file


def test_a_change_keeps_the_note_before(turnips: Theme, people: People, signed_in: SignIn) -> None:
    marketer = signed_in(people.marketer)
    marketer.post("/surveys/notes/new/", HEARD)
    old = Note.objects.get()
    marketer.post(f"/surveys/notes/{old.pk}/", {**HEARD, "text": "No turnip at all"})
    assert [note.text for note in Note.objects.filter(voided_at=None)] == ["No turnip at all"]
    assert marketer.get(f"/surveys/notes/{old.pk}/").status_code == 404
    marketer.post(f"/surveys/notes/{Note.objects.get(voided_at=None).pk}/take-back/")
    assert not Note.objects.filter(voided_at=None).exists()
    assert Note.objects.count() == 2
    verbs = AuditEntry.objects.filter(subject_type="note").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["write_note", "void_note", "write_note", "void_note"]


def test_a_manager_writes_of_the_own_store_and_reads_no_other(people: People, signed_in: SignIn) -> None:
    marketer, manager = signed_in(people.marketer), signed_in(people.manager)
    marketer.post("/surveys/notes/new/", HEARD)
    assert manager.get("/surveys/notes/").context["table"].rows == []
    assert manager.post("/surveys/notes/new/", HEARD).context["form"].errors["store"]
    assert manager.post("/surveys/notes/new/", {**HEARD, "store": people.manager.stores.get().pk}).status_code == 302
    assert len(manager.get("/surveys/notes/").context["table"].rows) == 1


@pytest.mark.parametrize(
    "change", [{"title": ""}, {"text": "x" * 8001}, {"business_date": "2999-01-01"}, {"member": "nobody"}]
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    people: People, signed_in: SignIn, change: dict[str, str]
) -> None:
    sent = signed_in(people.marketer).post("/surveys/notes/new/", {**HEARD, **change})
    assert sent.status_code == 422
    assert list(sent.context["form"].errors) == list(change)
    assert not Note.objects.exists()

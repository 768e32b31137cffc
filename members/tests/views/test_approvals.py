"""The page of what waits for a second person, from the member's page to the decision."""

import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from members.models import Approval, Export, Member
from members.tests.views.test_private_exports import download

ASKED = {"what": "hand_over_data", "ground": "asked", "reason": "She came by and asked for it."}


@pytest.fixture
def approval(clients: SimpleNamespace, shop: SimpleNamespace) -> Approval:
    assert "/ask/" in clients.manager.get(f"/members/{shop.wang.number}/").text
    answer = clients.manager.post(f"/members/id/{shop.wang.pk}/ask/", ASKED)
    made = Approval.objects.get()
    assert answer["Location"] == f"/approvals/{made.pk}/"
    return made


def test_it_waits_for_an_administrator_on_today_and_on_the_page(clients: SimpleNamespace, approval: Approval) -> None:
    assert "/approvals/" in [todo.link.url for todo in clients.admin.get("/").context["todos"]]
    assert [row["approval"] for row in clients.admin.get("/approvals/").context["rows"]] == [approval]
    mine = clients.manager.get("/approvals/")
    assert (mine.context["tab"], len(mine.context["rows"])) == ("asked", 1)
    assert len(clients.manager.get("/approvals/?tab=waiting").context["rows"]) == 0
    assert len(clients.admin.get("/approvals/?tab=decided").context["rows"]) == 0
    page = clients.admin.get(f"/approvals/{approval.pk}/")
    assert page.context["may_decide"]
    assert ASKED["reason"] in page.text


def test_a_yes_hands_the_file_to_who_asked_and_to_nobody_else(
    clients: SimpleNamespace, shop: SimpleNamespace, approval: Approval, work_off: Callable[[], int]
) -> None:
    url = f"/approvals/{approval.pk}/"
    assert clients.manager.post(f"{url}decide/", {"answer": "yes"}).status_code == 422, "not who asked"
    assert clients.admin.post(f"{url}decide/", {"answer": "yes"}).status_code == 302
    work_off()
    assert not clients.admin.get("/exports/").context["lines"]
    data = json.loads(download(clients.manager, Export.objects.get()))
    assert {row["value"] for row in data["identifiers"]} == {"+8613812341111", "wang@example.com"}
    assert clients.admin.post(f"{url}decide/", {"answer": "no", "note": "late"}).status_code == 422
    assert len(clients.manager.get("/approvals/?tab=decided").context["rows"]) == 1


def test_a_no_needs_a_word(clients: SimpleNamespace, shop: SimpleNamespace, approval: Approval) -> None:
    url = f"/approvals/{approval.pk}/"
    assert clients.admin.post(f"{url}decide/", {"answer": "no"}).status_code == 422
    assert clients.admin.post(f"{url}decide/", {"answer": "no", "note": "Ask for her card first."}).status_code == 302
    assert "Ask for her card first." in clients.manager.get(url).text
    assert clients.manager.post(f"{url}withdraw/").status_code == 302
    assert Approval.objects.get().state == "declined"


def test_a_request_can_be_taken_back_by_who_made_it(clients: SimpleNamespace, approval: Approval) -> None:
    url = f"/approvals/{approval.pk}/"
    assert clients.admin.post(f"{url}withdraw/").status_code == 404
    clients.manager.post(f"{url}withdraw/")
    assert Approval.objects.get().state == "withdrawn"
    assert clients.admin.post(f"{url}decide/", {"answer": "yes"}).status_code == 422


def test_the_page_of_an_erased_person_names_nobody(
    clients: SimpleNamespace, shop: SimpleNamespace, approval: Approval
) -> None:
    clients.manager.post(f"/members/id/{shop.wang.pk}/ask/", {**ASKED, "what": "erase_member"})
    erase = Approval.objects.get(kind="erase_member")
    page = clients.admin.get(f"/approvals/{erase.pk}/").text
    assert "Wang" in page
    clients.admin.post(f"/approvals/{erase.pk}/decide/", {"answer": "yes", "note": "Wang agreed"})
    assert Member.objects.get(pk=shop.wang.pk).erased_at
    for one in (erase, approval):
        page = clients.admin.get(f"/approvals/{one.pk}/").text
        assert "Wang" not in page
        assert ASKED["reason"] not in page


def test_others_neither_see_nor_ask(clients: SimpleNamespace, shop: SimpleNamespace, approval: Approval) -> None:
    for client in (clients.clerk, clients.analyst):
        assert client.get("/approvals/").status_code == 403
        assert client.post(f"/members/id/{shop.wang.pk}/ask/", ASKED).status_code == 403
    assert clients.marketer.get(f"/approvals/{approval.pk}/").status_code == 404  # a marketer asks for other things
    assert clients.marketer.post(f"/members/id/{shop.wang.pk}/ask/", ASKED).status_code == 403
    assert clients.stranger.get(f"/approvals/{approval.pk}/").status_code == 404
    assert clients.stranger.post(f"/members/id/{shop.wang.pk}/ask/", ASKED).status_code == 404

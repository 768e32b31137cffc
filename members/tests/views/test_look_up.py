"""The look-up at the counter: one member by an exact identifier, and no more than a masked name and the number."""

from types import SimpleNamespace

import pytest


@pytest.mark.parametrize("text", ["13812343333", "+86 138 1234 3333", "M3", "m3"])
def test_a_clerk_finds_any_member_by_exact_identifier_masked(
    clients: SimpleNamespace, shop: SimpleNamespace, text: str
) -> None:
    answer = clients.clerk.post("/members/look-up/", {"identifier": text})
    assert answer.context["cards"] == [{"name": "Z**", "number": "M3", "url": ""}]
    assert "Zhao" not in answer.content.decode()


@pytest.mark.parametrize("text", ["3333", "1381234333", "Zhao", "M", "%", "c-222"])
def test_a_part_finds_nobody_and_says_so(clients: SimpleNamespace, shop: SimpleNamespace, text: str) -> None:
    answer = clients.clerk.post("/members/look-up/", {"identifier": text}, headers={"accept-language": "en"})
    assert answer.context["cards"] == []
    assert "No member has this number." in answer.content.decode()


def test_a_card_number_finds_its_owner(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    answer = clients.clerk.post("/members/look-up/", {"identifier": "C-2222"})
    assert [card["number"] for card in answer.context["cards"]] == ["M2"]


def test_a_manager_may_go_on_to_own_members_only(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    urls = {
        text: clients.manager.post("/members/look-up/", {"identifier": text}).context["cards"][0]["url"]
        for text in ("M1", "M3")
    }
    assert urls == {"M1": "/members/M1/", "M3": ""}


def test_nothing_typed_is_asked_for_again(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    answer = clients.clerk.post("/members/look-up/", {"identifier": " "})
    assert answer.context["form"].errors


def test_an_analyst_looks_up_nobody(clients: SimpleNamespace) -> None:
    assert clients.analyst.get("/members/look-up/").status_code == 403

from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict

from members.lib.trail import Trail, trail_in


def test_a_place_survives_its_address() -> None:
    place = Trail("from=kpi&cell=2026-05&sort=-net", 3, 7)
    address = place.on("/members/M1/")
    assert trail_in(QueryDict(urlsplit(address).query)) == place


@pytest.mark.parametrize(
    "query",
    [
        "",
        "at=1&of=2",
        "list=&at=0&of=2",
        "list=&at=3&of=2",
        "list=&at=x&of=2",
        "list=&at=1&of=9999999999",
        "list=&at=1",
    ],
)
def test_an_address_that_names_no_possible_place_names_none(query: str) -> None:
    assert trail_in(QueryDict(query)) is None


def test_the_ends_of_a_list_lead_no_further() -> None:
    assert (Trail("", 1, 1).previous_url, Trail("", 1, 1).next_url) == ("", "")
    middle = Trail("q=a", 2, 3)
    steps = [parse_qs(urlsplit(url).query)["at"] for url in (middle.previous_url, middle.next_url)]
    assert steps == [["1"], ["3"]]


def test_back_goes_to_the_page_of_the_list_with_this_place() -> None:
    assert Trail("", 50, 60).back_url == "/members/"
    assert Trail("q=a", 51, 60).back_url == "/members/?q=a&page=2"

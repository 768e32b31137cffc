"""Whatever the pages of members are asked with, the answer is a page or a refusal, and never an error of ours."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from conftest import People
from loyalty_site.tests.sentinels import Shop
from loyalty_site.tests.test_access_matrix import TABLE
from members.models import User

RUBBISH = ("x", "-1", "9" * 30, "9" * 5_000, "a\x00b", "<'\"%&;²é", "2026-02-30..", ":::,")
ASKED = (
    "q", "page", "sort", "cols", "home", "joined_after", "joined_before", "lacks", "segment", "tag", "day_after", "at",
    "via", "status", "buyer", "cell", "set", "range", "store", "channel", "by", "as_of", "list", "of", "show", "header",
    "start", "end", "cmp", "align", "next", "state", "template", "reason",
)  # fmt: skip
SENT = (
    "name", "list", "whom", "member", "do", "kind", "key", "size", "next", "metric", "sales-value", "sales-valid_from",
    "identifier", "phone", "reason", "from_date", "to_date", "keep", "q",
)  # fmt: skip


@pytest.fixture
def shop(people: People, signed_in: Callable[[User], Client]) -> Shop:
    return Shop.open(people, signed_in(people.marketer))


def addresses(shop: Shop, method: str) -> Iterator[str]:
    """Of the pages of members, of Today and of the search; imports have tests of their own."""
    for name, row in TABLE.items():
        is_ours = name in {"today", "search"} or (name.startswith("members:") and "import" not in name)
        if is_ours and method in row.methods:
            yield reverse(name, kwargs={param: shop.own[key] for param, key in row.kwargs.items()})


def status(answer: Any) -> int:
    """A file is read to its end: an error may come late."""
    if answer.streaming:
        b"".join(answer.streaming_content)
    return int(answer.status_code)


@pytest.mark.parametrize("value", RUBBISH, ids=range(len(RUBBISH)))
def test_rubbish_is_a_page_or_a_refusal(
    shop: Shop, people: People, signed_in: Callable[[User], Client], value: str
) -> None:
    client = signed_in(people.admin)
    every = [(name, value) for name in ASKED]
    queries = [
        every,
        [("from", value)],
        [("from", "kpi"), ("cell", "2026-05"), ("set", "active"), ("store", value), ("page", value), ("page", "1")],
        [("list", urlencode(every)), ("at", "1"), ("of", "1")],
    ]
    for path in addresses(shop, "GET"):
        for query in queries:
            assert status(client.get(f"{path}?{urlencode(query)}")) < 500, path
    for path in addresses(shop, "POST"):
        assert status(client.post(path, dict.fromkeys(SENT, value))) < 500, path
        named = {"name": f"n{value}"[:20], "list": urlencode({"q": value, "tag": value}), "whom": "all"}
        assert status(client.post(path, named)) < 500, path


@pytest.mark.parametrize("number", ["a%00b", "9" * 400, "%EF%BF%BD"])
def test_a_member_number_that_cannot_be_names_nobody(
    people: People, signed_in: Callable[[User], Client], number: str
) -> None:
    assert signed_in(people.admin).get(f"/members/{number}/").status_code in {400, 404}

"""The order list: which orders each reader finds, guests among them, and the file beside it."""

import csv
import io
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from members.lib import registry
from members.lib.registry import Audience
from members.tests.counter import order


def numbers(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/members/orders/{query}")
    assert answer.status_code == 200
    return [row.cells[0].text for row in answer.context["rows"]]


def test_head_office_finds_all_newest_first(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    assert numbers(clients.marketer) == ["A3", "A2", "G1", "C1", "B2", "B1", "A1"]


def test_a_manager_finds_those_of_the_store_and_the_stranger_the_others(
    clients: SimpleNamespace, shop: SimpleNamespace
) -> None:
    assert numbers(clients.manager) == ["A3", "A2", "G1", "B1", "A1"]
    assert numbers(clients.stranger) == ["C1", "B2"]


@pytest.mark.parametrize("who", ["clerk", "analyst"])
def test_clerks_and_analysts_have_no_lists(clients: SimpleNamespace, who: str) -> None:
    assert getattr(clients, who).get("/members/orders/").status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?buyer=guest", ["G1"]), ("?status=cancelled", ["A3"]), ("?status=cancelled&status=paid&at=S2", ["C1", "B2"]),
        ("?day_after=2026-05-02&day_before=2026-05-04", ["C1", "B2", "B1"]), ("?q=a", ["A3", "A2", "A1"]),
        ("?q=m2", ["B2", "B1"]), ("?via=till&sort=amount&buyer=member&q=A", ["A2", "A1", "A3"]), ("?via=no", None),
    ],
)  # fmt: skip
def test_narrowed_by(clients: SimpleNamespace, shop: SimpleNamespace, query: str, found: list[str] | None) -> None:
    assert numbers(clients.marketer, query) == (found or numbers(clients.marketer))


def test_a_voided_version_is_not_on_the_list(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    order("A1", shop.here, shop.wang, voided=True)
    assert numbers(clients.marketer, "?q=A1") == ["A1"]


def test_what_was_refunded_stands_beside_the_amount(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    [row] = clients.manager.get("/members/orders/?q=A1").context["rows"]
    assert [cell.value for cell in row.cells[-2:]] == ["20.0000", "5.5000"]


def test_the_time_is_that_of_the_store(clients: SimpleNamespace, shop: SimpleNamespace) -> None:
    [row] = clients.manager.get("/members/orders/?q=A1").context["rows"]
    assert row.cells[1].value == "2026-05-01T20:00:00+08:00"


@pytest.fixture
def behind(shop: SimpleNamespace) -> Iterator[None]:
    def some(actor: Any, params: Any) -> Audience:
        return Audience("orders", [shop.orders[key].pk for key in ("A1", "G1", "C1")], "Orders of a day")

    registry.audiences["test"] = some
    yield
    registry.audiences.pop("test")


def test_the_orders_behind_a_number_that_the_reader_may_see(clients: SimpleNamespace, behind: None) -> None:
    assert numbers(clients.marketer, "?from=test") == ["G1", "C1", "A1"]
    assert numbers(clients.manager, "?from=test") == ["G1", "A1"]


def test_a_number_of_members_opens_members(clients: SimpleNamespace, behind: None) -> None:
    registry.audiences["test"] = lambda actor, params: Audience("members", [], "People")
    assert clients.manager.get("/members/orders/?from=test")["Location"] == "/members/?from=test"


def test_the_file_equals_the_screen(clients: SimpleNamespace, behind: None) -> None:
    answer = clients.manager.get("/members/orders/orders.csv?from=test&cell=1&header=key")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    assert [(row["number"], row["member"], row["revenue"], row["refunded"]) for row in found] == [
        ("G1", "", "10.00", "0.00"), ("A1", "M1", "20.00", "5.50"),
    ]  # fmt: skip
    assert "orders_test_1_" in answer["Content-Disposition"]

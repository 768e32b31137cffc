"""The report of weekdays and hours: its picture, the lists behind it, and what it keeps from whom."""

from collections.abc import Callable

import pytest
from django.test import Client

from analytics.services.publish import publish
from analytics.tests import pages
from analytics.tests.shopkeeper import Shop
from analytics.tests.views.test_linked_numbers import assert_opens
from conftest import People
from members.models import Merchant

SignIn = Callable[..., Client]
URL = "/analytics/reports/hour-weekday/"
PICTURE = "客人什么时候来？"


@pytest.fixture
def shop(merchant: Merchant, people: People) -> Shop:
    """S1: six members on a Monday at 9, one of them on a Tuesday at 11; S2: a guest on a Tuesday at 10."""
    shop = Shop()
    for number in range(6):
        shop.sell(f"m{number}", "2026-03-02", at="2026-03-02T01:30:00+00:00")
    shop.sell("m0", "2026-03-03", "5", at="2026-03-03T03:00:00+00:00")
    shop.sell(None, "2026-03-03", "7", store=2, at="2026-03-03T02:59:59+00:00")
    publish()
    return shop


def picture(client: Client, filters: str = "") -> list[list[str]]:
    (found,) = (table for table in pages.read(client, f"{URL}?{filters}").tables if table.caption == PICTURE)
    return [[cell.text.strip() for cell in row] for row in found.rows]


def counts(client: Client, filters: str = "") -> dict[tuple[str, str], tuple[str, str]]:
    """orders and gross by weekday and hour, as the file has them, without the zeros."""
    _head, *rows = pages.download(client, f"/analytics/reports/hour-weekday.csv?header=key&{filters}")
    assert len(rows) == 168
    return {(row[0], row[1]): (row[2], row[3]) for row in rows if row[2] != "0"}


def test_the_first_line_says_when_most_come_and_the_picture_has_the_hours_that_occur(
    shop: Shop, people: People, signed_in: SignIn
) -> None:
    client = signed_in(people.admin)
    assert "下单最多的是星期一 9:00–9:59：6 笔，占所列订单的 75.0%" in pages.read(client, URL).text
    monday, tuesday, *others = picture(client)
    assert (monday, tuesday) == (["星期一", "6", "", ""], ["星期二", "", "1", "1"])
    assert {tuple(row[1:]) for row in others} == {("", "", "")}


def test_every_cell_opens_its_orders(shop: Shop, people: People, signed_in: SignIn) -> None:
    client = signed_in(people.admin)
    (found,) = (table for table in pages.read(client, URL).tables if table.caption == PICTURE)
    cells = [cell for row in found.rows for cell in row if cell.href]
    assert [cell.value for cell in cells] == ["6", "1", "1"]
    for cell in cells:
        assert_opens(client, cell.href, int(cell.value))


def test_the_file_has_every_cell(shop: Shop, people: People, signed_in: SignIn) -> None:
    assert counts(signed_in(people.admin)) == {
        ("0", "9"): ("6", "60.00"),
        ("1", "10"): ("1", "7.00"),
        ("1", "11"): ("1", "5.00"),
    }


def test_a_store_manager_sees_the_own_store(shop: Shop, people: People, signed_in: SignIn) -> None:
    assert set(counts(signed_in(people.manager))) == {("0", "9"), ("1", "11")}


def test_an_analyst_sees_no_cell_of_few_people_and_none_from_which_it_follows(
    shop: Shop, people: People, signed_in: SignIn
) -> None:
    """The few of two cells are withheld, and the next bigger cell too: the total would tell of them, whatever they add
    up to, as the same people stand in both."""
    client = signed_in(people.analyst)
    assert set(counts(client).values()) == {("", "")}
    assert not [cell for row in pages.read(client, URL).tables for cell in row.links()]
    assert "太少" in pages.read(client, URL).text
    for number in range(4):
        shop.sell(None, "2026-03-03", store=2, at="2026-03-03T02:59:59+00:00")
        shop.sell(f"m{number}", "2026-03-04", at="2026-03-04T01:30:00+00:00")
    publish()
    kept = {("1", "11"): ("", ""), ("2", "9"): ("", ""), ("1", "10"): ("", "")}
    assert counts(client) == kept | {("0", "9"): ("6", "60.00")}


def test_one_member_who_comes_often_is_no_group(shop: Shop, people: People, signed_in: SignIn) -> None:
    for _time in range(9):
        shop.sell("m0", "2026-03-06", at="2026-03-06T01:30:00+00:00")
    publish()
    assert counts(signed_in(people.analyst))["4", "9"] == ("", "")


def test_told_apart_by_store_or_without_orders_there_is_no_picture(
    shop: Shop, people: People, signed_in: SignIn
) -> None:
    client = signed_in(people.admin)
    for filters in ("group=store", "channel=app"):
        assert PICTURE not in pages.read(client, f"{URL}?{filters}").text

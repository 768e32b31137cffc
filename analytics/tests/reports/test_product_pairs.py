"""What members bought second, by what they bought first: as each reader sees it, and the people behind it."""

from collections.abc import Callable

import pytest
from django.test import Client

from analytics.reports import report as reports
from analytics.reports.query import parse
from analytics.services.publish import publish
from analytics.tests import pages
from analytics.tests.shopkeeper import Shop
from conftest import People
from members.lib import clock
from members.lib.actor import Actor, system
from members.lib.roles import Role
from members.models import Merchant, Order, OrderLine, User

SLUG = "first-to-second-product"
URL = f"/analytics/reports/{SLUG}/?range=all"
ANALYST = Actor(kind="user", name="analyst", role=Role.ANALYST, store_ids=None)


@pytest.fixture
def shop(merchant: Merchant, people: People) -> Shop:
    """Twelve began with tea:1; six of them, and six who began with a pot, then bought a cup, and six of tea a pot."""
    shop = Shop()
    for number in range(12):
        shop.sell(f"t{number}", "2026-01-05", goods="tea:1")
        shop.sell(f"t{number}", "2026-02-05", store=2, goods="cup" if number < 6 else "pot")
    for number in range(6):
        shop.sell(f"p{number}", "2026-01-20", store=2, goods="pot")
        shop.sell(f"p{number}", "2026-02-20", goods="cup")
    publish()
    return shop


def rows(actor: Actor | None = None, **given: str) -> list[dict[str, str]]:
    asked = parse(reports.get(SLUG).choices, {name: [value] for name, value in given.items()})
    return reports.frame(SLUG, actor or system("test"), asked).rows()


def told(*keys: str, actor: Actor | None = None, **given: str) -> list[tuple[str, ...]]:
    return [tuple(row[key] for key in keys) for row in rows(actor, **given)]


def test_pairs_by_their_codes(shop: Shop) -> None:
    assert told("first", "second", "members", "first_members", "share", "lift") == [
        ("pot", "cup", "6", "6", "1", "1.50000000"),
        ("tea:1", "cup", "6", "12", "0.5", "0.75000000"),
        ("tea:1", "pot", "6", "12", "0.5", "1.50000000"),
    ]


def test_the_days_and_places_are_those_of_the_first_purchase(shop: Shop) -> None:
    assert told("first", "second", **{"from": "2026-01-06"}) == [("pot", "cup")]
    assert told("first", "second", store="S1") == [("tea:1", "cup"), ("tea:1", "pot")]
    assert told("store", "first", "second", group="store")[-1] == ("S2", "pot", "cup")


def test_who_may_not_see_small_groups_is_not_told_of_the_few_who_did_otherwise(shop: Shop) -> None:
    """All who began with a pot bought a cup, and all who then bought a pot began with tea: both stand last, empty."""
    assert told("first", "second", "members", "lift", actor=ANALYST) == [
        ("tea:1", "cup", "6", "0.75000000"),
        ("pot", "cup", "", ""),
        ("tea:1", "pot", "", ""),
    ]


def test_a_new_version_of_an_order_and_a_past_moment(shop: Shop) -> None:
    """What the first versions held is still told of the moment in which they were all that was known."""
    moment, before = clock.now(), rows()
    for order in Order.objects.filter(member__number__in=("t0", "t1"), business_date="2026-02-05"):
        shop.void(order)
        shop.sell(str(order.member), "2026-02-05", store=2, goods="pot")
    publish()
    assert ("tea:1", "pot", "8") in told("first", "second", "members")
    assert rows(known_at=moment.isoformat()) == before


def test_fees_gift_cards_and_unknown_goods_are_no_products(shop: Shop) -> None:
    OrderLine.objects.filter(product__sku="cup").update(kind=OrderLine.Kind.FEE)
    OrderLine.objects.filter(product__sku="pot").update(kind=OrderLine.Kind.GIFT_CARD)
    OrderLine.objects.filter(product__sku="tea:1").update(product=None)
    shop.sell(None, "2026-01-01")
    shop.sell(None, "2026-02-01")
    publish()
    assert rows() == []


def test_the_page_names_the_products_and_opens_the_members(
    shop: Shop, people: People, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(people.admin)
    (table,) = pages.read(client, URL).tables
    assert [[cell.text.strip() for cell in row[:2]] for row in table.rows][1] == ["TEA:1", "CUP"]
    for cell in table.links():
        assert f'id="count">{cell.value} ' in client.get(cell.href).content.decode()
    assert len(table.links()) == 6
    assert "TEA:1" in client.get(table.rows[1][2].href).content.decode()


def test_a_cell_that_names_no_products_is_refused_in_words(
    shop: Shop, people: People, signed_in: Callable[[User], Client]
) -> None:
    for cell in ("tea:cup", "tea", "", ":"):
        page = signed_in(people.admin).get(f"/members/?from={SLUG}&cell={cell}&set=members")
        assert page.status_code < 500
        assert 'id="count">' not in page.content.decode()


def test_an_analyst_reads_the_page_without_links(
    shop: Shop, people: People, signed_in: Callable[[User], Client]
) -> None:
    (table,) = pages.read(signed_in(people.analyst), URL).tables
    assert not table.links()
    assert [row[2].value for row in table.rows] == ["6", "", ""]


def test_a_long_page_is_turned_and_its_file_is_whole(
    shop: Shop, people: People, signed_in: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.views.reports.PER_PAGE", 2)
    client = signed_in(people.admin)
    shown = [pages.read(client, f"{URL}&page={page}").tables[0].values() for page in (1, 2)]
    assert [len(rows) for rows in shown] == [2, 1]
    file = pages.download(client, f"/analytics/reports/{SLUG}.csv?range=all&header=key")
    assert file[1:] == [*shown[0], *shown[1]]

"""How satisfaction moves, on Today: months beside each other, of the stores of who looks."""

from collections.abc import Callable

from django.test import Client

from analytics.services.publish import publish
from analytics.tests import pages
from analytics.tests.listening import Listening
from analytics.tests.shopkeeper import Shop
from conftest import People
from members.models import User

SignIn = Callable[[User], Client]


def test_the_months_stand_beside_each_other_for_the_own_stores(
    merchant: object, stores: object, people: People, signed_in: SignIn
) -> None:
    shop = Shop()
    shop.sell("a", "2026-04-01")
    shop.sell("b", "2026-05-30", store=2)
    told = Listening()
    for date, times in (("2025-03-10", 9), ("2026-04-10", 7), ("2026-05-10", 5)):
        for _time in range(times):
            told.tell(10, date, store=shop.stores[0])
    told.tell(0, "2026-05-11", store=shop.stores[1])
    publish()
    for who, counts in ((people.admin, ["7", "6"]), (people.manager, ["7", "5"])):
        client = signed_in(who)
        card = client.get("/?range=7d").context["satisfaction"]
        assert [row.cells[1].value for row in card.table.rows] == counts
        assert pages.download(client, card.csv_url)[1][1] == counts[0]


def test_one_month_is_no_line(merchant: object, stores: object, people: People, signed_in: SignIn) -> None:
    shop = Shop()
    shop.sell("a", "2026-05-30")
    Listening().tell(10, "2026-05-10", store=shop.stores[0])
    publish()
    assert signed_in(people.admin).get("/").context["satisfaction"] is None

"""How many bought again and again, and what of it is kept from those who may not see small groups."""

import datetime as dt

from analytics.reports import report as reports
from analytics.reports.query import parse
from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from members.lib.actor import Actor, system
from members.lib.roles import Role

ANALYST = Actor(kind="user", name="analyst", role=Role.ANALYST, store_ids=None)
FIRST = dt.date(2026, 1, 1)


def rows(stopped: dict[int, int], actor: Actor) -> dict[str, dict[str, str]]:
    """The report on a shop where so many members stopped after so many purchases, ten days apart."""
    shop = Shop()
    for places, people in stopped.items():
        for person in range(people):
            for place in range(places):
                shop.sell(f"{places}-{person}", str(FIRST + dt.timedelta(days=10 * place)))
    shop.sell("last", "2026-03-31")
    publish()
    found = reports.frame("repurchase-interval", actor, parse(reports.get("repurchase-interval").choices, {}))
    return {row["order_index"]: row for row in found.rows()}


def test_a_row_of_few_is_not_told_by_the_difference_to_the_next(db: None) -> None:
    stopped = {1: 9, 2: 3, 3: 8, 4: 9}
    assert [row["n"] for row in rows(stopped, system("test")).values()] == ["30", "20", "17", "9"]
    told = rows(stopped, ANALYST)
    assert [row["n"] for row in told.values()] == ["30", "20", "", ""]
    assert [bool(row["never"]) for row in told.values()] == [True, False, False, False]  # 8 of 17 would tell the 17
    assert [row["median"] for row in told.values()] == ["10", "", "10", ""]


def test_rows_of_many_are_told(db: None) -> None:
    told = rows({1: 9, 2: 8, 3: 8}, ANALYST)
    assert [row["n"] for row in told.values()] == ["26", "16", "8"]
    assert [bool(row["never"]) for row in told.values()] == [True, True, False]

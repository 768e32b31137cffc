"""Curves of few people are withheld from those who may not see them."""

from analytics.reports import report as reports
from analytics.reports.query import parse
from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from members.lib.actor import Actor, system
from members.lib.roles import Role


def test_an_analyst_is_not_told_how_few_newcomers_there_were(db: None) -> None:
    shop = Shop()
    for number in range(3):
        shop.sell(f"few{number}", "2026-01-05", store=2)
    for number in range(6):
        shop.sell(f"m{number}", "2026-01-05", store=1)
    shop.sell("last", "2026-03-31", store=1)
    publish()
    report = reports.get("retention-curves")
    analyst = Actor(kind="user", name="analyst", role=Role.ANALYST, store_ids=None)
    for actor, store, told in ((system("test"), "S2", "3"), (analyst, "S2", ""), (analyst, "S1", "6")):
        rows = reports.frame("retention-curves", actor, parse(report.choices, {"store": [store]})).rows()
        assert {row["members"] for row in rows if row["group"] == "recent"} == {told}

"""A report told apart by store or channel says of each what the filter on it says."""

import pytest

from analytics.reports import report as reports
from analytics.reports.query import BadParameter, parse
from analytics.reports.report import Result
from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from members.lib.actor import Actor, system
from members.lib.roles import Role

GROUPED = [found.slug for found in reports.every() if found.choices.groups]


@pytest.fixture
def shop(db: None) -> Shop:
    """S1: seven first bought in January, six of them came back in February; S2: one member, who did not."""
    shop = Shop()
    for number in range(7):
        shop.sell(f"m{number}", "2026-01-05", store=1, channel=1 + number % 2)
    for number in range(6):
        shop.sell(f"m{number}", "2026-02-05", store=1 + number % 2)
    shop.sell("elsewhere", "2026-01-06", "500", store=2)
    publish()
    return shop


def asked(slug: str, actor: Actor, **given: str) -> Result:
    return reports.frame(slug, actor, parse(reports.get(slug).choices, {name: [text] for name, text in given.items()}))


@pytest.mark.parametrize(("group", "codes"), [("store", ["S1", "S2"]), ("channel", ["app", "counter"])])
def test_each_group_says_what_its_filter_says(shop: Shop, group: str, codes: list[str]) -> None:
    for slug in GROUPED:
        told_apart = asked(slug, system("test"), group=group)
        assert told_apart.columns[0].key == group
        alone = [{group: code} | row for code in codes for row in asked(slug, system("test"), **{group: code}).rows()]
        assert told_apart.rows() == alone, slug


def test_nobody_is_told_of_a_store_of_others(shop: Shop) -> None:
    manager = Actor(kind="user", name="manager", role=Role.MANAGER, store_ids=frozenset({shop.stores[0].pk}))
    assert {row["store"] for row in asked("kpi", manager, group="store").rows()} == {"S1"}


def test_who_has_no_store_is_told_of_none(shop: Shop) -> None:
    manager = Actor(kind="user", name="manager", role=Role.MANAGER, store_ids=frozenset())
    assert [slug for slug in GROUPED if asked(slug, manager, group="store").rows()] == []


def test_a_small_group_is_withheld_from_an_analyst(shop: Shop) -> None:
    analyst = Actor(kind="user", name="analyst", role=Role.ANALYST, store_ids=None)
    told = {(row["store"], row["period"]): row["active_members"] for row in asked("kpi", analyst, group="store").rows()}
    assert told[("S1", "2026-01")] == "7"
    assert told[("S2", "2026-01")] == ""


def test_what_has_no_groups_refuses_them() -> None:
    with pytest.raises(BadParameter, match="group"):
        parse(reports.get("retention-gap").choices, {"group": ["store"]})

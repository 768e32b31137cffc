"""The figures on top of Today, held against earlier days."""

import datetime as dt
from dataclasses import replace

from analytics.reports import headline
from analytics.reports.headline import Against, share_change
from analytics.reports.query import Query, parse
from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from analytics.views.comparing import CHOICES
from members.lib.actor import system
from members.lib.roles import Role

SOMEBODY = system("test")


def days(first: str, last: str, cmp: str = "prev") -> Query:
    plain = parse(CHOICES, {"cmp": [cmp]})
    return replace(plain, date_from=dt.date.fromisoformat(first), date_to=dt.date.fromisoformat(last))


def test_in_a_young_shop_the_days_still_lie_under_each_other(db: None) -> None:
    """Data begins within the days before: those before it are zeros, so that Mondays stay under Mondays."""
    shop = Shop()
    for day in range(10, 29):
        shop.sell("a", f"2026-01-{day}", str(day))
    publish()
    found = headline.headline(SOMEBODY, days("2026-01-15", "2026-01-28"))
    assert found.days_before is not None
    pairs = list(zip(found.days["period"], found.days_before["period"], strict=True))
    assert pairs[0] == ("2026-01-15", "2026-01-01")
    assert pairs[-1] == ("2026-01-28", "2026-01-14")
    assert found.changes["gross"] == found.changes["guest_share"] == Against(why="partial")
    assert list(found.days_before["orders"]) == [0] * 9 + [1] * 5
    assert len(found.days) == 14


def test_before_all_data_there_is_nothing_to_compare_with(db: None) -> None:
    Shop().sell("a", "2026-01-28")
    publish()
    found = headline.headline(SOMEBODY, days("2026-01-15", "2026-01-28"))
    assert {found.changes[figure] for figure in ("gross", "active_members", "new_members")} == {Against(why="partial")}
    assert found.days_before is not None
    assert list(found.days_before["gross"]) == [0] * 14


def test_what_an_analyst_may_not_see_makes_no_change(db: None) -> None:
    shop = Shop()
    for day in range(1, 29):
        shop.sell("a", f"2026-01-{day:02}")
    publish()
    found = headline.headline(replace(SOMEBODY, role=Role.ANALYST), days("2026-01-15", "2026-01-28"))
    assert found.changes["active_members"] == found.changes["gross"] == Against()


def test_compared_with_nothing_there_is_no_change(db: None) -> None:
    Shop().sell("a", "2026-01-28")
    publish()
    found = headline.headline(SOMEBODY, days("2026-01-15", "2026-01-28", "none"))
    assert found.changes == {}
    assert found.days_before is None


def test_shares_are_clear_only_beyond_chance() -> None:
    assert share_change(12, 40, 10, 40).clear is False
    assert share_change(300, 1000, 200, 1000).clear is True
    assert share_change(1, 2, 0, 0) == Against()

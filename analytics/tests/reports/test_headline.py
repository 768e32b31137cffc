"""The figures on top of Today, held against the same weekdays before."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from analytics.reports import headline
from analytics.reports import report as reports
from analytics.reports.headline import Against, count_change, money_change, share_change, shifted
from analytics.reports.query import Query, parse
from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from members.lib.actor import system
from members.lib.roles import Role

SOMEBODY = system("test")


def days(first: str, last: str) -> Query:
    plain = parse(reports.get("kpi").choices, {})
    return replace(plain, date_from=dt.date.fromisoformat(first), date_to=dt.date.fromisoformat(last))


@pytest.mark.parametrize(("last", "before"), [("2026-01-07", "2025-12-25"), ("2026-01-30", "2025-11-27")])
def test_the_period_before_begins_on_the_same_weekday(last: str, before: str) -> None:
    query = days("2026-01-01", last)
    earlier = shifted(query)
    assert str(earlier.date_from) == before
    assert earlier.date_from is not None
    assert query.date_from is not None
    assert earlier.date_from.weekday() == query.date_from.weekday()
    assert earlier.date_to is not None
    assert earlier.date_to < query.date_from


def test_in_a_young_shop_the_days_still_lie_under_each_other(db: None) -> None:
    """Data begins within the days before: those before it are zeros, so that Mondays stay under Mondays."""
    shop = Shop()
    for day in range(10, 29):
        shop.sell("a", f"2026-01-{day}", str(day))
    publish()
    found = headline.headline(SOMEBODY, days("2026-01-15", "2026-01-28"))
    pairs = list(zip(found.days["period"], found.days_before["period"], strict=True))
    assert pairs[0] == ("2026-01-15", "2026-01-01")
    assert pairs[-1] == ("2026-01-28", "2026-01-14")
    assert list(found.days_before["orders"]) == [0] * 9 + [1] * 5
    assert len(found.days) == 14


def test_before_all_data_there_is_nothing_to_compare_with(db: None) -> None:
    Shop().sell("a", "2026-01-28")
    publish()
    found = headline.headline(SOMEBODY, days("2026-01-15", "2026-01-28"))
    assert found.sales == found.active == found.new == Against(None, clear=False)
    assert list(found.days_before["gross"]) == [0] * 14


def test_what_an_analyst_may_not_see_makes_no_change(db: None) -> None:
    shop = Shop()
    for day in range(1, 29):
        shop.sell("a", f"2026-01-{day:02}")
    publish()
    found = headline.headline(replace(SOMEBODY, role=Role.ANALYST), days("2026-01-15", "2026-01-28"))
    assert found.active == found.sales == Against(None, clear=False)


def test_money_is_compared_day_by_day() -> None:
    steady, double = pd.Series([100, 110, 90, 100, 105, 95, 100]), pd.Series([200, 210, 190, 200, 205, 195, 200])
    assert money_change(double, steady) == Against(1.0, clear=True)
    assert money_change(steady, steady) == Against(0.0, clear=False)
    assert money_change(double.head(6), steady.head(6)) == Against(1.0, clear=False)


def test_counts_and_shares_are_clear_only_beyond_chance() -> None:
    assert count_change(120, 100) == Against(0.2, clear=False)
    assert count_change(1200, 1000) == Against(0.2, clear=True)
    assert share_change(12, 40, 10, 40).clear is False
    assert share_change(300, 1000, 200, 1000).clear is True
    assert share_change(1, 2, 0, 0) == Against(None, clear=False)

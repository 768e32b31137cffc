"""Which earlier days a period is held against."""

import datetime as dt
from dataclasses import replace

import pytest

from analytics.reports import compared
from analytics.reports.query import Choices, parse
from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop


def earlier(first: str, last: str, **options: str) -> tuple[str, str]:
    query = parse(Choices(options=compared.OPTIONS), {name: [value] for name, value in options.items()})
    dated = replace(query, date_from=dt.date.fromisoformat(first), date_to=dt.date.fromisoformat(last))
    begin, end = compared.dates(compared.earlier(dated))
    assert end < dt.date.fromisoformat(first)
    assert (end - begin).days == (dated.date_to - dated.date_from).days or options.get("align") == "date"  # type: ignore[operator]
    return str(begin), str(end)


@pytest.mark.parametrize(("last", "before"), [("2026-01-07", "2025-12-25"), ("2026-01-30", "2025-11-27")])
def test_the_days_before_begin_on_the_same_weekday(last: str, before: str) -> None:
    found, _end = earlier("2026-01-01", last)
    assert found == before
    assert dt.date.fromisoformat(found).weekday() == dt.date(2026, 1, 1).weekday()


def test_by_date_they_are_those_just_before() -> None:
    assert earlier("2026-03-01", "2026-03-10", align="date") == ("2026-02-19", "2026-02-28")


def test_last_year_is_52_weeks_ago_or_the_same_dates() -> None:
    assert earlier("2026-03-02", "2026-03-08", cmp="yoy") == ("2025-03-03", "2025-03-09")
    assert earlier("2024-02-29", "2024-03-05", cmp="yoy", align="date") == ("2023-02-28", "2023-03-05")


def test_last_year_is_there_only_when_all_its_days_are(db: None) -> None:
    shop = Shop()
    shop.sell("a", "2025-03-03")
    shop.sell("a", "2026-03-08")
    publish()
    query = parse(Choices(options=compared.OPTIONS), {})
    week = replace(query, date_from=dt.date(2026, 3, 2), date_to=dt.date(2026, 3, 8))
    assert compared.has_last_year(week)
    assert not compared.has_last_year(replace(week, date_from=dt.date(2026, 3, 1)))

"""The days of a page: presets end with the last day that is over, unless they ask for today or for everything."""

import datetime as dt

import pytest
import time_machine

from analytics.reports import page_query
from analytics.reports.query import Choices
from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from members.lib.actor import system

pytestmark = pytest.mark.usefixtures("merchant")
TODAY = dt.date(2026, 5, 20)
MORNING = dt.datetime(2026, 5, 20, 1, tzinfo=dt.UTC)  # nine o'clock in Shanghai
ACTOR = system("test")


def days(preset: str, **more: dt.date) -> tuple[str, str]:
    read = page_query.read(ACTOR, {"range": [preset]}, Choices(), "30d", **more)  # type: ignore[arg-type]
    return str(read.first), str(read.last)


@pytest.fixture
def sold_this_morning() -> None:
    shop = Shop()
    for day in ("2026-03-02", "2026-05-19", str(TODAY)):
        shop.sell("a", day)
    with time_machine.travel(MORNING, tick=False):
        publish()


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        ("7d", "2026-05-13", "2026-05-19"),
        ("30d", "2026-04-20", "2026-05-19"),
        ("month", "2026-05-01", "2026-05-19"),
        ("yesterday", "2026-05-19", "2026-05-19"),
        ("today", "2026-05-20", "2026-05-20"),
        ("all", "2026-03-02", "2026-05-20"),
        ("2026-05-01..2026-05-20", "2026-05-01", "2026-05-20"),
    ],
)
def test_an_hour_of_sales_is_no_day_to_compare(sold_this_morning: None, preset: str, first: str, last: str) -> None:
    with time_machine.travel(MORNING, tick=False):
        assert days(preset) == (first, last)


def test_the_next_day_it_is_a_whole_one(sold_this_morning: None) -> None:
    with time_machine.travel(MORNING + dt.timedelta(hours=15), tick=False):  # midnight in Shanghai
        assert days("7d") == ("2026-05-14", "2026-05-20")


def test_a_page_about_today_says_so(sold_this_morning: None) -> None:
    with time_machine.travel(MORNING, tick=False):
        assert days("7d", until=TODAY) == ("2026-05-14", "2026-05-20")


def test_a_shop_that_opened_this_morning_sees_its_morning() -> None:
    Shop().sell("a", str(TODAY))
    with time_machine.travel(MORNING, tick=False):
        publish()
        assert days("30d")[1] == str(TODAY)

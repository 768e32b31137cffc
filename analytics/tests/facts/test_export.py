"""What the warehouse takes from the database and works out on the way."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.facts.door import Cut, open_facts
from analytics.facts.export import _Hours
from analytics.services.publish import publish
from analytics.tests.shopkeeper import Shop
from members.lib.actor import system


@pytest.mark.parametrize(
    ("zone", "date", "at", "hour"),
    [
        ("Asia/Shanghai", "2026-03-29", "2026-03-28T16:00:00+00:00", 0),
        ("Asia/Shanghai", "2026-03-28", "2026-03-28T15:59:59.999999+00:00", 23),
        ("Europe/Berlin", "2026-03-29", "2026-03-29T00:59:59+00:00", 1),  # then the clocks go from 2 to 3
        ("Europe/Berlin", "2026-03-29", "2026-03-29T01:00:00+00:00", 3),
        ("Europe/Berlin", "2026-10-25", "2026-10-25T00:30:00+00:00", 2),  # 2:30 comes twice
        ("Europe/Berlin", "2026-10-25", "2026-10-25T01:30:00+00:00", 2),
        ("Asia/Kathmandu", "2026-01-01", "2026-01-01T00:14:00+00:00", 5),  # 5:45 ahead
        ("Asia/Kathmandu", "2026-01-01", "2026-01-01T00:15:00+00:00", 6),
        ("America/New_York", "1969-12-31", "1969-12-31T23:59:59+00:00", 18),
    ],
)
def test_the_hour_is_that_of_the_store(db: None, zone: str, date: str, at: str, hour: int) -> None:
    shop = Shop()
    shop.stores[0].zone = zone
    shop.stores[0].save()
    shop.sell("a", date, at=at)
    publish()
    with open_facts(system("test"), Cut()) as facts:
        assert list(facts.sales.to_pandas()["hour"]) == [hour]


@given(
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"]),
    at=st.integers(788_918_400, 2_208_988_800).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC)),
)
def test_a_remembered_quarter_of_an_hour_gives_the_hour_of_every_instant_in_it(zone: str, at: dt.datetime) -> None:
    hours = _Hours({1: zone})
    for instant in (at, at + dt.timedelta(minutes=7), at - dt.timedelta(minutes=7)):
        assert hours.of([1], [int(instant.timestamp())]) == [instant.astimezone(ZoneInfo(zone)).hour]

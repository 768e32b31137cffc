"""The desk finds the planted problem by itself: gone from the data it is gone from Today, moved it is named anew."""

import datetime as dt

import pytest

from loyalty_site.demo.generate import Wish
from loyalty_site.services import demo
from members.lib import registry
from members.lib.actor import system

BY = system("test")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("channel", "name"), [("delivery", "外卖平台"), ("store", "门店扫码"), ("mini", "小程序"), (None, "")]
)
def test_today_names_the_channel_with_the_problem(channel: str | None, name: str) -> None:
    demo.open_shop(wish=Wish(end=dt.date(2026, 11, 21), scale=0.2, seed=1, problem_channel=channel), by=BY)
    told = [insight.claim for insight in registry.all_insights(BY, {})]
    if name:
        assert len(told) == 1
        assert name in told[0]
    else:
        assert told == []

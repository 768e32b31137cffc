"""Today finds the planted problem by itself: gone from the data it is gone from the page, moved it is named anew."""

import datetime as dt

import pytest
from django.test import Client

from loyalty_site.demo.generate import Wish
from loyalty_site.services import demo
from members.lib.actor import system
from members.lib.roles import Role
from members.services import staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("channel", "named"), [("delivery", "外卖平台"), ("store", "门店扫码"), ("mini", "小程序"), (None, "")]
)
def test_today_names_the_channel_with_the_problem_and_no_other(channel: str | None, named: str) -> None:
    wish = Wish(end=dt.date(2026, 11, 21), scale=0.25, problem_channel=channel)
    demo.open_shop(wish=wish, by=system("test"))
    client = Client()
    reader = staff.create(
        username="reader", password="pw-for-tests", display_name="陈思琪", role=Role.MARKETER, by=system("test")
    )
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    claims = [insight.claim for insight in client.get("/").context["insights"]]
    assert len(claims) == (1 if channel else 0)
    assert all(named in claim for claim in claims)

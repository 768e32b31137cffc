"""The command that opens the demo shop."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from members.lib import clock
from members.models import Merchant, Order

pytestmark = pytest.mark.django_db


def demo(*arguments: str) -> str:
    told = StringIO()
    call_command("demo", "--scale", "0.01", *arguments, stdout=told)
    return told.getvalue()


def test_it_ends_yesterday_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    # 17:00 UTC is already the next day in Shanghai.
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 11, 21, 17, tzinfo=dt.UTC))
    assert "The demo shop is open" in demo()
    assert Order.objects.latest("business_date").business_date == dt.date(2026, 11, 21)


def test_it_is_opened_once_and_replaced_only_on_demand() -> None:
    demo("--end-date", "2026-11-21")
    with pytest.raises(CommandError, match="--replace"):
        demo("--end-date", "2026-11-21")
    demo("--end-date", "2026-10-31", "--replace", "--seed", "3", "--problem-channel", "none")
    assert Order.objects.latest("business_date").business_date == dt.date(2026, 10, 31)


@pytest.mark.usefixtures("merchant")
def test_a_shop_of_ones_own_is_not_replaced() -> None:
    with pytest.raises(CommandError, match="no demo shop"):
        demo("--replace")
    assert not Merchant.objects.get().is_demo


def test_an_impossible_scale_is_refused_in_words() -> None:
    with pytest.raises(CommandError, match="scale"):
        demo("--scale", "0")


def test_outside_of_debug_nobody_can_sign_in() -> None:
    assert "Sign in" not in demo()

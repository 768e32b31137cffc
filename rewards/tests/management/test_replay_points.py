"""The replay of the rules names each order that they say something else of, and says so to the shell."""

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from members.models import Merchant, OrderLine
from rewards.models import Earning, Entry, PointsRules
from rewards.queries import ledger_check
from rewards.services.earning import catch_up, settle_order
from rewards.tests.earners import programme, refund, sold
from rewards.tests.shop import BY, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(merchant: Merchant, work_off: Callable[[], int]) -> None:
    programme("2020-01-01", per_day=150)
    programme("2026-03-05", points=2, per_order=300)
    one = member("M1")
    orders = [sold(one, "100", day=day) for day in ("2026-03-01", "2026-03-01", "2026-03-06", "2026-03-07")]
    sold(one, "0.10")
    refund(orders[2], "40")
    catch_up.enqueue(BY)
    work_off()
    refund(orders[3], "10")
    settle_order(orders[3].pk, by=BY)


def test_the_replay_equals_the_ledger(shop: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("replay_points")
    assert "equals" in capsys.readouterr().out


@pytest.mark.parametrize("fault", ["points", "kept", "order", "rules"])
def test_a_difference_is_named(shop: None, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    earning = Earning.objects.order_by("order").first()
    assert earning is not None
    if fault == "order":
        OrderLine.objects.filter(order=earning.order_id).update(amount=77)
    elif fault == "rules":
        PointsRules.objects.filter(pk=earning.rules_id).update(points=5)
    else:
        Earning.objects.filter(pk=earning.pk).update(**{fault: 3})
    with pytest.raises(CommandError, match="differs"):
        call_command("replay_points")
    assert f"order {earning.order_id}" in capsys.readouterr().err


def test_what_an_order_keeps_is_the_sum_of_its_entries(shop: None) -> None:
    earning = Earning.objects.filter(entry__isnull=False).order_by("order").first()
    assert earning is not None
    assert list(ledger_check.broken()) == []
    Earning.objects.filter(pk=earning.pk).update(kept=3)
    [broken] = ledger_check.broken()
    assert (broken.row, broken.stated, broken.found) == (f"order {earning.order_id}", 3, earning.kept)
    assert Entry.objects.exists()

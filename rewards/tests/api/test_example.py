"""examples/till.py against a server, as a process of its own: what it prints is what docs promise."""

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from members.lib import clock
from members.lib.roles import Scope
from members.models import Merchant, Store
from members.tests import bearer
from rewards.models import PointsRules
from rewards.tests.shop import assert_right

TILL = Path(settings.BASE_DIR) / "examples" / "till.py"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(TILL), *arguments]  # -I: nothing of ours is on its path
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.django_db(transaction=True)
def test_a_day_of_the_example_till(live_server: Any) -> None:
    Merchant.objects.create(pk=1, name="Test")
    store = Store.objects.create(code="S1", name="First")
    PointsRules.objects.create(
        first_day=dt.date(2020, 1, 1), points=1, per=1, cash_points=100, cash_amount=1, published_at=clock.now()
    )
    _token, text = bearer.issue(Scope.TILL, stores=[store])
    done = run("--desk", live_server.url, "--token", text, "--phone", "13812341234")
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout
    for line in (
        "quoted: to pay 500.00, will earn 500",
        "earned 500, has 500",
        "sent again with its key: the same answer, True",
        "500 points paid 5.00, money 495.00",
        "gave back 100.00",
        "100 points went",
        "500 points came back, 495 went",
        "late: refunds/ waits for its order",
        "late: refunds/ taken, 0 earned, 50 taken back",
        "has 850 points",
    ):
        assert line in said, said
    assert_right()


def test_without_a_token_it_says_what_is_missing() -> None:
    assert "a token is needed" in run("--token", "").stderr


def test_a_desk_that_is_not_there() -> None:
    done = run("--desk", "http://127.0.0.1:9", "--token", "loy_x", "--tries", "1")
    assert done.returncode == 1
    assert "offline" in done.stderr

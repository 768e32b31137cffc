"""The ledger against the paper, for as many deeds as there is time for; and that the comparison finds mistakes."""

import sys

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from rewards.tests.ledger_faults import FAULTS, Plant
from rewards.tests.order_machine import Counter

STEPS = 50
pytestmark = pytest.mark.django_db


def play(runs: int, number: int) -> int:
    """How many deeds were done in so many runs; the same number plays the same."""
    before = Counter.deeds
    seed(number)(Counter)
    run_state_machine_as_test(
        Counter,
        settings=settings(
            max_examples=runs, stateful_step_count=STEPS, deadline=None, database=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    return Counter.deeds - before


def test_the_ledger_agrees_with_the_paper() -> None:
    assert play(20, 1) > 500


@pytest.mark.prove
def test_the_ledger_agrees_with_the_paper_for_very_long() -> None:
    done, number = 0, 0
    while done < 100_000:
        number += 1
        done += play(200, number)
    sys.stdout.write(f"{done} deeds, none of which went wrong\n")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_every_planted_mistake_is_found(fault: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)
    with pytest.raises((AssertionError, IntegrityError)):  # the comparison, or the database itself
        sum(play(3, number) for number in range(100, 160))  # short games of many kinds find more than a long one

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from analytics.tests import engines
from surveys.models import Cause, ResponseTarget


@pytest.fixture(params=engines.NAMES)
def backend(request: pytest.FixtureRequest) -> Iterator[Any]:
    """An empty Ibis back end; a test that asks for it runs once on each engine."""
    why_not = engines.missing(request.param)
    if why_not:
        pytest.skip(why_not)
    with engines.opened(request.param) as connected:
        yield connected


@pytest.fixture(scope="session")
def duckdb() -> Iterator[Any]:
    """One DuckDB back end for tests that only need an engine, not a proof on all of them."""
    with engines.opened("duckdb") as connected:
        yield connected


@pytest.fixture
def seeded_causes(db: None) -> None:
    """The causes that every shop begins with: a test that empties the database takes them along."""
    if not Cause.objects.exists():
        ResponseTarget.objects.all().delete()
        import_module("surveys.migrations.0002_causes_and_targets").seed(apps, None)

from collections.abc import Iterator
from typing import Any

import pytest

from analytics.tests import engines


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

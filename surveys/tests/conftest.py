from importlib import import_module

import pytest
from django.apps import apps


@pytest.fixture
def seeded_themes(db: None) -> None:
    """The themes that every shop begins with: a test that empties the database takes them along."""
    import_module("surveys.migrations.0003_themes").seed(apps, None)

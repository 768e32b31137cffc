import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import setup_databases, teardown_databases
from playwright.sync_api import Browser, expect
from pytest_django.plugin import DjangoDbBlocker

from loyalty_site.tests.browser.desk import Desk, serve
from loyalty_site.tests.browser.shop import Shop, open_demo

expect.set_options(timeout=20_000)  # of a busy machine; what holds is seen at once


@contextlib.contextmanager
def own_database() -> Iterator[None]:
    """A database beside the one that other tests write to and empty: a shop can stay open over many tests."""
    tests: dict[str, Any] = connection.settings_dict["TEST"]
    usual = tests["NAME"]
    close_pool()
    tests["NAME"] = f"{connection.settings_dict['NAME']}_shop"
    made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    try:
        yield
    finally:
        close_pool()
        teardown_databases(made, verbosity=0)
        tests["NAME"] = usual


def close_pool() -> None:
    """Django's pool of PostgreSQL connections would go on talking to the database that it was opened for."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()


@pytest.fixture(scope="package")
def shop(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """The demo shop, opened once and only looked at."""
    folder = tmp_path_factory.mktemp("shop")
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder / "files"}}
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    own = override_settings(
        DATA_DIR=folder,
        WAREHOUSE_URL=str(folder / "warehouse"),
        STORAGES={"default": files, "staticfiles": static},
        ROOT_URLCONF="loyalty_site.tests.browser.urls",
    )
    with django_db_blocker.unblock(), own, own_database():
        yield open_demo()


@pytest.fixture(scope="package")
def desk(shop: Shop, browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Desk]:
    """The demo shop, served."""
    with serve(browser, browser_context_args) as served:
        yield served

"""What every app's tests share: folders of their own, staff of each role in two stores, a browser."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from members.lib.actor import Actor, system
from members.lib.roles import Role
from members.models import Job, Merchant, Store, User
from members.queries.actors import actor_for
from members.services import jobs, staff

NO_BROWSER = "NO CHROMIUM FOUND: the browser tests were skipped (set CHROMIUM to its path, or run `make browser`)."

# No test asserts on timing: a busy machine is not a fault.
hypothesis_settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis_settings.load_profile("house")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through it again and again for garbage takes a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_unconfigure() -> None:
    shutil.rmtree(django_settings.DATA_DIR, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if any(NO_BROWSER in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(NO_BROWSER, red=True, bold=True)


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """Every test begins in the language of a new shop, whatever page another one has asked for."""
    with translation.override(django_settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _own_folders(request: pytest.FixtureRequest) -> None:
    """Tests that reach the database write files below a folder of their own."""
    if not {"db", "transactional_db", "live_server"} & set(
        request.fixturenames
    ) and not request.node.get_closest_marker("django_db"):
        return
    settings, folder = request.getfixturevalue("settings"), request.getfixturevalue("tmp_path")
    settings.DATA_DIR = folder
    settings.WAREHOUSE_URL = str(folder / "warehouse")
    files = {**settings.STORAGES["default"], "OPTIONS": {"location": folder / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": files}


class People(NamedTuple):
    """One sign-in per role. Manager and clerk work in the first store, the stranger manages the second."""

    admin: User
    marketer: User
    manager: User
    clerk: User
    analyst: User
    stranger: User


@pytest.fixture
def merchant(db: None) -> Merchant:
    """A shop that is set up: CNY, Asia/Shanghai, Chinese."""
    return Merchant.objects.create(pk=1, name="Test")


@pytest.fixture
def stores(db: None) -> tuple[Store, Store]:
    return Store.objects.create(code="S1", name="First"), Store.objects.create(code="S2", name="Second")


@pytest.fixture
def people(stores: tuple[Store, Store]) -> People:
    here, there = stores

    def hire(name: str, role: Role, *places: Store) -> User:
        return staff.create(
            username=name, password="pw-for-tests", display_name=name, role=role, stores=places, by=system("test")
        )

    return People(
        admin=hire("admin", Role.ADMIN),
        marketer=hire("marketer", Role.MARKETER),
        manager=hire("manager", Role.MANAGER, here),
        clerk=hire("clerk", Role.CLERK, here),
        analyst=hire("analyst", Role.ANALYST),
        stranger=hire("stranger", Role.MANAGER, there),
    )


@pytest.fixture
def actors(people: People) -> dict[str, Actor]:
    """The same people as actors, by name."""
    return {name: actor_for(user) for name, user in people._asdict().items()}


@pytest.fixture
def signed_in(merchant: Merchant) -> Callable[[User], Client]:
    """A client of the test for a member of staff; each call gives a new one."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def work_off(db: None) -> Callable[[], int]:
    """Do what a worker would: run the waiting jobs, and those they leave behind. Returns how many."""

    def work() -> int:
        done = 0
        while waiting := Job.objects.filter(state=Job.State.QUEUED).order_by("id").first():
            jobs.run(waiting.pk)
            done += 1
        return done

    return work


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django's database; before it is dropped, PostgreSQL ends what a thread of a test server left open."""
    yield
    with django_db_blocker.unblock():
        for connection in connections.all(initialized_only=True):
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )


@pytest.fixture(scope="session", autouse=True)
def _no_bells_left() -> Iterator[None]:
    """Messages of a test run are nobody's work."""
    yield
    if current_app.conf.broker_url.startswith("memory:"):
        return
    current_app.control.purge()


def find_chromium() -> str | None:
    """CHROMIUM, or the first Chromium on the path; the one without windows is the quickest."""
    named = os.environ.get("CHROMIUM")
    if named and Path(named).exists():
        return named
    known = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, known)), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright's browser, started from the system's Chromium and silent on the network."""
    path = find_chromium()
    if path is None and os.environ.get("CI") == "true":
        pytest.fail(NO_BROWSER)
    if path is None:
        pytest.skip(NO_BROWSER)
    quiet = [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ]  # fmt: skip
    return {**browser_type_launch_args, "executable_path": path, "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Chinese first, and a clock that does not depend on the machine."""
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}

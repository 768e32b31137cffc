"""Real processes for tests: started on the test's database, waited for by what they do, ended for certain."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

PATIENCE = 90  # seconds, far beyond what anything here needs; it only bounds a test that has failed


def environment(**extra: str) -> dict[str, str]:
    """The developer's environment without a project setting in it, and what the test adds."""
    ours = {
        "DATABASE_URL", "CELERY_BROKER_URL", "DATA_DIR", "WAREHOUSE_URL", "DEMO", "PORT", "DJANGO_SETTINGS_MODULE",
        # Parallel test processes inherit what the test settings of the first one set.
        "DEBUG", "HTTPS", "SECRET_KEY", "STATIC_ROOT", "DJANGO_ALLOW_ASYNC_UNSAFE",
    }  # fmt: skip
    return {name: value for name, value in settings.OUTSIDE.items() if name not in ours} | extra


def database_url() -> str:
    """Where the test database of this run is, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return settings.OUTSIDE["DATABASE_URL"].rpartition("/")[0] + f"/{name}"


@contextlib.contextmanager
def started(command: list[str], log: Path, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own that writes to `log`; the whole group is killed at the end."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 of the whole group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(what: Callable[[], bool], log: Path) -> None:
    """Return as soon as `what` holds; give up with what the process said."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError(log.read_text(errors="replace")[-4000:])
        time.sleep(0.05)

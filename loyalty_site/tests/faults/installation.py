"""An installation of its own for fault tests: gunicorn as the project configures it, a worker with its scheduler."""

import contextlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from loyalty_site.tests.faults.engines import Engine, free_port
from members.tests import processes

WEB = "loyalty_site.wsgi"


class Installation:
    """A migrated database with a shop in it. `token` and `cookie` open its doors."""

    def __init__(self, engine: Engine, folder: Path, app: str = WEB) -> None:
        self.engine, self.log, self.port, self._app = engine, folder / "log", free_port(), app
        self.data = folder / "data"
        self.env = processes.environment(
            DATABASE_URL=engine.url, DATA_DIR=str(self.data), SECRET_KEY="x" * 60, DEBUG="0", HTTPS="0",
            STATIC_ROOT=str(folder / "static"), ALLOWED_HOSTS="127.0.0.1", API_REQUESTS_PER_MINUTE="1000000",
            CELERY_BROKER_URL="filesystem://localhost/", JOB_STALE_SECONDS="5", JOB_SWEEP_SECONDS="1",
            TILL_KEY_SECONDS="3",
            DJANGO_SETTINGS_MODULE="loyalty_site.settings", TMPDIR=str(folder),
        )  # fmt: skip
        doors = json.loads(self.must("-m", "loyalty_site.tests.faults.opened_shop"))
        self.token, self.cookie = doors["token"], doors["cookie"]

    def must(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], cwd=settings.BASE_DIR, env=self.env, capture_output=True, text=True,
            check=False, timeout=5 * processes.PATIENCE,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextlib.contextmanager
    def web(self, workers: int = 2) -> Iterator["Web"]:
        web = Web(self, self._app, workers)
        web.start()
        try:
            yield web
        finally:
            web.kill_all()

    def worker(self) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
        command = [
            "-m",
            "celery",
            "-A",
            "loyalty_site",
            "worker",
            "-B",
            "-P",
            "threads",
            "-c",
            "1",
            "--loglevel",
            "ERROR",
        ]
        return processes.started(command, self.log, self.env)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        """Status and text of an answer. OSError or HTTPException when there is none."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def send(self, orders: list[dict[str, object]]) -> tuple[int, str]:
        body = json.dumps({"orders": orders}).encode()
        bearer = f"Bearer {self.token}"
        return self.ask(
            "POST", "/api/v1/orders/batch/", body, **{"Authorization": bearer, "Content-Type": "application/json"}
        )

    def is_well(self) -> bool:
        """Whether a request that reads the database is answered."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.ask("GET", "/api/v1/stores/", Authorization=f"Bearer {self.token}")[0] == 200
        return False

    def seconds_to_first_answer(self) -> float:
        began = time.monotonic()
        processes.wait_for(self.is_well, self.log)
        return time.monotonic() - began


class Web:
    """gunicorn: a master and its workers."""

    def __init__(self, installation: Installation, app: str, workers: int) -> None:
        self._of, self._app, self._numbers = installation, app, ["--workers", str(workers), "--threads", "4"]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        bind = f"127.0.0.1:{self._of.port}"
        with self._of.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", self._app, "--bind", bind, *self._numbers, "--log-level", "error"],
                cwd=settings.BASE_DIR, env=self._of.env, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        self._of.seconds_to_first_answer()

    def workers(self) -> list[int]:
        assert self._process is not None
        pid = self._process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill_a_worker(self, draw: random.Random) -> None:
        processes.wait_for(lambda: bool(self.workers()), self._of.log)
        with contextlib.suppress(ProcessLookupError):
            os.kill(draw.choice(self.workers()), signal.SIGKILL)

    def kill_all(self) -> None:
        assert self._process is not None
        processes.kill(self._process)

"""The processes of an installation for a benchmark: gunicorn, worker and scheduler; and how their memory grows."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import open_loop

ROOT = Path(__file__).resolve().parent.parent
EVERY = 5.0  # seconds between two looks at the memory
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Served:
    """Where it listens, and the process ids by what they are: "web 1", "web 2", "worker"."""

    port: int
    processes: dict[str, int]


@contextmanager
def served(folder: Path, workers: int = 2, threads: int = 8) -> Iterator[Served]:
    """Web, worker and scheduler on this process's database, as docs/deploy.md starts them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "benchmarks.load_site", "CELERY_BROKER_URL": "filesystem://localhost/",
        "DATABASE_POOL": "1", "API_REQUESTS_PER_MINUTE": "100000",
    }  # fmt: skip
    numbers = ["--workers", str(workers), "--threads", str(threads), "--timeout", "120"]
    celery = ["celery", "-A", "loyalty_site"]
    with ExitStack() as stack:
        web = stack.enter_context(_started(["gunicorn", "--bind", f"127.0.0.1:{port}", *numbers], folder, environment))
        command = [*celery, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"]
        worker = stack.enter_context(_started(command, folder, environment))
        stack.enter_context(_started([*celery, "beat", "--loglevel", "WARNING"], folder, environment))
        _wait_until_alive(port)
        found = {f"web {number}": pid for number, pid in enumerate(_children(web.pid), 1)}
        yield Served(port, {**found, "worker": worker.pid})


@contextmanager
def _started(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / f"{command[0]}-{command[-1]}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _wait_until_alive(port: int) -> None:
    asked = open_loop.Request("alive", "GET", "/healthz", {"Host": "testserver"})
    for _ in range(60):
        if open_loop.run(port, {lambda: asked: 5.0}, 0.2)["alive"].seconds:
            return
        time.sleep(1)
    raise RuntimeError("the web server does not answer")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@dataclass(slots=True)
class Memory:
    """MB in memory of each process, by the seconds since the beginning."""

    at: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def slope(self, name: str, since: float) -> float:
        """MB an hour: the line of least squares through what was seen since so many seconds."""
        seen = [(second / 3600, size) for second, size in self.at[name] if second >= since]
        mean_x, mean_y = (sum(values) / len(seen) for values in zip(*seen, strict=True))
        return sum((x - mean_x) * (y - mean_y) for x, y in seen) / sum((x - mean_x) ** 2 for x, _ in seen)

    def near(self, name: str, second: float) -> float:
        return min(self.at[name], key=lambda seen: abs(seen[0] - second))[1]


@contextmanager
def watched(processes: dict[str, int]) -> Iterator[Memory]:
    """Look at the memory of the processes until the block ends (Linux)."""
    memory, over, began = Memory({name: [] for name in processes}), threading.Event(), time.monotonic()

    def watch() -> None:
        while not over.wait(EVERY):
            for name, pid in processes.items():
                size = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 2**20
                memory.at[name].append((time.monotonic() - began, size))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield memory
    finally:
        over.set()
        watcher.join()

"""Two things measured in turns, and what is said of them."""

import gc
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, and of CPU (all threads of the process that did the work)."""

    wall: float
    cpu: float


Work = Callable[[], object]
Clock = Callable[[], float]


def cost(work: Work, cpu: Clock = time.process_time) -> Cost:
    """What one call costs. `cpu` reads the CPU clock of the process that does the work."""
    gc.collect()
    wall, used = time.perf_counter(), cpu()
    work()
    return Cost(time.perf_counter() - wall, cpu() - used)


def in_turns(rounds: int, works: Sequence[Callable[[], Cost]]) -> list[list[Cost]]:
    """Each of `works` measured once per round, in turns; one list of costs per work."""
    for work in works:  # warm: connections, files in memory, plans
        work()
    found: list[list[Cost]] = [[] for _ in works]
    for _ in range(rounds):
        for costs, work in zip(found, works, strict=True):
            costs.append(work())
    return found


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """The median of the paired ratios, with their range."""
    ratios = sorted(mine / other for mine, other in zip(ours, theirs, strict=True))
    return f"{median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"


def milliseconds(values: Sequence[float]) -> str:
    return f"{median(values) * 1000:,.0f} ms" if median(values) >= 0.01 else f"{median(values) * 1000:.1f} ms"


def cpu_of(process: int) -> Clock:
    """A clock of the CPU seconds of another process on this machine (Linux)."""
    path, tick = Path(f"/proc/{process}/stat"), os.sysconf("SC_CLK_TCK")

    def read() -> float:
        fields = path.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / tick

    return read


@contextmanager
def memory_above_rest() -> Iterator[list[float]]:
    """The most memory above that of the process before, in MB, looked at fifty times a second (Linux)."""
    page = os.sysconf("SC_PAGE_SIZE")
    statm = Path("/proc/self/statm")

    def used() -> float:
        return int(statm.read_text().split()[1]) * page / 2**20

    rest, highest, over = used(), [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            highest[0] = max(highest[0], used() - rest)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield highest
    finally:
        over.set()
        watcher.join()


@contextmanager
def beside(module: str) -> Iterator[dict[str, float]]:
    """Another process that works meanwhile: `python -m module` until its input ends; then what it measured."""
    found: dict[str, float] = {}
    command = [sys.executable, "-m", module]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError(f"{module} has no pipes")
        process.stdout.readline()
        yield found
        process.stdin.close()
        found.update(json.loads(process.stdout.read()))

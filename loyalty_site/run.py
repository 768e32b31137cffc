"""`make run`: web, worker and scheduler of a development start in one terminal.

A plain script on purpose: it imports no Django, so that it stays small beside the three processes that do.
One start per DATA_DIR: a lock file makes a second one answer with the address of the first.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
PATIENCE = 8.0  # seconds that children get to end by themselves
LONGEST_PAUSE = 30.0  # seconds between two restarts of a child that keeps dying
PR_SET_PDEATHSIG = 1


def main() -> int:
    """Prepare, start, watch, stop. Returns the exit code."""
    read_env_file()
    os.umask(0o077)  # the data folder holds people's phone numbers
    # SIGINT too: a shell that starts this in the background hands it over as ignored.
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    port = int(os.environ.get("PORT", "8000"))
    folder = Path(os.environ.get("DATA_DIR", ROOT / "var")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    address = f"http://{HOST}:{port}/"
    with only_start(folder, address) as first:
        if first is not None:
            say(f"Huitou 回头客 已经在运行，is already running: {first}")
            return 0
        if not is_free(port):
            say(f"端口 {port} 已被占用。Port {port} is in use; choose another one: PORT={port + 1} make run")
            return 1
        fill_environment(folder)
        return serve(folder, port, address)


def read_env_file() -> None:
    """Take PORT, DATA_DIR and the like from .env, as the settings do; the real environment wins."""
    path = ROOT / ".env"
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, found, value = line.partition("=")
        if found and not line.lstrip().startswith("#"):
            os.environ.setdefault(name.removeprefix("export ").strip(), value.strip().strip("\"'"))


@contextlib.contextmanager
def only_start(folder: Path, address: str) -> Iterator[str | None]:
    """Hold the lock of this DATA_DIR and yield None, or yield the address of who holds it."""
    with (folder / "run.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            yield json.loads(lock.read() or '{"address": "?"}')["address"]
            return
        lock.truncate(0)
        lock.write(json.dumps({"pid": os.getpid(), "address": address}))
        lock.flush()
        yield None


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def fill_environment(folder: Path) -> None:
    """What a development start assumes and the environment does not say."""
    key_file = folder / "secret-key"
    if not key_file.exists():
        key_file.touch(mode=0o600)
        key_file.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    os.environ.setdefault("DEBUG", "1")
    os.environ.setdefault("SECRET_KEY", key_file.read_text(encoding="utf-8"))
    os.environ.update(DATA_DIR=str(folder), DJANGO_SETTINGS_MODULE="loyalty_site.settings", PYTHONUNBUFFERED="1")


@dataclass
class Child:
    """One process in a group of its own, started again with growing pauses when it dies."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    due_at: float = 0.0
    pause: float = 1.0

    def start(self) -> None:
        self.process, self.started_at = launch(self.command), time.monotonic()

    def look_after(self, now: float) -> None:
        """Notice a death and, when the pause is over, start again."""
        if self.process is not None and self.process.poll() is not None:
            self.pause = 1.0 if now - self.started_at > LONGEST_PAUSE else min(self.pause * 2, LONGEST_PAUSE)
            say(f"{self.name} ended (code {self.process.returncode}); next start in {self.pause:.0f} s")
            self.process, self.due_at = None, now + self.pause
        if self.process is None and now >= self.due_at:
            self.start()


def launch(command: list[str], stdout: IO[bytes] | int | None = None) -> subprocess.Popen[bytes]:
    """Start a child that a Ctrl-C in the terminal does not reach and that does not outlive this process."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=stdout,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - this process has no threads
    )


def die_with_parent() -> None:
    """Linux only; elsewhere a killed supervisor leaves its children behind."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def children(port: int) -> list[Child]:
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "loyalty_site"]
    web = [
        "gunicorn", "loyalty_site.wsgi", "--bind", f"{HOST}:{port}", "--worker-class", "gthread", "--threads", "8",
        "--timeout", "120", "--graceful-timeout", "5", "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    worker = ["worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"]
    return [
        Child("web", [*python, *web]),
        Child("worker", [*celery, "--quiet", *worker]),
        Child("scheduler", [*celery, "--quiet", "beat", "--loglevel", "WARNING"]),
    ]


def serve(folder: Path, port: int, address: str) -> int:
    """Prepare the data, run the children until Ctrl-C, then end them all."""
    running: list[Child] = []
    try:
        code, sign_ins = prepare(folder)
        if code:
            return code
        running = children(port)
        for child in running:
            child.start()
        wait_until_alive(address, running)
        say(f"\n  Huitou 回头客  {address}\n{sign_ins}\n  Ctrl-C 停止 · stops it; the data stay in {folder}\n")
        watch(running)
    except KeyboardInterrupt:
        say("\n正在停止 · stopping…")
        return 0
    finally:
        stop([child.process for child in running if child.process])


def prepare(folder: Path) -> tuple[int, str]:
    """Migrate and fill an empty database. Returns the exit code and what to tell about signing in."""
    for message in (folder / "broker" / "messages").glob("*"):
        message.unlink(missing_ok=True)  # the job rows know what waits; old bells would only ring late
    process = launch([sys.executable, "manage.py", "prepare"], stdout=subprocess.PIPE)
    try:
        told, _ = process.communicate()
    except KeyboardInterrupt:
        stop([process])
        raise
    return process.returncode, told.decode()


def wait_until_alive(address: str, running: list[Child]) -> None:
    while not answers(f"{address}healthz"):
        for child in running:
            child.look_after(time.monotonic())
        time.sleep(0.2)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own http address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def watch(running: list[Child]) -> NoReturn:
    while True:
        for child in running:
            child.look_after(time.monotonic())
        time.sleep(0.5)


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask all groups to end; after PATIENCE, or at a second Ctrl-C, kill them. Their jobs resume next time."""
    with contextlib.suppress(KeyboardInterrupt):
        for process in processes:
            end_group(process, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and any(process.poll() is None for process in processes):
            time.sleep(0.1)
    for process in processes:
        end_group(process, signal.SIGKILL)
        process.wait()


def end_group(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, how)


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""`make run`: the supervisor, started for real in an empty folder."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from django.conf import settings

from members.tests import processes

COMMAND = ["-P", "loyalty_site/run.py"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_of(pid: int) -> str:
    path = Path(f"/proc/{pid}/cmdline")
    return path.read_bytes().replace(b"\0", b" ").decode() if path.exists() else ""


def test_starts_all_watches_them_refuses_a_second_start_and_ends_all(tmp_path: Path) -> None:
    folder, log, port = tmp_path / "一 shop", tmp_path / "run.log", free_port()
    env = processes.environment(DATA_DIR=str(folder), PORT=str(port), DEMO="0")
    address = f"http://127.0.0.1:{port}/"
    with processes.started(COMMAND, log, env) as supervisor:
        processes.wait_for(lambda: address in log.read_text(), log)
        with urllib.request.urlopen(f"{address}healthz") as answer:
            assert answer.status == 200

        second = subprocess.run(
            [sys.executable, *COMMAND], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=True
        )
        assert address in second.stdout

        children = children_of(supervisor.pid)
        assert len(children) == 3
        worker = next(pid for pid in children if " worker " in command_of(pid))
        os.kill(worker, signal.SIGKILL)
        processes.wait_for(lambda: "worker ended" in log.read_text(), log)
        processes.wait_for(lambda: len(children_of(supervisor.pid)) == 3, log)

        children = children_of(supervisor.pid)
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait(processes.PATIENCE) == 0
        assert [command_of(pid) for pid in children] == ["", "", ""]
    assert re.fullmatch(r"[\w-]{40,}", (folder / "secret-key").read_text())
    assert (folder / "secret-key").stat().st_mode & 0o077 == 0


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        env = processes.environment(DATA_DIR=str(tmp_path), PORT=str(port), DEMO="0")
        refused = subprocess.run(
            [sys.executable, *COMMAND], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False
        )
    assert (refused.returncode, refused.stderr) == (1, "")
    assert f"PORT={port + 1} make run" in refused.stdout
    assert json.loads((tmp_path / "run.lock").read_text())["address"].endswith(f":{port}/")

"""A job for real workers (`celery worker -I`): it stops where the test says until the test lets it go on."""

import time
from collections.abc import Callable
from pathlib import Path

from members.models import Channel
from members.services import jobs

STEPS = 6
PAUSE_AT = 3


@jobs.handler("test.slow")
def slow(run: jobs.Run) -> None:
    """One channel per step, named after the lease that made it. The first lease pauses in, or before, a step."""
    folder = Path(run.arguments["folder"])
    try:
        for number in range(run.progress, STEPS):
            pausing = run.lease == 1 and number == PAUSE_AT
            if pausing and run.arguments["pause"] == "between steps":
                _pause(folder)
            with run.step(progress=number + 1, total=STEPS):
                Channel.objects.create(code=f"{number}", name=f"lease {run.lease}")
                if pausing and run.arguments["pause"] == "inside a step":
                    _pause(folder)
                if pausing and run.arguments["pause"] == "until asked to stop":
                    _pause(folder, jobs.stopping.is_set)
    except jobs.Fenced:
        (folder / "fenced").touch()
        raise


def _pause(folder: Path, may_go_on: Callable[[], bool] | None = None) -> None:
    (folder / "paused").touch()
    while not (may_go_on or (folder / "go").exists)():
        time.sleep(0.02)

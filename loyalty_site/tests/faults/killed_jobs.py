"""Jobs for workers that are killed (`celery worker -I`): each step leaves one effect, which must be there once.

The naive kind does what a hand-written loop would: it acknowledges first and works afterwards, or works twice.
"""

import time

from members.models import Channel
from members.services import jobs

STEPS = 4
PAUSE = 0.05  # seconds within a step, so that kills find something in their way


@jobs.handler("test.careful")
def careful(run: jobs.Run) -> None:
    """Effect and counter are one transaction."""
    for number in range(run.progress, STEPS):
        with run.step(progress=number + 1, total=STEPS):
            Channel.objects.create(code=f"{run.arguments['n']}.{number}.{run.lease}", name=str(run.arguments["n"]))
            time.sleep(PAUSE)


@jobs.handler("test.naive")
def naive(run: jobs.Run) -> None:
    """The effect is written, then the counter: what lies between is done again."""
    for number in range(run.progress, STEPS):
        Channel.objects.create(code=f"{run.arguments['n']}.{number}.{run.lease}", name=str(run.arguments["n"]))
        time.sleep(PAUSE)
        run.heartbeat(progress=number + 1, total=STEPS)

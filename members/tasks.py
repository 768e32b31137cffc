"""The bells that Celery rings. The work itself, and who may do it, is in members.services.jobs."""

import logging
import os
import signal
from typing import Any

from celery import current_app, shared_task
from celery.signals import task_postrun, task_success, worker_ready, worker_shutting_down
from django.conf import settings

from members.lib import clock, memory
from members.lib.actor import system
from members.queries import merchants, people
from members.services import imports, jobs, member_requests, private_exports, schedule, staff_mails
from members.services.contact import sending as contact_sending
from members.services.shops import work as shop_work
from members.services.webhooks import sending

logger = logging.getLogger(__name__)
__all__ = [
    "hand_back",
    "imports",
    "mark_done",
    "member_requests",
    "nightly",
    "private_exports",
    "renew_when_large",
    "run_job",
    "shop_work",
    "staff_mails",
    "sweep",
    "sweep_at_once",
    "sweep_messages",
    "sweep_webhooks",
]  # a service registers its kind of job, or of approval


@shared_task(name="members.run_job", ignore_result=True)
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task(name="members.sweep", ignore_result=True)
def sweep() -> None:
    jobs.sweep()


@shared_task(name="members.sweep_webhooks", ignore_result=True)
def sweep_webhooks() -> None:
    sending.sweep()


@shared_task(name="members.sweep_messages", ignore_result=True)
def sweep_messages() -> None:
    contact_sending.sweep()


@shared_task(name="members.nightly", ignore_result=True)
def nightly() -> None:
    """Rung several times an hour: a missed night is made up for, and a second ring finds its work done."""
    if clock.local_hour(merchants.current().zone) >= jobs.NIGHT_OVER:
        jobs.enqueue_nightly(people.today(), by=system("scheduler"))


@task_success.connect
def mark_done(sender: Any, **_kwargs: Any) -> None:
    """Remember that a task of the schedule was done."""
    if sender.name in {entry["task"] for entry in current_app.conf.beat_schedule.values()}:
        schedule.mark(sender.name)


@worker_ready.connect
def sweep_at_once(**_kwargs: Any) -> None:
    """A worker that starts looks for what waits: the messages of before may be gone."""
    sweep.apply_async(expires=settings.JOB_SWEEP_SECONDS)


@task_postrun.connect(sender=run_job)
def renew_when_large(**_kwargs: Any) -> None:
    """Let a worker that has grown beyond WORKER_MEMORY_MB end itself in order; what started it starts a fresh one.

    After a job, so that each life does at least one.

    Memory that native libraries do not give back stays bounded so, for months if need be.
    """
    limit = settings.WORKER_MEMORY_MB
    if limit and not jobs.stopping.is_set() and (held := memory.resident_mb()) > limit:
        logger.warning("the worker holds %.0f MB, more than WORKER_MEMORY_MB: it ends to be started afresh", held)
        jobs.stopping.set()
        os.kill(os.getpid(), signal.SIGTERM)


@worker_shutting_down.connect
def hand_back(**_kwargs: Any) -> None:
    """Running jobs go back into the queue at their next step, so that shutting down takes seconds."""
    jobs.stopping.set()

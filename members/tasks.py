"""The bells that Celery rings. The work itself, and who may do it, is in members.services.jobs."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings

from members.services import imports, jobs, staff_mails

__all__ = [
    "hand_back",
    "imports",
    "run_job",
    "staff_mails",
    "sweep",
    "sweep_at_once",
]  # a service registers its kind of job


@shared_task(name="members.run_job", ignore_result=True)
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task(name="members.sweep", ignore_result=True)
def sweep() -> None:
    jobs.sweep()


@worker_ready.connect
def sweep_at_once(**_kwargs: Any) -> None:
    """A worker that starts looks for what waits: the messages of before may be gone."""
    sweep.apply_async(expires=settings.JOB_SWEEP_SECONDS)


@worker_shutting_down.connect
def hand_back(**_kwargs: Any) -> None:
    """Running jobs go back into the queue at their next step, so that shutting down takes seconds."""
    jobs.stopping.set()

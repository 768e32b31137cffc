"""The bells that Celery rings. The work itself, and who may do it, is in members.services.jobs."""

from celery import shared_task

from members.services import jobs


@shared_task(name="members.run_job", ignore_result=True)
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task(name="members.sweep", ignore_result=True)
def sweep() -> None:
    jobs.sweep()

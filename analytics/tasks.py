"""Jobs of this app."""

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from analytics.services import publish, report_mails
from members.lib.actor import system
from members.services import jobs


@jobs.handler("publish", title=_("Bring the reports up to date"), alone=True)
def publish_job(run: jobs.Run) -> None:
    """Bring the warehouse up to date; files are the result, so a repeated run finds nothing to do."""
    current = publish.publish(beat=run.heartbeat)
    run.finish({"generation": current.generation})


@shared_task(name="analytics.publish_left_over", ignore_result=True)
def publish_left_over() -> None:
    """Publish what a lost event left marked: a process may die between its commit and the event."""
    if publish.is_due():
        jobs.enqueue_once("publish", by=system("scheduler"))


@shared_task(name="analytics.sweep_report_mails", ignore_result=True)
def sweep_report_mails() -> None:
    report_mails.sweep()

"""Background work. Without CELERY_BROKER_URL messages are files under DATA_DIR; Redis and RabbitMQ by URL."""

import os
import warnings
from pathlib import Path
from queue import Empty
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning  # type: ignore[attr-defined]  # missing from the stubs
from django.conf import settings
from kombu.transport import filesystem

warnings.simplefilter("ignore", SecurityWarning)  # who runs the worker is the installation's choice
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty_site.settings")


class PatientChannel(filesystem.Channel):
    """Messages in files, of which one may be cut off: its writer was killed, or has not written yet.

    kombu ends the worker over it. It is only a bell, and the sweeper rings again.
    """

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        try:
            return super()._get(queue)
        except ValueError as error:
            raise Empty from error


filesystem.Transport.Channel = PatientChannel


def transport_options(broker_url: str, folder: Path) -> dict[str, Any]:
    """Options per broker. None carries correctness (the Job row does): they bound how long things take."""
    quick = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
    if broker_url.startswith("filesystem:"):
        messages, control = folder / "messages", folder / "control"
        for path in (messages, control):
            path.mkdir(parents=True, exist_ok=True)
        # kombu joins str to these, but calls .mkdir() on the third.
        return {
            "data_folder_in": str(messages), "data_folder_out": str(messages), "control_folder": str(control),
            "polling_interval": 0.2,
        }  # fmt: skip
    if broker_url.startswith(("redis:", "rediss:", "sentinel:")):
        # A killed worker's message comes back after visibility_timeout, looked for every interval × throttle
        # seconds. A job that runs longer than that is rung twice, which its lease makes harmless.
        return {
            **quick, "visibility_timeout": 300, "unacked_restore_interval": 10, "unacked_restore_throttle": 1,
            "socket_connect_timeout": 2, "socket_keepalive": True,
        }  # fmt: skip
    return {**quick, "confirm_publish": True} if broker_url.startswith(("amqp:", "pyamqp:", "amqps:")) else {}


app = Celery("loyalty")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_transport_options=transport_options(settings.CELERY_BROKER_URL, settings.DATA_DIR / "broker"),
    broker_connection_timeout=2,
    broker_connection_retry_on_startup=True,
    task_publish_retry=False,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=False,  # the lease decides, not the connection
    worker_hijack_root_logger=False,
    timezone="UTC",
    beat_schedule_filename=str(settings.DATA_DIR / "beat-schedule"),
    beat_schedule={
        "sweep": {
            "task": "members.sweep",
            "schedule": settings.JOB_SWEEP_SECONDS,
            "options": {"expires": settings.JOB_SWEEP_SECONDS},
        },
        "report-mails": {"task": "analytics.sweep_report_mails", "schedule": 60, "options": {"expires": 60}},
        "webhooks": {"task": "members.sweep_webhooks", "schedule": 60, "options": {"expires": 60}},
        "messages": {"task": "members.sweep_messages", "schedule": 60, "options": {"expires": 60}},
        "late-cases": {"task": "surveys.escalate", "schedule": 300, "options": {"expires": 300}},
        "nightly": {"task": "members.nightly", "schedule": 600, "options": {"expires": 600}},
        "publish-left-over": {"task": "analytics.publish_left_over", "schedule": 60, "options": {"expires": 60}},
    },
)
app.autodiscover_tasks()

"""The bells that Celery rings for this app."""

from celery import shared_task
from django.utils.translation import gettext_lazy

from members.services import jobs
from surveys.services import compensation, escalation, forgetting, invitations, replies, themes

# A service registers jobs, fillers of messages, what a second person decides, and what it forgets.
__all__ = ["compensation", "escalate", "forgetting", "invitations", "replies"]


@shared_task(name="surveys.escalate", ignore_result=True)
def escalate() -> None:
    escalation.sweep()


@jobs.handler(themes.KIND, title=gettext_lazy("Find the themes of what people write"), alone=True)
def mark_themes(run: jobs.Run) -> None:
    """Read all texts again; safe to repeat."""
    read = 0
    for batch in themes.mark_all():
        read += batch
        run.heartbeat(progress=read)

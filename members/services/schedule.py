"""What the scheduler has had done, so that pages and probes can tell when it has gone silent."""

from members.lib import clock
from members.models import ScheduleMark


def mark(task: str) -> None:
    """A task of the schedule was done just now."""
    ScheduleMark.objects.update_or_create(task=task, defaults={"done_at": clock.now()})

"""Events from below that points follow."""

from typing import Any

from django.dispatch import receiver

from members import events
from members.lib.actor import Actor
from rewards.services.earning import catch_up


@receiver(events.facts_changed)
def earn(sender: object, *, by: Actor, **_: Any) -> None:
    """By a job, which looks for what has no points yet."""
    catch_up.enqueue(by)

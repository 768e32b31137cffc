"""Events from below that tiers follow."""

from typing import Any

from django.dispatch import receiver

from members import events
from members.lib.actor import Actor
from rewards.services import tiers


@receiver(events.facts_changed)
def evaluate_tiers(sender: object, *, by: Actor, **_: Any) -> None:
    """By a job, which looks for whom something is new."""
    tiers.enqueue(by)

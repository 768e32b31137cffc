"""Events from below that points and tiers follow."""

from typing import Any

from django.dispatch import receiver

from members import events
from members.lib.actor import Actor
from rewards.queries import points_rules
from rewards.services import tiers
from rewards.services.earning import catch_up


@receiver(events.facts_changed)
def earn(sender: object, *, by: Actor, **_: Any) -> None:
    """By a job, which looks for what has no points yet; without a programme there is nothing to look for."""
    if points_rules.published().exists():
        catch_up.enqueue(by)


@receiver(events.facts_changed)
def evaluate_tiers(sender: object, *, by: Actor, **_: Any) -> None:
    """By a job, which looks for whom something is new."""
    tiers.enqueue(by)

"""Events from below that the warehouse follows."""

from typing import Any

from django.dispatch import receiver

from analytics.services import publish
from members import events
from members.lib.actor import Actor
from members.services import jobs


@receiver(events.facts_changed)
def publish_facts(sender: object, *, by: Actor, wait: bool = False, **_: Any) -> None:
    """Publish now for a command that waits, else by a job; one that is already queued serves."""
    if wait:
        publish.publish()
    else:
        jobs.enqueue_once("publish", by=by)

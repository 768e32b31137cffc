"""Jobs of this app."""

from analytics.services import publish
from members.services import jobs


@jobs.handler("publish")
def publish_job(run: jobs.Run) -> None:
    """Bring the warehouse up to date; files are the result, so a repeated run finds nothing to do."""
    current = publish.publish(beat=run.heartbeat)
    run.finish({"generation": current.generation})

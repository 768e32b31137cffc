"""Files of points: which somebody may see."""

from django.db.models import Count, Q, QuerySet

from members.lib.actor import Actor
from members.lib.roles import Right
from rewards.models import Adjustment, PointsFile


def visible(actor: Actor) -> QuerySet[PointsFile]:
    """Head office sees all, who works in stores their own; nobody without the right."""
    every = PointsFile.objects.select_related("created_by")
    if not actor.may(Right.ADJUST_POINTS):
        return every.none()
    return every if actor.store_ids is None else every.filter(created_by=actor.user_id)


def sums(file: PointsFile) -> dict[str, int]:
    """`ready`: rows that are right; `members`: how many people they are of; `endless`: rows whose points never expire;
    `written`: rows that are in the ledger.
    """
    found: dict[str, int] = file.lines.aggregate(
        ready=Count("pk"),
        members=Count("member", distinct=True),
        endless=Count("pk", filter=Q(expires_on=None, points__gt=0, file__kind=PointsFile.Kind.OPENING)),
        written=Count("entry"),
    )
    return found


def missed(file: PointsFile) -> QuerySet[Adjustment]:
    """Rows that were right when the file was checked, and could not be written in the end."""
    return file.lines.exclude(problem="").order_by("row")

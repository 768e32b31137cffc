import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from members.lib.actor import Actor
from members.models import InsightMark
from members.queries.insights import REST
from members.services import audit


@transaction.atomic
def shown(found: Sequence[tuple[str, int]], *, today: dt.date, by: Actor) -> None:
    """Remember what somebody saw (key and size), once until it may be told again. Reading is no deed: no audit row."""
    if by.user_id is None:
        return
    marks = {
        mark.key: mark for mark in InsightMark.objects.filter(user_id=by.user_id, key__in=[key for key, _ in found])
    }
    new = [
        InsightMark(user_id=by.user_id, key=key, size=size, shown_on=today) for key, size in found if key not in marks
    ]
    InsightMark.objects.bulk_create(new, ignore_conflicts=True)  # another window of the same person may be first
    for key, size in found:
        mark = marks.get(key)
        if mark and (mark.dismissed_on or (today - mark.shown_on).days >= REST or size > mark.size):
            mark.size, mark.shown_on, mark.dismissed_on = size, today, None
            mark.save(update_fields=["size", "shown_on", "dismissed_on"])


@transaction.atomic
def dismiss(*, key: str, size: int, today: dt.date, by: Actor) -> None:
    """Put an insight away for this person."""
    mark, _made = InsightMark.objects.update_or_create(
        user_id=by.user_id or 0, key=key, defaults={"size": size, "dismissed_on": today}, create_defaults={
            "size": size, "dismissed_on": today, "shown_on": today,
        },
    )  # fmt: skip
    audit.record(by=by, verb="dismiss", subject_type="insight", subject_id=mark.key[:120])


@transaction.atomic
def restore(*, mark: InsightMark, by: Actor) -> None:
    """Take it back."""
    mark.dismissed_on = None
    mark.save(update_fields=["dismissed_on"])
    audit.record(by=by, verb="restore", subject_type="insight", subject_id=mark.key[:120])

"""Which of the insights that hold now are worth somebody's time today."""

import datetime as dt
from collections.abc import Sequence

from members.lib.actor import Actor
from members.lib.registry import Insight
from members.models import InsightMark

MOST = 3  # more would be read by nobody
REST = 7  # days after it was shown
AWAY = 30  # days after it was put away
GREW = 1.25  # times what was at stake then: worth telling again


def standing(actor: Actor, found: Sequence[Insight], today: dt.date) -> list[Insight]:
    """The first few that neither rest nor were put away, in their order."""
    keys = [insight.key for insight in found]
    marks = {mark.key: mark for mark in InsightMark.objects.filter(user_id=actor.user_id or 0, key__in=keys)}
    return [insight for insight in found if not _rests(marks.get(insight.key), insight, today)][:MOST]


def _rests(mark: InsightMark | None, insight: Insight, today: dt.date) -> bool:
    """Shown on an earlier day it rests a week, put away a month, unless it grew. Wrong data go on being told."""
    if mark is None or insight.size > mark.size * GREW:
        return False
    if mark.dismissed_on is not None:
        return (today - mark.dismissed_on).days < AWAY
    return not insight.is_data and mark.shown_on < today and (today - mark.shown_on).days < REST


def put_away(actor: Actor, today: dt.date) -> InsightMark | None:
    """The one this person put away last today."""
    return InsightMark.objects.filter(user_id=actor.user_id or 0, dismissed_on=today).order_by("-pk").first()

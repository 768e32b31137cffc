import datetime as dt

from django.db.models import QuerySet

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Target


def standing(actor: Actor, on: dt.date) -> dict[str, int]:
    """By figure the target that holds on a day. They are those of the whole shop: who sees a part of it has none."""
    if not actor.may(Right.SEE_REPORTS) or not actor.sees_all_stores:
        return {}
    found = Target.objects.filter(valid_from__lte=on).order_by("valid_from").values_list("metric", "value")
    return {metric: value for metric, value in dict(found).items() if value is not None}


def history(actor: Actor) -> QuerySet[Target]:
    """Every target there was, newest first, for who may set them."""
    every = Target.objects.all()
    return every if actor.may(Right.SETTINGS) else every.none()

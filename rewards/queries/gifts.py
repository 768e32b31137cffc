"""Gifts: what points buy today, and what waits to be handed over."""

import datetime as dt

from django.db.models import F, Q, QuerySet

from members.lib.actor import Actor
from members.lib.roles import Right
from rewards.models import Gift, GiftClaim

LEFT = Q(stock__isnull=True) | Q(given__lt=F("stock"))


def on_offer(today: dt.date) -> QuerySet[Gift]:
    """What can be had on a day, cheapest first; also what is out of stock (`LEFT` tells)."""
    begun = Q(first_day__isnull=True) | Q(first_day__lte=today)
    return Gift.objects.filter(begun, Q(last_day__isnull=True) | Q(last_day__gte=today), is_active=True)


def claims(actor: Actor) -> QuerySet[GiftClaim]:
    """Claims of the actor's stores, and those of no store."""
    if not (actor.may(Right.COUNTER) or actor.may(Right.PROGRAMME)):
        return GiftClaim.objects.none()
    every = GiftClaim.objects.select_related("gift", "member", "store")
    return every if actor.store_ids is None else every.filter(Q(store__in=actor.store_ids) | Q(store__isnull=True))

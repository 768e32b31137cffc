"""Coupons: what a person holds, what a code stands for, how many of an offer are where."""

import datetime as dt
import re

from django.db.models import Q, QuerySet

from members.models import Member
from rewards.models import Coupon
from rewards.queries import persons

STILL_OPEN = Q(state=Coupon.State.OPEN)


def good_on(day: dt.date) -> Q:
    """Open coupons that have not run out by a day, whether or not the nightly sweep has come by."""
    return STILL_OPEN & (Q(last_day__isnull=True) | Q(last_day__gte=day))


def open_of(member: Member, today: dt.date) -> QuerySet[Coupon]:
    """What the person can still use, soonest-ending first, with its offer; also what begins later."""
    held = Coupon.objects.filter(good_on(today), member__in=persons.records(member.pk)).select_related("offer")
    return held.order_by("last_day", "pk")


def find(code: str) -> Coupon | None:
    """The coupon a code stands for, however it was typed: small letters, spaces and hyphens do not matter."""
    return Coupon.objects.select_related("offer", "member").filter(code=plain(code)).first()


def plain(code: str) -> str:
    return re.sub(r"[\s\-\0]", "", code).upper()[:20]

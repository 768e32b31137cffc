"""Sign-ins that django-axes holds shut, as the staff page shows them."""

import datetime as dt
from collections.abc import Iterable

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Sum

from members.lib import clock


def locked(usernames: Iterable[str]) -> dict[str, dt.datetime]:
    """Of these sign-in names those that are shut from somewhere, each with the end of it.

    Only names that belong to somebody are asked for: what else was typed there may be a password.
    """
    cool_off = get_cool_off()
    tried = AccessAttempt.objects.filter(username__in=list(usernames), attempt_time__gt=clock.now() - cool_off)
    by_place = tried.values("username", "ip_address").annotate(
        failures=Sum("failures_since_start"), last=Max("attempt_time")
    )
    shut = by_place.filter(failures__gte=settings.AXES_FAILURE_LIMIT).order_by("last")
    return {each["username"]: each["last"] + cool_off for each in shut}

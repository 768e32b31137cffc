import datetime as dt
from collections.abc import Mapping
from typing import Final

from members.lib import clock, secret_links
from members.models import Tries

Purpose = Tries.Purpose
# How many tries within how many minutes; then the door stays shut until the minutes are over.
LIMITS: Final[Mapping[Purpose, tuple[int, int]]] = {
    Purpose.LINK: (10, 15),
    Purpose.RESET_FROM: (10, 15),
    Purpose.RESET_FOR: (3, 60),
    Purpose.OWN_PAGE: (20, 15),
    Purpose.SURVEY: (50, 15),
    Purpose.COMPLAINT: (50, 15),
    Purpose.COMPLAINT_SENT: (10, 15),
    Purpose.OWN_PASSWORD: (8, 15),
    Purpose.TRIAL: (10, 60),
}


def is_shut(purpose: Purpose, key: object) -> bool:
    """Whether this was tried too often of late."""
    limit, minutes = LIMITS[purpose]
    since = clock.now() - dt.timedelta(minutes=minutes)
    key_hash = secret_links.hashed(str(key))
    return Tries.objects.filter(purpose=purpose, key_hash=key_hash, since__gt=since, count__gte=limit).exists()

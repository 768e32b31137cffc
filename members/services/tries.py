import datetime as dt

from django.db import transaction

from members.lib import clock, secret_links
from members.models import Tries
from members.queries.tries import LIMITS, Purpose

_KEPT = dt.timedelta(days=1)


@transaction.atomic
def count(purpose: Purpose, key: object) -> None:
    """Remember one try. The minutes run from the first of a row of tries."""
    now = clock.now()
    Tries.objects.filter(since__lt=now - _KEPT).delete()
    row, _made = Tries.objects.select_for_update().get_or_create(
        purpose=purpose, key_hash=secret_links.hashed(str(key))
    )
    if row.since <= now - dt.timedelta(minutes=LIMITS[purpose][1]):
        row.since, row.count = now, 0
    row.count += 1
    row.save(update_fields=["since", "count"])

"""The public form for complaints: where its link leads, how much came in, and the key that makes a complaint one."""

import datetime as dt
import secrets

from django.core import signing

from members.lib import clock
from members.models import Store
from surveys.models import Case, ComplaintLink

SALT = "surveys.complaint"
KEY_DAYS = 30  # a form that was opened is good for so long
SOURCE = "form"


def link(token: str) -> ComplaintLink | None:
    """The link on the wall, while it hangs there."""
    return ComplaintLink.objects.filter(is_active=True, token=token).select_related("store").first()


def fresh_key() -> str:
    """What a form carries, so that sent twice it is one complaint: signed, nobody makes up that of another."""
    return signing.dumps(secrets.token_urlsafe(16), salt=SALT)


def number_in(key: str) -> str:
    """The number of a form in its key; a new one for a key that was made up or is old."""
    try:
        return str(signing.loads(key, salt=SALT, max_age=dt.timedelta(days=KEY_DAYS)))
    except signing.BadSignature:
        return secrets.token_urlsafe(16)


def sent(number: str) -> Case | None:
    """The case of a form that was sent before."""
    return Case.objects.filter(source=SOURCE, source_number=number).first()


def recent(store: Store) -> int:
    """How many came in by the form of a store within the last minute."""
    since = clock.now() - dt.timedelta(minutes=1)
    return Case.objects.filter(source=SOURCE, store=store, recorded_at__gt=since).count()

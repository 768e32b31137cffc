"""API tokens: made, revoked, and recognised when a request bears one."""

import datetime as dt
import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Scope
from members.models import ApiToken, Store
from members.services import audit, names
from members.services.optional import written_if_possible

LONGEST = dt.timedelta(days=366)
NOTED_EVERY = dt.timedelta(minutes=1)  # the last use: a write per request would be too many
_LETTERS = string.ascii_letters + string.digits
_FORM = re.compile(r"loy_([A-Za-z0-9]{8})_[A-Za-z0-9]{32}", re.ASCII)
UNKNOWN = "0" * 64  # no text has this digest


class BadTerm(ValueError):
    """It would be valid for no time, or for longer than a year."""


class OpensNothing(ValueError):
    """Whole contacts are asked for without the look-up that would show them."""


@transaction.atomic
def create(
    *,
    name: str,
    scopes: Iterable[Scope],
    stores: Sequence[Store] | None,
    source: str,
    expires_at: dt.datetime,
    by: Actor,
) -> tuple[ApiToken, str]:
    """A new token and its text, which nobody can read again. `stores` None: all of them, those to come too.

    names.BadName, BadTerm or OpensNothing when it cannot be.
    """
    scopes = sorted(scopes)
    if Scope.WHOLE_CONTACTS in scopes and Scope.READ_MEMBERS not in scopes:
        raise OpensNothing
    now = clock.now()
    if not now < expires_at <= now + LONGEST:
        raise BadTerm
    text = f"loy_{_random(8)}_{_random(32)}"
    token = ApiToken.objects.create(
        name=names.checked(ApiToken, name), key_id=text[4:12], digest=_digest(text), scopes=scopes,
        every_store=stores is None, source=source, created_by=by.name, created_at=now, expires_at=expires_at,
    )  # fmt: skip
    token.stores.set(stores or ())
    detail = {
        "name": token.name, "scopes": token.scopes, "source": source, "valid until": expires_at.isoformat(),
        "stores": "all" if stores is None else sorted(store.code for store in stores),
    }  # fmt: skip
    audit.record(by=by, verb="create", subject_type="token", subject_id=token.pk, detail=detail)
    return token, text


@transaction.atomic
def revoke(token: ApiToken, *, by: Actor) -> None:
    """It opens nothing any more, from now on."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now()):
        audit.record(by=by, verb="revoke", subject_type="token", subject_id=token.pk, detail={"name": token.name})


def actor_of(text: str, ip: str) -> Actor | None:
    """Whom the bearer of this text acts as; None when it is no token, an expired or a revoked one."""
    form = _FORM.fullmatch(text)
    token = ApiToken.objects.filter(key_id=form[1]).first() if form else None
    known = hmac.compare_digest(_digest(text), token.digest if token else UNKNOWN)
    if token is None or not known or token.state != ApiToken.State.ACTIVE:
        return None
    _note_use(token)
    stores = None if token.every_store else frozenset(token.stores.values_list("id", flat=True))
    return Actor(
        kind="token", name=token.name, role=None, store_ids=stores, ip=ip, token_id=token.pk,
        scopes=frozenset(scope for scope in Scope if scope in token.scopes), source=token.source,
    )  # fmt: skip


def _note_use(token: ApiToken) -> None:
    now = clock.now()
    if token.last_used_at is None or token.last_used_at <= now - NOTED_EVERY:
        unnoted = Q(last_used_at=None) | Q(last_used_at__lte=now - NOTED_EVERY)
        own = ApiToken.objects.filter(unnoted, pk=token.pk)
        written_if_possible(lambda: own.update(last_used_at=now))


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""Connections of shop systems: made, given another secret, deactivated."""

import itertools

from django.db import transaction

from members.lib import clock
from members.lib.actor import Actor
from members.models import ShopConnection, Store
from members.services import audit, names

SHORTEST = 8  # characters of a secret: what Shopify and WooCommerce make is longer


class BadSecret(ValueError):
    """It is too short to be one, too long, or the one there is."""


class SourceTaken(ValueError):
    """Orders of another active connection come under this source: those of the same number would be taken for one."""

    def __init__(self, name: str, free: str) -> None:
        super().__init__(name)
        self.name, self.free = name, free  # of the other connection; a source that none has


@transaction.atomic
def create(*, kind: str, name: str, store: Store, source: str, secret: str, by: Actor) -> ShopConnection:
    """A new connection. names.BadName when the name is taken, BadSecret when the secret cannot be one; SourceTaken."""
    made = ShopConnection(
        kind=kind, name=names.checked(ShopConnection, name), store=store, source=source, secret=_checked(secret),
        created_by=by.name,
    )  # fmt: skip
    _check_source(source)
    try:
        with names.unique():
            made.save()
    except names.BadName:
        _check_source(source)  # of two at once, the second
        raise
    _audit(made, "create", by, kind=kind, store=store.code, source=source)
    return made


@transaction.atomic
def replace_secret(connection: ShopConnection, secret: str, *, by: Actor) -> None:
    """Take a new secret; the one before counts too until `retire_secret`. BadSecret when it cannot be one."""
    locked = ShopConnection.objects.select_for_update().get(pk=connection.pk)
    secret = _checked(secret)
    if secret == locked.secret:
        raise BadSecret
    locked.secret, locked.old_secret = secret, locked.secret
    locked.save(update_fields=["secret", "old_secret"])
    _audit(locked, "renew_secret", by)


@transaction.atomic
def retire_secret(connection: ShopConnection, *, by: Actor) -> None:
    """From now on the present secret alone counts."""
    if ShopConnection.objects.filter(pk=connection.pk).exclude(old_secret="").update(old_secret=""):
        _audit(connection, "retire_secret", by)


@transaction.atomic
def deactivate(connection: ShopConnection, *, by: Actor) -> None:
    """It takes nothing any more, and its secrets are forgotten. What it has brought stays."""
    ended = ShopConnection.objects.filter(pk=connection.pk, ended_at=None)
    if ended.update(ended_at=clock.now(), secret="", old_secret=""):
        _audit(connection, "deactivate", by)


def _check_source(source: str) -> None:
    if other := ShopConnection.objects.filter(source=source, ended_at=None).first():
        used = set(ShopConnection.objects.values_list("source", flat=True))
        free = (f"{source[:50]}-{number}" for number in itertools.count(2))
        raise SourceTaken(other.name, next(each for each in free if each not in used))


def _checked(secret: str) -> str:
    secret = secret.replace("\x00", "").strip()
    longest = ShopConnection._meta.get_field("secret").max_length or 0
    if not SHORTEST <= len(secret) <= longest:
        raise BadSecret
    return secret


def _audit(connection: ShopConnection, verb: str, by: Actor, **detail: str) -> None:
    audit.record(
        by=by, verb=verb, subject_type="shop_connection", subject_id=connection.pk,
        detail={"name": connection.name, **detail},
    )  # fmt: skip

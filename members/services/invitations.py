"""Invitations: made with the role and the stores in them, handed over or mailed, accepted once."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members.lib import clock, masking, secret_links
from members.lib.actor import Actor
from members.lib.roles import Right, Role
from members.models import Invitation, Store, User
from members.queries import invitations as queries
from members.queries import staff as staff_queries
from members.services import audit, jobs, staff
from members.services.staff import AddressTaken, Refused

VALID: Final = dt.timedelta(days=7)
MAIL: Final = "staff_mail"  # the kind of job that mails one


class Closed(Exception):
    """The link lets nobody in: it was used, withdrawn, has run out, or never was one."""


class NameTaken(Exception):
    """Somebody else signs in by this name."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What the invited person says about themselves."""

    username: str
    display_name: str
    password: str
    language: str


@transaction.atomic
def invite(*, name: str, email: str, role: Role, stores: Collection[Store], by: Actor) -> tuple[Invitation, str]:
    """Invite somebody. Returns the secret of the link too, which is kept nowhere; by mail another one goes out.

    An address that is in use is refused to who sees who uses it; for all others it looks like any other, and whoever
    opens the link is told.
    """
    _check(role, stores, by)
    places = staff.stores_of_role(role, stores)
    if email and queries.visible(by).filter(email__iexact=email, expires_at__gt=clock.now()).exists():
        raise Refused(_("This address has an open invitation already. Send that one again, or withdraw it first."))
    if email and staff_queries.visible(by).filter(email__iexact=email, is_active=True).exists():
        raise Refused(_("Somebody with this e-mail address works here already."))
    secret = secret_links.fresh()
    invitation = Invitation.objects.create(
        name=name, email=email, role=role, token_hash=secret_links.hashed(secret), invited_by=by.name,
        user_id=by.user_id, expires_at=clock.now() + VALID,
    )  # fmt: skip
    invitation.stores.set(places)
    _audited("invite", invitation, by, [store.code for store in places])
    return invitation, secret


@transaction.atomic
def renew(invitation: Invitation, *, by: Actor) -> str:
    """A new link for as many days again; the one before works no more. Returns its secret."""
    held = _held(invitation, by)
    secret = secret_links.fresh()
    held.token_hash, held.expires_at, held.sent_at = secret_links.hashed(secret), clock.now() + VALID, None
    held.save(update_fields=["token_hash", "expires_at", "sent_at"])
    _audited("renew", held, by)
    return secret


@transaction.atomic
def mail(invitation: Invitation, *, by: Actor) -> None:
    """Send the link to the address of the invitation; the job makes a fresh one, so that none waits in a queue."""
    jobs.enqueue(MAIL, {"invitation": invitation.pk}, by=by)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Actor) -> None:
    """Its link works no more."""
    held = _held(invitation, by)
    held.withdrawn_at = clock.now()
    held.save(update_fields=["withdrawn_at"])
    _audited("withdraw", held, by)


def accept(secret: str, newcomer: Newcomer, *, ip: str) -> User:
    """Make the sign-in that was promised. Closed when the link is spent: of two who use it at once one gets in.

    NameTaken, or AddressTaken when the address is somebody's who works here.
    """
    try:
        with transaction.atomic():
            return _accept(secret, newcomer, ip)
    except IntegrityError as error:
        raise (NameTaken if staff_queries.name_is_taken(newcomer.username) else AddressTaken) from error


def _accept(secret: str, newcomer: Newcomer, ip: str) -> User:
    invitation = queries.by_secret(secret)
    if invitation is None or not queries.still_open().filter(pk=invitation.pk).update(accepted_at=clock.now()):
        raise Closed
    if staff_queries.name_is_taken(newcomer.username):
        raise NameTaken
    by = Actor(kind="user", name=newcomer.display_name, role=None, store_ids=frozenset(), ip=ip)
    user = staff.create(
        username=newcomer.username, password=newcomer.password, display_name=newcomer.display_name,
        role=Role(invitation.role), stores=invitation.stores.all(), email=invitation.email,
        language=newcomer.language, by=by,
    )  # fmt: skip
    Invitation.objects.filter(pk=invitation.pk).update(accepted_by=user)
    _audited("accept", invitation, by)
    return user


def _check(role: Role, stores: Collection[Store], by: Actor) -> None:
    """Nobody gives more than they may: a manager invites clerks, and to own stores only."""
    if role not in staff_queries.givable(by):
        raise PermissionDenied(Right.SETTINGS)
    if by.store_ids is not None and not {store.pk for store in stores} <= by.store_ids:
        raise PermissionDenied(Right.SETTINGS)


def _held(invitation: Invitation, by: Actor) -> Invitation:
    """The row as it is now, held until the end of the transaction."""
    held = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _check(Role(held.role), held.stores.all(), by)
    if held.accepted_at or held.withdrawn_at:
        raise Refused(_("This invitation was accepted or withdrawn in the meantime."))
    return held


def _audited(verb: str, invitation: Invitation, by: Actor, stores: Collection[str] | None = None) -> None:
    detail: dict[str, Any] = {
        "role": invitation.role,
        "email": masking.email(invitation.email) if invitation.email else "",
    }
    if stores is not None:
        detail |= {"stores": list(stores)}
    audit.record(by=by, verb=verb, subject_type="invitation", subject_id=invitation.pk, detail=detail)

"""Passwords: changed by their owner, or set anew by a link. Either ends every other session."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import AuditEntry, User
from members.services import audit, sessions

HANDED_OVER = "hand_over_password_link"


class Used(Exception):
    """The link has been used, or has run out since the page was opened."""


class Deactivated(ValueError):
    """A link would be for somebody who may not sign in."""


@dataclass(frozen=True, slots=True)
class ResetLink:
    """The two parts of the address under which one person sets a new password, once."""

    uidb64: str
    token: str


class LinkTokens(PasswordResetTokenGenerator):
    """Django's, of one series of links: a new series voids those that are out."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.link_series}"


tokens = LinkTokens()


def reset_link(user: User) -> ResetLink:
    """By Django's tokens: void with the next password, the next sign-in, or after PASSWORD_RESET_TIMEOUT."""
    return ResetLink(urlsafe_base64_encode(force_bytes(user.pk)), tokens.make_token(user))


@transaction.atomic
def hand_over_link(user: User, *, by: Actor) -> ResetLink:
    """A link that an administrator gives to whom it is for; that there was one is written down.

    Deactivated when the person may no longer sign in.
    """
    if not by.may(Right.SETTINGS):
        raise PermissionDenied(Right.SETTINGS)
    if not user.is_active:
        raise Deactivated
    audit.record(by=by, verb=HANDED_OVER, subject_type="user", subject_id=user.pk)
    return reset_link(user)


def void_links_of(author: User) -> None:
    """Void the links that somebody handed over who may no longer do so."""
    since = clock.now() - dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    handed = AuditEntry.objects.filter(verb=HANDED_OVER, user_id=author.pk, at__gte=since)
    whom = [int(pk) for pk in handed.values_list("subject_id", flat=True)]
    User.objects.filter(pk__in=whom).update(link_series=F("link_series") + 1)


@transaction.atomic
def change(user: User, password: str, *, by: Actor, session: object) -> None:
    """The owner's own change, made in `session`, which goes on."""
    _set(user, password, by)
    sessions.end_all(user, by=by, but=session)


@transaction.atomic
def reset(user: User, token: str, password: str, *, ip: str) -> None:
    """The change that a link allows. Used when it does so no longer: of two who use it at once one is refused."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active or not tokens.check_token(user, token):
        raise Used
    by = Actor(kind="user", name=str(user), role=None, store_ids=frozenset(), user_id=user.pk, ip=ip)
    _set(user, password, by)
    sessions.end_all(user, by=by)


def _set(user: User, password: str, by: Actor) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(by=by, verb="set_password", subject_type="user", subject_id=user.pk)

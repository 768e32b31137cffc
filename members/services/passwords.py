"""Passwords: changed by their owner, or set anew by a link. Either ends every other session."""

from dataclasses import dataclass

from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import User
from members.services import audit, sessions


class Used(Exception):
    """The link has been used, or has run out since the page was opened."""


@dataclass(frozen=True, slots=True)
class ResetLink:
    """The two parts of the address under which one person sets a new password, once."""

    uidb64: str
    token: str


def reset_link(user: User) -> ResetLink:
    """By Django's tokens: void with the next password, the next sign-in, or after PASSWORD_RESET_TIMEOUT."""
    return ResetLink(urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user))


@transaction.atomic
def hand_over_link(user: User, *, by: Actor) -> ResetLink:
    """A link that an administrator gives to whom it is for; that there was one is written down."""
    if not by.may(Right.SETTINGS) or not user.is_active:
        raise PermissionDenied(Right.SETTINGS)
    audit.record(by=by, verb="hand_over_password_link", subject_type="user", subject_id=user.pk)
    return reset_link(user)


@transaction.atomic
def change(user: User, password: str, *, by: Actor, session: object) -> None:
    """The owner's own change, made in `session`, which goes on."""
    _set(user, password, by)
    sessions.end_all(user, by=by, but=session)


@transaction.atomic
def reset(user: User, token: str, password: str, *, ip: str) -> None:
    """The change that a link allows. Used when it does so no longer: of two who use it at once one is refused."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active or not default_token_generator.check_token(user, token):
        raise Used
    by = Actor(kind="user", name=str(user), role=None, store_ids=frozenset(), user_id=user.pk, ip=ip)
    _set(user, password, by)
    sessions.end_all(user, by=by)


def _set(user: User, password: str, by: Actor) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(by=by, verb="set_password", subject_type="user", subject_id=user.pk)

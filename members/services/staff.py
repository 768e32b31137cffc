"""Members of staff: hired, changed, let go and taken back, by administrators; a manager lets own clerks go."""

from collections.abc import Collection, Iterable
from typing import Any

from axes.utils import reset as reset_lock_out
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from members.lib import clock, masking
from members.lib.actor import Actor
from members.lib.roles import ALL_STORES, Right, Role
from members.models import Store, User
from members.queries import invitations
from members.queries import staff as queries
from members.services import audit, passwords, private_files, sessions


class Refused(ValueError):
    """It cannot be done; the text says why, for the reader."""


class AddressTaken(Refused):
    """Somebody else who works here has the e-mail address."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else who works here has this e-mail address. Use another one."))


@transaction.atomic
def create(
    *, username: str, password: str, display_name: str, role: Role, stores: Iterable[Store] = (), by: Actor,
    email: str = "", language: str = "", is_demo: bool = False,
) -> User:  # fmt: skip
    """A sign-in with one role. Administrators also enter Django admin."""
    is_admin = role == Role.ADMIN
    user = User.objects.create_user(
        username, email=email, password=password, display_name=display_name, role=role, is_demo=is_demo,
        language=language,
        is_staff=is_admin, is_superuser=is_admin,
    )  # fmt: skip
    user.stores.set(stores)
    audit.record(by=by, verb="create", subject_type="user", subject_id=user.pk, detail={"role": role})
    return user


@transaction.atomic
def change(user: User, *, display_name: str, email: str, role: Role, stores: Collection[Store], by: Actor) -> None:
    """Another name, address, role or other stores. They hold from the next request on.

    Refused when it would leave nobody who can give rights, or two people with one address. Open invitations and
    password links of somebody who loses the right to settings are withdrawn: they give what their author may no
    longer give.
    """
    user = _locked(user, by)
    if user.is_active and role != Role.ADMIN:
        _keep_an_administrator(user)
    places = stores_of_role(role, stores)
    before = _facts(user)
    user.display_name, user.email, user.role = display_name, email, role
    user.is_staff = user.is_superuser = role == Role.ADMIN
    _save(user, "display_name", "email", "role", "is_staff", "is_superuser")
    user.stores.set(places)
    after = _facts(user)
    if (before["role"], before["stores"]) != (after["role"], after["stores"]):
        _withdraw_what_they_gave(user)
    changes = {name: {"before": before[name], "after": after[name]} for name in after if before[name] != after[name]}
    if changes:
        audit.record(by=by, verb="change", subject_type="user", subject_id=user.pk, detail={"changes": changes})


@transaction.atomic
def deactivate(user: User, *, by: Actor) -> None:
    """Let somebody in no more, and out of every session at once. What they did stays theirs.

    A manager does so with own clerks; with one who works elsewhere too it is Refused.
    """
    user = _locked(user, by, Right.INVITE_CLERKS)
    if not queries.visible(by).filter(pk=user.pk).exists():
        raise PermissionDenied(Right.SETTINGS)
    if not queries.may_deactivate(by, user):
        raise Refused(_("This person works in other stores too: an administrator can deactivate the sign-in."))
    if user.pk == by.user_id:
        raise Refused(_("You cannot deactivate yourself; another administrator can."))
    if not user.is_active:
        return
    _keep_an_administrator(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    _withdraw_what_they_gave(user)
    ended = sessions.end_all(user, by=by)
    audit.record(by=by, verb="deactivate", subject_type="user", subject_id=user.pk, detail={"sessions": ended})


@transaction.atomic
def activate(user: User, *, by: Actor) -> None:
    """Let somebody in again, with role, stores and password as they were. Refused when the address is another's now."""
    user = _locked(user, by)
    if user.is_active:
        return
    user.is_active = True
    _save(user, "is_active")
    audit.record(by=by, verb="activate", subject_type="user", subject_id=user.pk)


@transaction.atomic
def unlock(user: User, *, by: Actor) -> None:
    """Let somebody try to sign in again whom too many wrong passwords had shut out, from wherever they tried."""
    user = _locked(user, by)
    if reset_lock_out(username=user.username):
        audit.record(by=by, verb="unlock", subject_type="user", subject_id=user.pk)


@transaction.atomic
def set_profile(user: User, *, display_name: str, email: str, language: str, by: Actor) -> None:
    """What somebody may change about themselves. Refused when the address is another's."""
    if user.pk != by.user_id:
        raise PermissionDenied(Right.SETTINGS)
    user = User.objects.select_for_update().get(pk=user.pk)
    before = _facts(user)
    user.display_name, user.email, user.language = display_name, email, language
    _save(user, "display_name", "email", "language")
    after = _facts(user)
    changes = {name: {"before": before[name], "after": after[name]} for name in after if before[name] != after[name]}
    if changes:
        audit.record(by=by, verb="change", subject_type="user", subject_id=user.pk, detail={"changes": changes})


def set_language(actor: Actor, code: str) -> None:
    """Remember the language of who is signed in; a visitor has only the cookie."""
    if actor.user_id:
        User.objects.filter(pk=actor.user_id).update(language=code)


def stores_of_role(role: Role, stores: Collection[Store]) -> Collection[Store]:
    """The stores that go with a role: none for head office; who works in stores needs one, or would see nothing."""
    if role in ALL_STORES:
        return ()
    if not stores:
        raise Refused(_("Store managers and clerks need at least one store."))
    return stores


def _save(user: User, *fields: str) -> None:
    try:
        with transaction.atomic():
            user.save(update_fields=fields)
    except IntegrityError as error:
        raise AddressTaken from error


def _locked(user: User, by: Actor, right: Right = Right.SETTINGS) -> User:
    """The row as it is now, held until the end of the transaction, and every administrator with it.

    In one order for all: two administrators who demote each other wait for one another instead of both failing.
    """
    if not by.may(right):
        raise PermissionDenied(right)
    administrators = Q(pk__in=queries.active_administrators().order_by().values("pk"))
    held = User.objects.filter(administrators | Q(pk=user.pk)).order_by("pk").select_for_update()
    return next(each for each in held if each.pk == user.pk)


def _keep_an_administrator(user: User) -> None:
    """Refuse when nobody else is left."""
    if list(queries.active_administrators()) == [user]:
        raise Refused(_("This is the last active administrator. Make somebody else one first."))


def _withdraw_what_they_gave(user: User) -> None:
    """Invitations and password links of who may no longer give them away, and files made with the rights of before."""
    private_files.withdraw_of(user)
    if user.acts_as != Role.ADMIN or not user.is_active:
        invitations.still_open().filter(user_id=user.pk).update(withdrawn_at=clock.now())
        passwords.void_links_of(user)


def _facts(user: User) -> dict[str, Any]:
    """What the audit says of somebody, addresses masked."""
    return {
        "name": user.display_name,
        "email": masking.email(user.email) if user.email else "",
        "role": user.acts_as or "",
        "stores": sorted(user.stores.values_list("code", flat=True)),
        "language": user.language,
    }

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from members.lib.actor import Actor
from members.lib.roles import Role
from members.models import Merchant, User
from members.services import audit, staff


class AlreadySetUp(Exception):
    """Somebody else was first: the shop has a name, or a sign-in exists that should have been used."""


@dataclass(frozen=True, slots=True)
class Administrator:
    """The first sign-in of an installation."""

    username: str
    display_name: str
    password: str


def set_up(
    *, name: str, currency: str, zone: str, language: str, administrator: Administrator | None, by: Actor
) -> User | None:
    """Name the merchant and, where no sign-in exists, make the first administrator, who is returned.

    All or nothing. AlreadySetUp when there is a merchant, or when an administrator is asked for beside other users.
    """
    try:
        with transaction.atomic():
            if administrator and User.objects.exists():
                raise AlreadySetUp
            merchant = Merchant.objects.create(pk=1, name=name, currency=currency, zone=zone, language=language)
            detail = {"name": name, "currency": currency, "zone": zone, "language": language}
            audit.record(by=by, verb="set up", subject_type="merchant", subject_id=merchant.pk, detail=detail)
            return _hire(administrator, language, by) if administrator else None
    except IntegrityError as error:
        raise AlreadySetUp from error


def _hire(administrator: Administrator, language: str, by: Actor) -> User:
    user = staff.create(
        username=administrator.username,
        password=administrator.password,
        display_name=administrator.display_name,
        role=Role.ADMIN,
        by=by,
    )
    user.language = language
    user.save(update_fields=["language"])
    return user

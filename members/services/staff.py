from collections.abc import Iterable

from django.db import transaction

from members.lib.actor import Actor
from members.lib.roles import Role
from members.models import Store, User
from members.services import audit


@transaction.atomic
def create(
    *, username: str, password: str, display_name: str, role: Role, stores: Iterable[Store] = (), by: Actor,
    email: str = "", is_demo: bool = False,
) -> User:  # fmt: skip
    """A sign-in with one role. Administrators also enter Django admin."""
    is_admin = role == Role.ADMIN
    user = User.objects.create_user(
        username, email=email, password=password, display_name=display_name, role=role, is_demo=is_demo,
        is_staff=is_admin, is_superuser=is_admin,
    )  # fmt: skip
    user.stores.set(stores)
    audit.record(by=by, verb="create", subject_type="user", subject_id=user.pk, detail={"role": role})
    return user


def set_language(actor: Actor, code: str) -> None:
    """Remember the language of who is signed in; a visitor has only the cookie."""
    if actor.user_id:
        User.objects.filter(pk=actor.user_id).update(language=code)

from members.lib.actor import NOBODY, Actor, stores_for
from members.lib.roles import Role
from members.models import User


def actor_for(user: User, ip: str = "") -> Actor:
    """The actor a signed-in user is: role and stores read afresh, so that a changed right works at once."""
    if not user.is_active:
        return NOBODY
    role = user.acts_as
    assigned = (
        frozenset(user.stores.values_list("id", flat=True)) if role in {Role.MANAGER, Role.CLERK} else frozenset()
    )
    return Actor(kind="user", name=str(user), role=role, store_ids=stores_for(role, assigned), user_id=user.pk, ip=ip)


def actor_by_id(user_id: int | None, name: str = "system") -> Actor:
    """The actor of a job: the user who asked for it, with the rights of today, or the system."""
    if user_id is None:
        return Actor(kind="system", name=name, role=Role.ADMIN, store_ids=None)
    user = User.objects.filter(pk=user_id).first()
    return actor_for(user) if user else NOBODY

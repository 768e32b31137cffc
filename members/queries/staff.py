from collections.abc import Collection

from django.db.models import Q, QuerySet

from members.lib.roles import RIGHTS, Right, Role
from members.models import User


def anybody() -> bool:
    """Whether there is a sign-in at all; before that, the first visitor sets up the shop."""
    return User.objects.exists()


def administrators() -> list[str]:
    """The names of those who may give rights, at most three."""
    found = User.objects.filter(Q(role=Role.ADMIN) | Q(is_superuser=True), is_active=True).order_by("pk")[:3]
    return [str(user) for user in found]


def demo_sign_ins() -> QuerySet[User]:
    """The sign-ins of the demo shop, one per role."""
    return User.objects.filter(is_demo=True, is_active=True).order_by("pk")


def readers_of_mail() -> QuerySet[User]:
    """Active staff who may see reports and have an e-mail address."""
    roles = [role for role in Role if Right.SEE_REPORTS in RIGHTS[role]]
    readers = User.objects.filter(Q(role__in=roles) | Q(is_superuser=True), is_active=True)
    return readers.exclude(email="").order_by("display_name", "pk")


def other_administrators(user: User) -> QuerySet[User]:
    """Active administrators besides this one."""
    return User.objects.filter(Q(role=Role.ADMIN) | Q(is_superuser=True), is_active=True).exclude(pk=user.pk)


def names(user_ids: Collection[int]) -> dict[int, str]:
    """What these members of staff are called."""
    return {user.pk: str(user) for user in User.objects.filter(pk__in=user_ids)}

from collections.abc import Collection

from django.db.models import Prefetch, Q, QuerySet

from members.lib.actor import Actor
from members.lib.roles import RIGHTS, Right, Role
from members.models import User
from members.queries import scope


def anybody() -> bool:
    """Whether there is a sign-in at all; before that, the first visitor sets up the shop."""
    return User.objects.exists()


def administrators() -> list[str]:
    """The names of those who may give rights, at most three."""
    return [str(user) for user in active_administrators()[:3]]


def active_administrators() -> QuerySet[User]:
    """Who may give rights now, in a fixed order."""
    return User.objects.filter(Q(role=Role.ADMIN) | Q(is_superuser=True), is_active=True).order_by("pk")


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


def visible(actor: Actor) -> QuerySet[User]:
    """Everybody for administrators; for a manager the clerks who work in an own store, with these stores alone."""
    every = User.objects.prefetch_related(Prefetch("stores", scope.stores(actor).order_by("code")))
    if actor.may(Right.SETTINGS):
        return every.order_by("-is_active", "display_name", "pk")
    if not actor.may(Right.INVITE_CLERKS) or actor.store_ids is None:
        return every.none()
    clerks = every.filter(role=Role.CLERK, is_superuser=False, stores__in=actor.store_ids)
    return clerks.distinct().order_by("-is_active", "display_name", "pk")


def givable(actor: Actor) -> list[Role]:
    """The roles that somebody may give away."""
    if actor.may(Right.SETTINGS):
        return list(Role)
    return [Role.CLERK] if actor.may(Right.INVITE_CLERKS) else []


def who_ask(email: str) -> list[int]:
    """The active staff with this address, however its letters are written."""
    return list(User.objects.filter(email__iexact=email, is_active=True).values_list("pk", flat=True))


def may_deactivate(actor: Actor, person: User) -> bool:
    """Administrators everybody; a manager the clerks who work in own stores and nowhere else."""
    if actor.may(Right.SETTINGS):
        return True
    if not actor.may(Right.INVITE_CLERKS) or actor.store_ids is None or person.acts_as != Role.CLERK:
        return False
    places = set(User.stores.through.objects.filter(user=person).values_list("store_id", flat=True))
    return bool(places) and places <= actor.store_ids


def name_is_taken(username: str) -> bool:
    """Whether a sign-in name is somebody's; names that differ in capitals alone are too easily confused."""
    return User.objects.filter(username__iexact=username).exists()

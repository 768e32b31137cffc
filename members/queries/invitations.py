from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from members.lib import clock, secret_links
from members.lib.actor import Actor
from members.lib.roles import Right, Role
from members.models import Invitation
from members.queries import scope


def visible(actor: Actor) -> QuerySet[Invitation]:
    """Invitations that led nowhere yet, of those in reach."""
    return within_reach(actor).filter(accepted_at=None, withdrawn_at=None)


def within_reach(actor: Actor) -> QuerySet[Invitation]:
    """All there ever were for administrators; for a manager those of clerks of own stores alone."""
    every = Invitation.objects.prefetch_related(Prefetch("stores", scope.stores(actor).order_by("code")))
    if actor.may(Right.SETTINGS):
        return every
    if not actor.may(Right.INVITE_CLERKS) or actor.store_ids is None:
        return every.none()
    places = Invitation.stores.through.objects.filter(invitation=OuterRef("pk"))
    elsewhere = Exists(places.exclude(store__in=actor.store_ids))
    return every.filter(~elsewhere, Exists(places), role=Role.CLERK)


def still_open() -> QuerySet[Invitation]:
    """Those whose link works."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=clock.now())


def by_secret(secret: str) -> Invitation | None:
    """The invitation that a link stands for, if it still lets somebody in."""
    return still_open().filter(token_hash=secret_links.hashed(secret)).prefetch_related("stores").first()

"""Saved views of the member list: which of them an actor may use, and which they may rename and delete."""

from django.db.models import Q, QuerySet

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import SavedView


def visible(actor: Actor) -> QuerySet[SavedView]:
    """Everybody's, and the actor's own. None without the right to see members."""
    if not actor.may(Right.SEE_MEMBERS):
        return SavedView.objects.none()
    return SavedView.objects.filter(Q(is_shared=True) | Q(user_id=actor.user_id or 0))


def is_own(actor: Actor, view: SavedView) -> bool:
    """Whether the actor may rename and delete a view they see: what they saved; head office also what others share."""
    return actor.sees_all_stores or view.user_id == (actor.user_id or 0)

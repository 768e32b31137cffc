from django.db.models import QuerySet

from members.lib import registry
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import AuditEntry, Export


def own(actor: Actor) -> QuerySet[AuditEntry]:
    """The files the actor has downloaded, as the audit tells it, the latest first."""
    if actor.user_id is None:
        return AuditEntry.objects.none()
    return AuditEntry.objects.filter(verb="export", user_id=actor.user_id).order_by("-pk")


def own_files(actor: Actor) -> QuerySet[Export]:
    """The private files the actor has asked for, the latest first."""
    if actor.user_id is None:
        return Export.objects.none()
    return Export.objects.filter(owner_id=actor.user_id).select_related("job").order_by("-pk")


def may_have(actor: Actor, export: Export) -> bool:
    """Whether the rights of today still give such a file."""
    known = registry.files.get(export.kind)
    if known is None or not actor.may(known.right):
        return False
    return not export.whole_contacts or actor.may(Right.WHOLE_CONTACTS)

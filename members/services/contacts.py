from django.db import transaction

from members.lib.actor import Actor
from members.lib.roles import Scope
from members.models import Identifier, Member
from members.queries import look_up
from members.services import audit


@transaction.atomic
def whole(member: Member, *, by: Actor) -> list[Identifier] | None:
    """The contacts of a member, unmasked; the audit says who has seen them. None for who may only see them masked."""
    if Scope.WHOLE_CONTACTS not in by.scopes:
        return None
    found = list(look_up.contacts_of(by, member))
    detail = {"kinds": sorted({identifier.kind for identifier in found})}
    audit.record(by=by, verb="reveal", subject_type="member", subject_id=member.pk, detail=detail)
    return found

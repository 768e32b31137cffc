from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy

from members.lib import masking
from members.lib.actor import Actor
from members.lib.roles import Right, Scope
from members.models import Identifier, Member, User
from members.queries import look_up, reveals
from members.services import audit

REASONS: Final = {
    "asked": gettext_lazy("The member asked to be called or written to"),
    "complaint": gettext_lazy("A complaint or a return"),
    "order": gettext_lazy("A question about an order"),
    "check": gettext_lazy("To check the record against the person"),
}


class LimitReached(Exception):
    """As many contacts were shown today as may be."""


@transaction.atomic
def whole(member: Member, *, by: Actor) -> list[Identifier] | None:
    """The contacts of a member, unmasked; the audit says who has seen them. None for who may only see them masked."""
    if Scope.WHOLE_CONTACTS not in by.scopes:
        return None
    found = list(look_up.contacts_of(by, member))
    detail = {"kinds": sorted({identifier.kind for identifier in found})}
    audit.record(by=by, verb=reveals.VERB, subject_type="member", subject_id=member.pk, detail=detail)
    return found


@transaction.atomic
def reveal(contact: Identifier, member: Member, *, reason: str, by: Actor) -> str:
    """One whole value, for one of REASONS. `member`: whom the contact counts for, in scope. Raises LimitReached."""
    if not by.may(Right.REVEAL) or by.user_id is None:
        raise PermissionDenied(Right.REVEAL)
    User.objects.select_for_update().get(pk=by.user_id)  # of two clicks at once the second counts the first
    if reveals.left_today(by) == 0:
        raise LimitReached
    detail = {"reason": reason, "kinds": [contact.kind]}
    audit.record(by=by, verb=reveals.VERB, subject_type="member", subject_id=member.pk, detail=detail)
    return masking.whole(contact.kind, contact.value)

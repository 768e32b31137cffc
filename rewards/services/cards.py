"""Member cards: a code that was lost or copied is revoked, and the card says another one from then on."""

from django.db import transaction
from django.db.models import F

from members.lib.actor import Actor
from members.models import Member
from members.services import audit
from rewards.models import MemberCard


@transaction.atomic
def revoke(member: Member, *, by: Actor) -> None:
    """No code that the member's card showed until now finds the member any more."""
    card, _is_new = MemberCard.objects.get_or_create(member=member)
    MemberCard.objects.filter(pk=card.pk).update(revoked=F("revoked") + 1)
    audit.record(by=by, verb="revoke_card", subject_type="member", subject_id=member.pk)

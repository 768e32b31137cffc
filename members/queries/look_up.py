from django.db.models import Q, QuerySet

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Identifier, Member
from members.rules.imports import contacts


def exactly(actor: Actor, text: str) -> QuerySet[Member]:
    """The members of any store with exactly this member number, card or phone; a part of one finds nobody."""
    text = text.strip()
    if not text or not actor.may(Right.LOOK_UP):
        return Member.objects.none()
    owned = Q(kind=Identifier.Kind.CARD, value__in={text, text.casefold()})
    phone, _fix = contacts.phone(text)
    if phone:
        owned |= Q(kind=Identifier.Kind.PHONE, value=phone)
    owners = Identifier.objects.filter(owned, voided_at__isnull=True).values("member")
    every = Member.objects.filter(voided_at__isnull=True)
    return every.filter(Q(number_key=text.casefold()) | Q(pk__in=owners))

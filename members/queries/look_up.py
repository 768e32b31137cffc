from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Identifier, Member
from members.queries import merchants
from members.rules.imports import contacts


def exactly(actor: Actor, text: str) -> QuerySet[Member]:
    """The members of any store with exactly this member number, card or phone; a part of one finds nobody."""
    text = text.strip()
    if not text or not actor.may(Right.LOOK_UP):
        return Member.objects.none()
    owned = Q(kind=Identifier.Kind.CARD, value__in={text, text.casefold()})
    phone, _fix = contacts.phone(text, merchants.region())
    if phone:
        owned |= Q(kind=Identifier.Kind.PHONE, value=phone)
    owners = Identifier.objects.filter(owned, voided_at__isnull=True)
    records = Member.objects.filter(voided_at__isnull=True)
    found = records.filter(Q(number_key=text.casefold()) | Q(pk__in=owners.values("member")))
    return records.filter(pk__in=found.values(owner=Coalesce("merged_into", "pk")))

"""Complaints by the public form: each once, and no more than a store can read."""

from django.conf import settings
from django.db import transaction

from members.lib.actor import Actor
from surveys.models import Case, ComplaintLink
from surveys.queries import complaints as queries
from surveys.services import cases


class Flood(Exception):
    """More come in by this link than a minute allows. Nothing was written; sent again later, it is taken."""


@transaction.atomic
def take(link: ComplaintLink, *, text: str, contact: str, number: str, by: Actor) -> Case:
    """Open a case about the store of a link. The same number again is the same case."""
    ComplaintLink.objects.select_for_update().get(pk=link.pk)  # who sends at the same moment is counted too
    if found := queries.sent(number):
        return found
    if queries.recent(link.store) >= settings.COMPLAINTS_PER_MINUTE:
        raise Flood
    told = cases.Told(
        Case.Intake.FORM, text, store=link.store, contact=contact, source=queries.SOURCE, source_number=number
    )
    return cases.open_case(told, by=by)

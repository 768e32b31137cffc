"""Customers who ask, through a shop, for their data or to be erased: written down for staff, who decide and do it."""

from django.db import transaction
from django.db.models import Q

from members.lib import clock
from members.lib.actor import Actor, system
from members.models import Member, Order, PrivacyRequest, ShopConnection, ShopOrder
from members.queries import look_up
from members.rules.shops.said import PersonSaid
from members.services import audit

ASKED, NOBODY = "asked", "nobody"


def note(connection: ShopConnection, asked: PersonSaid) -> str:
    """One open request for each member that the customer is here. Returns the code of the outcome."""
    found = _members(connection, asked)
    for member in found:
        PrivacyRequest.objects.get_or_create(
            kind=asked.kind, member=member, done_at=None, defaults={"connection": connection}
        )
    return ASKED if found else NOBODY


@transaction.atomic
def done(request: PrivacyRequest, *, by: Actor) -> None:
    """Somebody has seen to it."""
    if PrivacyRequest.objects.filter(pk=request.pk, done_at=None).update(done_at=clock.now(), done_by=by.name):
        detail = {"request": request.kind}
        audit.record(by=by, verb="answer_request", subject_type="member", subject_id=request.member_id, detail=detail)


def _members(connection: ShopConnection, asked: PersonSaid) -> list[Member]:
    """Whom the contacts belong to, and whom the orders named in the request count for."""
    everybody = system("shops")
    owners = set()
    for kind, text in (("email", asked.email), ("phone", asked.phone)):
        owners |= set(look_up.own(everybody, kind, text).values_list("pk", flat=True))
    told = ShopOrder.objects.filter(connection=connection, external_id__in=asked.orders)
    numbers = told.exclude(number="").values("number")
    bought = Order.objects.filter(source=connection.source, number__in=numbers, voided_at=None)
    owners |= set(bought.exclude(member=None).values_list("member", flat=True))
    return list(Member.objects.filter(Q(pk__in=owners), erased_at=None).order_by("pk"))

"""Enrol at the counter: the record and what the member allows, in one."""

from collections.abc import Collection

from django.db import transaction

from members.lib import clock
from members.lib.actor import Actor
from members.models import Store
from members.queries import merchants
from members.rules.imports import contacts
from members.services import consents, enrolment
from members.services.enrolment import Enrolled
from rewards.models import EventRule
from rewards.services.earning.events import event


class Refused(ValueError):
    """Nobody is enrolled like this; the text says why, for the reader."""


@transaction.atomic
def enrol(
    *, store: Store, phone: str, email: str, number: str, name: str, allowed: Collection[str], by: Actor
) -> Enrolled:
    """As members.services.enrolment; `allowed`: the purposes that a new member says yes to, by every channel."""
    try:
        found = enrolment.enrol(store=store, phone=phone, email=email, number=number, name=name, by=by)
        for purpose in allowed if found.is_new else ():
            consents.record(
                member=found.member, purpose=purpose, channel="", given=True, source="counter", by=by,
                happened_on=clock.local_date(clock.now(), merchants.current().zone),
            )  # fmt: skip
        if found.is_new:
            event(found.member, EventRule.Event.SIGN_UP, str(found.member.pk), by=by, at=clock.now())
    except (enrolment.Refused, consents.Refused) as refused:
        raise Refused(str(refused)) from refused
    return found


def proposed(typed: str) -> dict[str, str]:
    """Which field of a form for a new member what was typed or scanned belongs to."""
    if contacts.phone(typed.strip(), merchants.region())[0]:
        return {"phone": typed.strip()}
    if "@" in typed:
        return {"email": typed.strip()}
    return {"number": typed.strip()}

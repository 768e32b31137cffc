"""Enrol a member at the counter or a till, or recognise one who is known already."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from members import events, problems
from members.lib import clock
from members.lib.actor import Actor
from members.models import Identifier, Member, Order, Store
from members.queries import merchants
from members.rules.imports import contacts, member_values
from members.rules.imports.member_rows import Key
from members.rules.imports.problems import BadValue
from members.services import audit
from members.services.imports import bulk, claims, owners
from members.services.imports.buyers import placeholder


class Refused(ValueError):
    """Nobody is enrolled like this; the text says why, for the reader."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The member, and whether this call made the record (True) or it was known already (False)."""

    member: Member
    is_new: bool


@transaction.atomic
def enrol(*, store: Store, phone: str = "", email: str = "", number: str = "", name: str = "", by: Actor) -> Enrolled:
    """A member of this store from today on, known by at least one of phone, e-mail and member (or card) number.

    Whoever is known by one of them already is given back as they are: nothing is changed. Guest orders with the phone
    or e-mail count for the new member. Refused when a value cannot be one, or two of them belong to two people.
    """
    keys = _keys(phone, email, number)
    called = _clean(_("name"), member_values.label, name, "name")
    bulk.one_import_at_a_time()  # whoever else takes down people has done so, or sees this one
    found = owners.of(keys, source="")
    people = {owner.member for owner in found.values()}
    if len(people) > 1:
        raise Refused(
            _("These belong to two different members. Enrol with one of them only, and have the records compared.")
        )
    if people:
        return Enrolled(Member.objects.get(pk=people.pop()), is_new=False)
    made = _made(store, keys, called, _clean(_("number"), member_values.number, number, "member_no"))
    audit.record(
        by=by, verb="enrol", subject_type="member", subject_id=made.pk,
        detail={"store": store.code, "known_by": [kind for kind, _value in keys]},
    )  # fmt: skip
    if Order.objects.filter(buyer=made, voided_at=None).exists():
        transaction.on_commit(lambda: events.facts_changed.send(sender=Member, by=by, wait=False))
    return Enrolled(made, is_new=True)


def _keys(phone: str, email: str, number: str) -> list[Key]:
    """How the member is recognised, in the form in which it is kept. Refused when one cannot be that."""
    known = []
    if phone.strip():
        value, _fix = contacts.phone(phone.strip(), merchants.region())
        if not value:
            raise Refused(_("This is no phone number. Check the digits; write one from abroad with + and its country."))
        known.append(("phone", value))
    if email.strip():
        value, _fix = contacts.email(email)
        if not value or "\0" in value:
            raise Refused(_("This is no e-mail address. Write it as name@example.com."))
        known.append(("email", value))
    if value := _clean(_("number"), member_values.number, number, "member_no"):
        known.append(("number", value.casefold()))
    if not known:
        raise Refused(_("Give a phone number, an e-mail address or a member number, whole and without *."))
    return known


def _clean(field: str, read: Callable[[str, int], tuple[str, str]], text: str, limit: str) -> str:
    try:
        value, _fix = read(text, member_values.LIMITS[limit])
    except BadValue as bad:
        raise Refused(f"{field}: {problems.title(bad.code)}") from bad
    return value


def _made(store: Store, keys: Collection[Key], name: str, number: str) -> Member:
    ids = bulk.Ids(Member)
    pk = ids.take()
    while not number and Member.objects.filter(number_key=placeholder(pk).casefold(), voided_at=None).exists():
        pk = ids.take()
    now = clock.now()
    made = Member.objects.create(
        pk=pk, number=number or placeholder(pk), name=name, home_store=store,
        joined_on=clock.local_date(now, store.zone),
    )  # fmt: skip
    contact = [(kind, value) for kind, value in keys if kind != "number"]
    for kind, value in contact:
        Identifier.objects.create(member=made, kind=kind, value=value)
    claims.claim([(made.pk, key) for key in contact], now=now)
    return made

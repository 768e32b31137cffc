"""Guest orders whose phone or e-mail has become a member's: from then on they count for that member.

A claimed order is a new version of the guest's order and bears the same import; what claimed it is the identifier.
"""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from members.models import Identifier, ImportBatch, Member, Order
from members.rules.imports.member_rows import Key
from members.services.imports import bulk, versions


def claim(contacts: Sequence[tuple[int, Key]], *, now: dt.datetime) -> None:
    """Give the guest orders with these contacts (record, (kind, value)) to their records.

    An order whose phone and e-mail belong to different people stays a guest's.
    """
    owners = {key: record for record, key in contacts}
    for part in bulk.in_parts(owners):
        phones = [value for kind, value in part if kind == "phone"]
        emails = [value for kind, value in part if kind == "email"]
        guests = Order.objects.filter(
            (Q(guest_phone__in=phones) & ~Q(guest_phone="")) | (Q(guest_email__in=emails) & ~Q(guest_email="")),
            voided_at=None,
            member=None,
        )
        found = {}
        for pk, phone, email in guests.values_list("id", "guest_phone", "guest_email"):
            keys = [key for key in (("phone", phone), ("email", email)) if key in owners]
            if len({owners[key] for key in keys}) == 1:
                found[pk] = keys[0]
        _give({pk: (owners[key], key[0]) for pk, key in found.items()}, now)


def _give(orders: dict[int, tuple[int, str]], now: dt.datetime) -> None:
    """Order id -> the record it goes to and how it was recognised."""
    if not orders:
        return
    records = {record for record, _ in orders.values()}
    members = {pk: into or pk for pk, into in Member.objects.filter(pk__in=records).values_list("id", "merged_into")}
    changes = {
        pk: {"buyer_id": record, "member_id": members[record], "matched_by": kind, "guest_phone": "", "guest_email": ""}
        for pk, (record, kind) in orders.items()
    }
    versions.renew_orders(changes, now=now)


def claimed_by(batch: ImportBatch) -> QuerySet[Order]:
    """Guest orders that count for a member because of a phone or e-mail which this import has brought."""
    brought = Identifier.objects.filter(batch=batch, voided_at=None, member=OuterRef("buyer"))
    by_phone = Q(matched_by="phone") & Exists(brought.filter(kind="phone", value=OuterRef("replaces__guest_phone")))
    by_email = Q(matched_by="email") & Exists(brought.filter(kind="email", value=OuterRef("replaces__guest_email")))
    claimed = Order.objects.filter(voided_at=None, buyer__isnull=False, replaces__isnull=False, replaces__buyer=None)
    return claimed.filter(by_phone | by_email, content_hash=F("replaces__content_hash"))


def give_back(batch: ImportBatch, *, now: dt.datetime) -> None:
    """The orders that this import's contacts had claimed are guests' again."""
    changes = {
        pk: {"buyer_id": None, "member_id": None, "matched_by": "", "guest_phone": phone, "guest_email": email}
        for pk, phone, email in claimed_by(batch).values_list("id", "replaces__guest_phone", "replaces__guest_email")
    }
    versions.renew_orders(changes, now=now)

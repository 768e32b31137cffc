"""Guest orders whose phone or e-mail has become a member's: from now on they count for that member."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q

from members.models import ImportBatch, Member, Order
from members.services.imports import bulk, versions
from members.services.imports.buyers import Key


def claim(contacts: Sequence[tuple[int, Key]], *, batch: ImportBatch, now: dt.datetime) -> int:
    """Give the guest orders with these contacts (record, (kind, value)) to their records. Returns how many.

    An order whose phone and e-mail belong to different people stays a guest's. Each becomes a new version that bears
    the batch which brought the contact: undoing that import gives the guest back.
    """
    owners = {key: record for record, key in contacts}
    claimed = 0
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
        claimed += _give({pk: (owners[key], key[0]) for pk, key in found.items()}, batch, now)
    return claimed


def _give(orders: dict[int, tuple[int, str]], batch: ImportBatch, now: dt.datetime) -> int:
    """Order id -> the record it goes to and how it was recognised."""
    if not orders:
        return 0
    records = {record for record, _ in orders.values()}
    members = {pk: into or pk for pk, into in Member.objects.filter(pk__in=records).values_list("id", "merged_into")}
    changes = {
        pk: {"buyer_id": record, "member_id": members[record], "matched_by": kind, "guest_phone": "", "guest_email": ""}
        for pk, (record, kind) in orders.items()
    }
    versions.renew_orders(changes, now=now, batch=batch)
    return len(orders)

"""Whom identifiers belong to: the record that bears them, and the member whom that record counts for."""

from collections.abc import Iterable
from typing import NamedTuple

from members.models import Identifier, Member
from members.rules.imports.member_rows import Key
from members.services.imports import bulk


class Owner(NamedTuple):
    record: int
    member: int  # the record itself, or the one that it was merged into
    number: str  # of the record


def of(keys: Iterable[Key], source: str) -> dict[Key, Owner]:
    """The owners of those keys that are known; accounts are those of `source`. A few queries, however many keys."""
    by_kind: dict[str, set[str]] = {}
    for kind, value in keys:
        by_kind.setdefault(kind, set()).add(value)
    records: dict[Key, int] = {}
    for kind, values in by_kind.items():
        for part in bulk.in_parts(values):
            records |= _records(kind, part, source)
    owners: dict[int, Owner] = {}
    for ids in bulk.in_parts(set(records.values())):
        rows = Member.objects.filter(pk__in=ids).values_list("id", "merged_into_id", "number")
        owners |= {pk: Owner(pk, into or pk, number) for pk, into, number in rows}
    return {key: owners[record] for key, record in records.items()}


def _records(kind: str, values: list[str], source: str) -> dict[Key, int]:
    """A number is a member's own before it is somebody's card."""
    stored = Identifier.objects.filter(
        kind="card" if kind == "number" else kind,
        value__in=values,
        source=source if kind == "account" else "",
        voided_at=None,
    )
    found = {(kind, value): pk for value, pk in stored.values_list("value", "member_id")}
    if kind == "number":
        own = Member.objects.filter(number_key__in=values, voided_at=None).values_list("number_key", "id")
        found |= {(kind, value): pk for value, pk in own}
    return found

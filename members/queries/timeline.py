"""What happened with one member, newest first: orders, refunds, messages and calls, what was recorded, merges.

A page of it is one query over all kinds and one or two for each kind that is on it, however many rows it has.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce

from members.lib import registry
from members.lib.actor import Actor
from members.lib.id_set import id_set
from members.models import Identifier, Member, MemberEdit, MemberMerge, Message, Order, OrderLine, Refund, Store
from members.queries import people

Found = Mapping[int, Mapping[str, Any]]  # key -> what an entry says besides its kind and time
Loader = Callable[[Sequence[int]], Found]

# What can be asked for (in the URL), and the kinds of entry it holds.
SHOWS: dict[str, tuple[str, ...]] = {
    "all": ("purchase", "other", "refund", "message", "record", "contact", "edit", "merged", "parted"),
    "purchases": ("purchase",),
    "money": ("purchase", "refund"),
    "refunds": ("refund",),
    "other": ("other",),
    "talk": ("message",),
    "record": ("record", "contact", "edit", "merged", "parted"),
}
WITH_TOUCHES = {"all", "talk"}  # to which the apps above add theirs (registry.touches)
COLUMNS = ("what", "which", "moment")
ON_THEIR_WAY = (Message.State.WAITING, Message.State.SENDING)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `subject` is the row that says so; orders know what was bought and given back."""

    kind: str
    at: dt.datetime
    subject: Any
    refunded: Decimal = Decimal(0)
    lines: Sequence[OrderLine] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and whose timeline: the id of the member, then those of the records merged into it."""

    actor: Actor
    records: Sequence[int]


def of(reader: Reader, orders: QuerySet[Order], show: str) -> QuerySet[Any]:
    """(what, moment, which) of all that happened, to be paged and given to `filled`. `orders`: the member's, scoped."""
    kinds = [_kind(kind, reader.records, orders) for kind in SHOWS[show]]
    if show in WITH_TOUCHES:
        kinds += [_row(kind, _touches(kind, reader), touch.moment) for kind, touch in registry.touches.items()]
    first, *more = kinds
    found = first.union(*more, all=True) if more else first
    return found.order_by("-moment", "-which", "what")


def _touches(kind: str, reader: Reader) -> QuerySet[Any]:
    found: QuerySet[Any] = registry.touches[kind].rows(reader.actor, reader.records)
    return found


def _row(kind: str, rows: QuerySet[Any], moment: str | Coalesce) -> QuerySet[Any]:
    at = F(moment) if isinstance(moment, str) else moment
    told: QuerySet[Any] = rows.order_by().annotate(what=Value(kind), which=F("pk"), moment=at).values(*COLUMNS)
    return told


def _kind(kind: str, records: Sequence[int], orders: QuerySet[Order]) -> QuerySet[Any]:
    contacts = Identifier.objects.filter(member__in=records, voided_at__isnull=True, batch__isnull=False)
    merges = MemberMerge.objects.filter(owner=records[0])
    messages = Message.objects.filter(member__in=records).exclude(state__in=ON_THEIR_WAY)
    found: dict[str, tuple[QuerySet[Any], str | Coalesce]] = {
        "purchase": (orders.filter(people.BOUGHT), "ordered_at"),
        "other": (orders.exclude(people.BOUGHT), "ordered_at"),
        "refund": (Refund.objects.filter(member=records[0], voided_at__isnull=True), "refunded_at"),
        "message": (messages, Coalesce("sent_at", "made_at")),
        "record": (Member.objects.filter(pk__in=records, voided_at__isnull=True), "recorded_at"),
        # Those that came with the record itself are no news.
        "contact": (contacts.exclude(batch=F("member__batch")), "recorded_at"),
        "edit": (MemberEdit.objects.filter(member__in=records), "at"),
        "merged": (merges, "recorded_at"),
        "parted": (merges.filter(voided_at__isnull=False), "voided_at"),
    }
    return _row(kind, *found[kind])


def filled(rows: Iterable[dict[str, Any]], reader: Reader, back: Mapping[int, Decimal]) -> list[Entry]:
    """The entries of a page, in its order; `back`: what was given back for each order."""
    listed = list(rows)
    loaders = _LOADERS | {kind: _of(_touches(kind, reader)) for kind in registry.touches}
    wanted: dict[Loader, list[int]] = {}
    for row in listed:
        wanted.setdefault(loaders[row["what"]], []).append(row["which"])
    found = {load: load(keys) for load, keys in wanted.items()}
    told = ((row, found[loaders[row["what"]]].get(row["which"])) for row in listed)
    return [Entry(row["what"], row["moment"], refunded=_refunded(row, back), **more) for row, more in told if more]


def _refunded(row: Mapping[str, Any], back: Mapping[int, Decimal]) -> Decimal:
    return back.get(row["which"], Decimal(0)) if row["what"] in {"purchase", "other"} else Decimal(0)


def _orders(ids: Sequence[int]) -> Found:
    lines: dict[int, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(order__in=id_set(ids)).select_related("product").order_by("-amount", "pk"):
        lines.setdefault(line.order_id, []).append(line)
    return {
        order.pk: {"subject": order, "lines": lines.get(order.pk, [])}
        for order in Order.objects.filter(pk__in=id_set(ids)).select_related("store", "channel")
    }


def _edits(ids: Sequence[int]) -> Found:
    """Changed fields; a home store is written down by its id, and shown by its name."""
    found = list(MemberEdit.objects.filter(pk__in=id_set(ids)).select_related("batch", "member"))
    stores = {int(one) for edit in found if edit.field == "home_store" for one in (edit.before, edit.after) if one}
    names = {str(pk): name for pk, name in Store.objects.filter(pk__in=stores).values_list("pk", "name")}
    for edit in found:
        if edit.field == "home_store":
            edit.before, edit.after = names.get(edit.before, ""), names.get(edit.after, "")
    return {edit.pk: {"subject": edit} for edit in found}


def _of(rows: QuerySet[Any]) -> Loader:
    def load(ids: Sequence[int]) -> Found:
        return {row.pk: {"subject": row} for row in rows.filter(pk__in=id_set(ids))}

    return load


_merges = _of(MemberMerge.objects.select_related("member"))
_LOADERS: dict[str, Loader] = {
    "purchase": _orders,
    "other": _orders,
    "message": _of(Message.objects.select_related("template")),
    "refund": _of(Refund.objects.select_related("store", "order")),
    "record": _of(Member.objects.select_related("batch")),
    "contact": _of(Identifier.objects.select_related("batch")),
    "edit": _edits,
    "merged": _merges,
    "parted": _merges,
}

"""What happened with one member, newest first: orders, refunds, what was recorded of them, merges.

A page of it is one query over all kinds and one or two for each kind that is on it, however many rows it has.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Value

from members.lib.id_set import id_set
from members.models import Identifier, Member, MemberEdit, MemberMerge, Order, OrderLine, Refund, Store
from members.queries import people

Found = Mapping[int, Mapping[str, Any]]  # key -> what an entry says besides its kind and time
Loader = Callable[[Sequence[int]], Found]

# What can be asked for (in the URL), and the kinds of entry it holds.
SHOWS: dict[str, tuple[str, ...]] = {
    "all": ("purchase", "other", "refund", "record", "contact", "edit", "merged", "parted"),
    "purchases": ("purchase",),
    "money": ("purchase", "refund"),
    "refunds": ("refund",),
    "other": ("other",),
    "record": ("record", "contact", "edit", "merged", "parted"),
}


COLUMNS = ("what", "key", "moment")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `subject` is the row that says so; orders know what was bought and given back."""

    kind: str
    at: dt.datetime
    subject: Any
    refunded: Decimal = Decimal(0)
    lines: Sequence[OrderLine] = field(default_factory=tuple)


def of(records: Sequence[int], orders: QuerySet[Order], show: str) -> QuerySet[Any]:
    """(what, moment, key) of all that happened, to be paged and given to `filled`.

    `orders`: the member's, scoped. `records`: the id of the member, then those of the records merged into it.
    """
    first, *more = (_kind(kind, records, orders) for kind in SHOWS[show])
    found = first.union(*more, all=True) if more else first
    return found.order_by("-moment", "-key", "what")


def _kind(kind: str, records: Sequence[int], orders: QuerySet[Order]) -> QuerySet[Any]:
    contacts = Identifier.objects.filter(member__in=records, voided_at__isnull=True, batch__isnull=False)
    merges = MemberMerge.objects.filter(owner=records[0])
    found: dict[str, tuple[QuerySet[Any], str]] = {
        "purchase": (orders.filter(people.BOUGHT), "ordered_at"),
        "other": (orders.exclude(people.BOUGHT), "ordered_at"),
        "refund": (Refund.objects.filter(member=records[0], voided_at__isnull=True), "refunded_at"),
        "record": (Member.objects.filter(pk__in=records, voided_at__isnull=True), "recorded_at"),
        # Those that came with the record itself are no news.
        "contact": (contacts.exclude(batch=F("member__batch")), "recorded_at"),
        "edit": (MemberEdit.objects.filter(member__in=records), "at"),
        "merged": (merges, "recorded_at"),
        "parted": (merges.filter(voided_at__isnull=False), "voided_at"),
    }
    rows, moment = found[kind]
    told: QuerySet[Any] = rows.order_by().annotate(what=Value(kind), key=F("pk"), moment=F(moment)).values(*COLUMNS)
    return told


def filled(rows: Iterable[dict[str, Any]], back: Mapping[int, Decimal]) -> list[Entry]:
    """The entries of a page, in its order; `back`: what was given back for each order."""
    listed = list(rows)
    wanted: dict[Loader, list[int]] = {}
    for row in listed:
        wanted.setdefault(_LOADERS[row["what"]], []).append(row["key"])
    found = {load: load(keys) for load, keys in wanted.items()}
    told = ((row, found[_LOADERS[row["what"]]].get(row["key"])) for row in listed)
    return [Entry(row["what"], row["moment"], refunded=_refunded(row, back), **more) for row, more in told if more]


def _refunded(row: Mapping[str, Any], back: Mapping[int, Decimal]) -> Decimal:
    return back.get(row["key"], Decimal(0)) if row["what"] in {"purchase", "other"} else Decimal(0)


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
    "refund": _of(Refund.objects.select_related("store", "order")),
    "record": _of(Member.objects.select_related("batch")),
    "contact": _of(Identifier.objects.select_related("batch")),
    "edit": _edits,
    "merged": _merges,
    "parted": _merges,
}

"""The lists as CSV: the filters of the page, contacts masked, sent while they are read, every export in the audit."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict, StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.lib import csv_stream, masking, safe_csv
from members.lib.actor import Actor
from members.lib.money import plain, to_units
from members.models import Member, Order
from members.queries import orders as order_queries
from members.queries import people
from members.queries.orders import Row
from members.queries.people import Person
from members.services import exports

CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a file: stable key, heading in the reader's language, value as plain text."""

    key: str
    heading: str | Promise
    value: Callable[[Any], str]


def _contact(kind: str) -> Callable[[Person], str]:
    return lambda person: " ".join(masking.masked(kind, found.value) for found in person.contacts if found.kind == kind)


def _last4(person: Person) -> str:
    return " ".join(found.last4 for found in person.contacts if found.kind == "phone")


def _text(value: object) -> str:
    return "" if value is None else str(value)


PEOPLE: Sequence[Field] = (
    Field("number", gettext_lazy("Member number"), lambda row: row.member.number),
    Field("name", gettext_lazy("Name"), lambda row: row.member.name),
    Field("phone", gettext_lazy("Phone"), _contact("phone")),
    Field("phone_last4", gettext_lazy("Last 4 of phone"), _last4),
    Field("email", gettext_lazy("E-mail"), _contact("email")),
    Field("home_store", gettext_lazy("Home store"), lambda row: _text(row.member.home_store)),
    Field("joined_on", gettext_lazy("Member since"), lambda row: _text(row.member.joined_on)),
    Field("first_purchase", gettext_lazy("First purchase"), lambda row: _text(row.first)),
    Field("last_purchase", gettext_lazy("Last purchase"), lambda row: _text(row.last)),
    Field("orders", gettext_lazy("Purchases"), lambda row: str(row.orders)),
    Field("spent", gettext_lazy("Spent"), lambda row: plain(to_units(row.gross))),
    Field("refunds", gettext_lazy("Refunds"), lambda row: plain(to_units(row.refunds))),
    Field("net", gettext_lazy("Spent less refunds"), lambda row: plain(to_units(row.net))),
    Field("excluded", gettext_lazy("Excluded today"), lambda row: str(int(row.is_excluded))),
)
ORDERS: Sequence[Field] = (
    Field("number", gettext_lazy("Order number"), lambda row: row.order.number),
    Field("source", gettext_lazy("Source"), lambda row: row.order.source),
    Field("ordered_at", gettext_lazy("Ordered at"), lambda row: row.order.local_time.isoformat()),
    Field("business_date", gettext_lazy("Business date"), lambda row: str(row.order.business_date)),
    Field("member", gettext_lazy("Member number"), lambda row: _text(row.order.member)),
    Field("store", gettext_lazy("Store"), lambda row: str(row.order.store)),
    Field("channel", gettext_lazy("Channel"), lambda row: str(row.order.channel)),
    Field("status", gettext_lazy("Status"), lambda row: str(Order.Status(row.order.status).label)),
    Field("total", gettext_lazy("Total"), lambda row: plain(to_units(row.order.total))),
    Field("revenue", gettext_lazy("Revenue"), lambda row: plain(to_units(row.order.gross))),
    Field("refunded", gettext_lazy("Refunded"), lambda row: plain(to_units(row.refunded))),
)


def people_file(members: QuerySet[Member], *, params: QueryDict, by: Actor) -> StreamingHttpResponse:
    """The members of a list, in its order."""
    return _file("members", PEOPLE, _people(members), members.count(), params, by)


def orders_file(orders: QuerySet[Order], *, params: QueryDict, by: Actor) -> StreamingHttpResponse:
    """The orders of a list, in its order."""
    return _file("orders", ORDERS, _orders(orders), orders.count(), params, by)


def _people(members: QuerySet[Member]) -> Iterator[Person]:
    for chunk in _chunks(members):
        yield from people.with_figures(chunk)


def _orders(orders: QuerySet[Order]) -> Iterator[Row]:
    # Fetched apart: a joined row would make a store and a channel of its own for each order.
    for chunk in _chunks(orders.select_related(None).prefetch_related("member", "store", "channel")):
        yield from order_queries.with_refunds(chunk)


def _chunks(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """One query, read as the file is sent: the list of one moment, never whole in memory."""
    found = rows.iterator(chunk_size=CHUNK)
    while chunk := list(itertools.islice(found, CHUNK)):
        yield chunk


def _file(
    subject: str, fields: Sequence[Field], rows: Iterable[Any], count: int, params: QueryDict, by: Actor
) -> StreamingHttpResponse:
    """The audit row first, then the file as it is read: nothing leaves that is not in the audit.

    The number of the audit row is in the file name; a second row tells how the download ended.
    """
    keys = params.get("header") == "key"
    header = [field.key if keys else str(field.heading) for field in fields]
    filters = {name: values for name, values in params.lists() if name != "page"}
    entry = exports.record(by=by, subject=subject, filters=filters, rows=count)
    name = _name(subject, params, entry.pk)
    sentence = _("This file is not complete: the desk could not read on. Please download it again.")
    data = csv_stream.pieces(
        safe_csv.lines(header, ([field.value(row) for field in fields] for row in rows)),
        name=name,
        broken_off=next(safe_csv.lines([sentence], (), bom=False)),
        done=lambda sent: exports.record_end(entry, sent, by=by),
    )
    disposition = content_disposition_header(as_attachment=True, filename=name) or ""
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return StreamingHttpResponse(data, content_type="text/csv; charset=utf-8", headers=headers)


def _name(subject: str, params: QueryDict, export_id: int) -> str:
    origin = [params.get(name, "") for name in ("from", "cell", "set")]
    parts = [re.sub(r"[^\w-]+", "-", part) for part in (subject, *origin) if part]
    return "_".join([*parts, str(export_id)]) + ".csv"

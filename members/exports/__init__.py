"""The lists as CSV: the filters of the page, contacts masked, sent while they are read, every export in the audit.

`members_made` and `orders_made` are the lines alone, which a private file is made of as well.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict, StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.exports import columns as all_columns
from members.exports.columns import COLUMNS, MemberColumn
from members.lib import csv_stream, listing, safe_csv
from members.lib.actor import Actor
from members.lib.money import plain, to_units
from members.lib.registry import Made
from members.lib.widgets import Table
from members.models import Member, Order
from members.queries import member_columns
from members.queries import orders as order_queries
from members.queries.member_columns import Listed
from members.queries.orders import Row
from members.services import exports

CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a file: stable key, heading in the reader's language, value as plain text."""

    key: str
    heading: str | Promise
    value: Callable[[Any], str]


def _text(value: object) -> str:
    return "" if value is None else str(value)


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


def streamed(subject: str, made: Made, *, params: QueryDict, by: Actor) -> StreamingHttpResponse:
    """The audit row first, then the file as it is read: nothing leaves that is not in the audit.

    The number of the audit row is in the file name; a second row tells how the download ended.
    """
    entry = exports.record(by=by, subject=subject, filters=listing.filters_in(params), rows=made.rows)
    name = _name(subject, params, entry.pk)
    sentence = _("This file is not complete: the desk could not read on. Please download it again.")
    data = csv_stream.pieces(
        iter(made.lines),
        name=name,
        broken_off=next(safe_csv.lines([sentence], (), bom=False)),
        done=lambda sent: exports.record_end(entry, sent, by=by),
    )
    disposition = content_disposition_header(as_attachment=True, filename=name) or ""
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return StreamingHttpResponse(data, content_type="text/csv; charset=utf-8", headers=headers)


def is_streamed(made: Made) -> bool:
    """Whether a list is short enough to be sent while somebody waits; a longer one is made as a private file."""
    most: int = settings.EXPORT_STREAM_ROWS
    return made.rows <= most


def members_made(
    members: QuerySet[Member], columns: Sequence[MemberColumn], *, params: QueryDict, whole_contacts: bool = False
) -> Made:
    """The members of a list, in its order and with its columns; the number comes first and is always there.

    With `whole_contacts` phones and e-mails are not masked.
    """
    number = next(column for column in COLUMNS if column.key == "number")
    fields = [number, *(column for column in columns if column is not number)]
    keys = {column.key for column in columns}
    if whole_contacts:
        fields = [all_columns.UNMASKED.get(field.key, field) for field in fields]
    has_contacts = bool(keys & all_columns.UNMASKED.keys())
    return _made(fields, _people(members, keys), members.count(), params, has_contacts=has_contacts)


def orders_made(orders: QuerySet[Order], *, params: QueryDict) -> Made:
    """The orders of a list, in its order."""
    return _made(ORDERS, _orders(orders), orders.count(), params)


def _people(members: QuerySet[Member], wanted: Collection[str]) -> Iterator[Listed]:
    for chunk in _chunks(members):
        yield from member_columns.listed(chunk, wanted)


def _orders(orders: QuerySet[Order]) -> Iterator[Row]:
    # Fetched apart: a joined row would make a store and a channel of its own for each order.
    for chunk in _chunks(orders.select_related(None).prefetch_related("member", "store", "channel")):
        yield from order_queries.with_refunds(chunk)


def _chunks(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """The list of one moment by its keys, then its rows piece by piece: never whole in memory.

    Short reads, since SQLite refuses what a job writes on the connection whose read has begun before another's write.
    """
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        found = {row.pk: row for row in rows.order_by().filter(pk__in=keys[start : start + CHUNK])}
        yield [found[key] for key in keys[start : start + CHUNK] if key in found]


def _made(
    fields: Sequence[Field | MemberColumn], rows: Iterable[Any], count: int, params: QueryDict, *,
    has_contacts: bool = False,
) -> Made:  # fmt: skip
    keys = params.get("header") == "key"
    header = [field.key if keys else str(field.heading) for field in fields]
    lines = safe_csv.lines(header, ([field.value(row) for field in fields] for row in rows))
    return Made(count, lines, header, has_contacts)


def _name(subject: str, params: QueryDict, export_id: int) -> str:
    origin = [params.get(name, "") for name in ("from", "cell", "set")]
    parts = [re.sub(r"[^\w-]+", "-", part) for part in (subject, *origin) if part]
    return "_".join([*parts, str(export_id)]) + ".csv"


def as_file(table: Table) -> Made:
    """The same rows as the page, with exact figures."""
    rows = [[cell.value or cell.text for cell in row.cells] for row in table.rows]
    header = [str(column.label) for column in table.columns]
    return Made(len(rows), safe_csv.lines(header, rows), header)

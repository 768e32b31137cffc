"""A planned chunk into the database, inside the caller's transaction."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from members.lib import clock
from members.models import Identifier, ImportBatch, Member, MemberEdit, Order, OrderLine, Refund, Touched
from members.rules.imports.member_rows import Key
from members.rules.imports.pieces import CELL_END, ORDER
from members.services.imports import bulk, claims, conflicts, versions
from members.services.imports.buyers import News
from members.services.imports.places import Places, load_products
from members.services.imports.resolve import Entry, Plan, Resolver
from members.services.imports.stage import Head

_ORDER = ("id", "recorded_at", "source", "number", "buyer_id", "matched_by", "member_id", "store_id", "channel_id",
          "status", "ordered_at", "business_date", "total", "gross", "itemised", "guest_phone", "guest_email",
          "replaces_id", "content_hash", "batch_id")  # fmt: skip
_LINE = ("order_id", "product_id", "kind", "quantity", "amount")
_REFUND = ("id", "recorded_at", "source", "number", "order_id", "buyer_id", "member_id", "store_id", "channel_id",
           "refunded_at", "business_date", "amount", "replaces_id", "content_hash", "batch_id")  # fmt: skip

_REMEMBERED = 50_000

Line = tuple[str, str, str]  # SKU, separator, the rest as it stands on the stage


class _Amounts(dict[str, tuple[str, int, int]]):
    """The rest of a line -> its kind, quantity and amount; remembered, since lines repeat them."""

    def __missing__(self, rest: str) -> tuple[str, int, int]:
        if len(self) >= _REMEMBERED:
            self.clear()
        kind, quantity, amount = rest.split(CELL_END)
        self[rest] = found = (kind, int(quantity), int(amount))
        return found


class Writer:
    """Plans and writes the chunks of one import. Every row of a chunk bears the same `recorded_at`.

    `guests` and `one_sender` as Resolver takes them.
    """

    def __init__(self, batch: ImportBatch, places: Places, *, guests: bool, one_sender: bool = False) -> None:
        self._batch = batch
        self._places = places
        self._guests, self._one_sender = guests, one_sender
        self._lines: dict[int, list[Line]] = {}
        self._amounts = _Amounts()

    def prepare(self, heads: Iterable[Head]) -> None:
        """Get the lines of a chunk ready before the transaction, so that it holds its locks briefly."""
        self._lines = {
            head.id: [text.partition(CELL_END) for text in head.line_list()] for head in heads if head.kind == ORDER
        }
        load_products(self._places, {line[0] for lines in self._lines.values() for line in lines} - {""})

    def plan(self, heads: Sequence[Head]) -> Plan:
        """What the chunk means to the database as it is now: inside the transaction that writes it."""
        itemised = self._batch.kind == "lines"
        new_id = bulk.Ids(Member).take
        resolver = Resolver(
            self._batch.source, self._places, itemised=itemised, guests=self._guests, one_sender=self._one_sender,
            new_id=new_id,
        )  # fmt: skip
        return resolver.plan(heads)

    def write(self, plan: Plan) -> None:
        """Write what is planned for the chunk that was prepared."""
        now = clock.now()
        write_people(plan, self._batch, now)
        self._orders(plan.orders, now)
        self._refunds(plan.refunds, now)
        conflicts.record(self._batch.pk, plan.conflicts)
        claims.claim(contacts_of(plan), now=now)

    def _orders(self, entries: Sequence[Entry], now: dt.datetime) -> None:
        ids = bulk.Ids(Order)
        recorded, itemised, source = bulk.stored_instant(now), self._batch.kind == "lines", self._batch.source
        rows: list[tuple[Any, ...]] = []
        line_rows: list[tuple[Any, ...]] = []
        replaced: dict[int, int] = {}
        kept: dict[int, int] = {}
        for entry in entries:
            pk, head = ids.take(), entry.head
            entry.id = pk
            if entry.replaces is not None:
                replaced[entry.replaces] = pk
            guest = (head.phone, head.email) if entry.buyer_id is None else ("", "")
            rows.append((
                pk, recorded, source, head.number, entry.buyer_id, entry.matched_by, entry.member_id, entry.store_id,
                entry.channel_id, entry.status, bulk.stored_instant(entry.at or head.at), str(entry.business_date),
                head.total, head.gross, itemised or entry.keeps_lines, *guest, entry.replaces, head.hash,
                self._batch.pk,
            ))  # fmt: skip
            if entry.keeps_lines:
                kept[entry.replaces or 0] = pk
            else:
                line_rows.extend(self._line_rows(pk, self._lines[head.id]))
        Order.objects.filter(pk__in=replaced).update(voided_at=now)
        bulk.insert(Order, _ORDER, rows)
        bulk.insert(OrderLine, _LINE, line_rows)
        bulk.insert(Touched, ("kind", "key"), [("order", pk) for pk in (*replaced, *(row[0] for row in rows))])
        if replaced:
            versions.copy_lines(kept)
            versions.keep_redeemed(replaced)
            versions.move_refunds(replaced, now=now)

    def _line_rows(self, order_id: int, lines: Sequence[Line]) -> Iterable[tuple[int, int | None, str, int, int]]:
        products = self._places.products
        amounts = self._amounts
        return [(order_id, products.get(sku), *amounts[rest]) for sku, _, rest in lines]

    def _refunds(self, entries: Sequence[Entry], now: dt.datetime) -> None:
        ids = bulk.Ids(Refund)
        recorded = bulk.stored_instant(now)
        rows = [
            (
                ids.take(), recorded, self._batch.source, entry.head.number,
                entry.of.id if isinstance(entry.of, Entry) else entry.of, entry.buyer_id, entry.member_id,
                entry.store_id, entry.channel_id, bulk.stored_instant(entry.head.at), str(entry.business_date),
                entry.head.total, entry.replaces, entry.head.hash, self._batch.pk,
            )
            for entry in entries
        ]  # fmt: skip
        replaced = [entry.replaces for entry in entries if entry.replaces is not None]
        Refund.objects.filter(pk__in=replaced).update(voided_at=now)
        bulk.insert(Refund, _REFUND, rows)
        bulk.insert(Touched, ("kind", "key"), [("refund", pk) for pk in (*replaced, *(row[0] for row in rows))])


def write_people(news: News, batch: ImportBatch, now: dt.datetime) -> None:
    """Records, identifiers and real numbers that an import has learnt."""
    recorded = bulk.stored_instant(now)
    columns = ("id", "recorded_at", "number", "number_key", "name", "batch_id")
    rows = [(pk, recorded, number, number.casefold(), name, batch.pk) for pk, (number, name) in news.members.items()]
    bulk.insert(Member, columns, rows)
    bulk.insert(
        Identifier,
        ("recorded_at", "member_id", "kind", "source", "value", "last4", "batch_id"),
        [(recorded, pk, *_stored_key(key, batch.source), batch.pk) for pk, key in news.identifiers],
    )
    for pk, (before, after) in news.renamed.items():
        Member.objects.filter(pk=pk).update(number=after, number_key=after.casefold())
        MemberEdit.objects.create(batch=batch, member_id=pk, field="number", before=before, after=after, at=now)


def _stored_key(key: Key, source: str) -> tuple[str, str, str, str]:
    """Kind, source, value and last four digits as an identifier row has them."""
    kind, value = key
    kind = "card" if kind == "number" else kind
    return kind, source if kind == "account" else "", value, value[-4:] if kind == "phone" else ""


def contacts_of(news: News) -> list[tuple[int, Key]]:
    """The new phones and e-mails, with the record that each belongs to."""
    return [(pk, key) for pk, key in news.identifiers if key[0] in {"phone", "email"}]

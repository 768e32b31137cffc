"""A planned chunk into the database, inside the caller's transaction."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from members.lib import clock
from members.models import Identifier, Member, Order, OrderLine, Refund, Touched
from members.rules.imports.pieces import CELL_END, ORDER
from members.services.imports import bulk
from members.services.imports.places import Places, load_products
from members.services.imports.resolve import Entry, Plan
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
    """Writes the chunks of one import. Every row of a chunk bears the same `recorded_at`."""

    def __init__(self, source: str, batch_id: int, places: Places, *, itemised: bool) -> None:
        self.source = source
        self._itemised = itemised
        self._batch_id = batch_id
        self._places = places
        self._lines: dict[int, list[Line]] = {}
        self._amounts = _Amounts()

    def prepare(self, heads: Iterable[Head]) -> None:
        """Get the lines of a chunk ready before the transaction, so that it holds its locks briefly."""
        self._lines = {
            head.id: [text.partition(CELL_END) for text in head.line_list()] for head in heads if head.kind == ORDER
        }
        load_products(self._places, {line[0] for lines in self._lines.values() for line in lines} - {""})

    def write(self, plan: Plan) -> None:
        """Write what is planned for the chunk that was prepared."""
        now = clock.now()
        self._members(plan, now)
        touched = self._orders(plan.orders, now) + self._refunds(plan.refunds, now)
        bulk.insert(Touched, ("kind", "key"), touched)

    def _members(self, plan: Plan, now: dt.datetime) -> None:
        recorded = bulk.stored_instant(now)
        columns = ("id", "recorded_at", "number", "number_key", "name", "batch_id")
        rows = [(pk, recorded, number, number.casefold(), name, self._batch_id) for pk, number, name in plan.members]
        bulk.insert(Member, columns, rows)
        bulk.insert(
            Identifier,
            ("recorded_at", "member_id", "kind", "source", "value", "last4"),
            [
                (recorded, pk, kind, "", value, value[-4:] if kind == "phone" else "")
                for pk, kind, value in plan.identifiers
            ],
        )

    def _orders(self, entries: Sequence[Entry], now: dt.datetime) -> list[tuple[str, int]]:
        ids = bulk.Ids(Order)
        recorded = bulk.stored_instant(now)
        rows: list[tuple[Any, ...]] = []
        line_rows: list[tuple[Any, ...]] = []
        replaced: dict[int, int] = {}
        for entry in entries:
            pk, head = ids.take(), entry.head
            if entry.replaces is not None:
                replaced[entry.replaces] = pk
            rows.append((
                pk, recorded, self.source, head.number, entry.buyer_id, entry.matched_by, entry.member_id,
                entry.store_id, entry.channel_id, head.status, bulk.stored_instant(head.at), str(entry.business_date),
                head.total, head.gross, self._itemised, "", "", entry.replaces, head.hash, self._batch_id,
            ))  # fmt: skip
            line_rows.extend(self._line_rows(pk, self._lines[head.id]))
        Order.objects.filter(pk__in=replaced).update(voided_at=now)
        bulk.insert(Order, _ORDER, rows)
        bulk.insert(OrderLine, _LINE, line_rows)
        moved = self._move_refunds(replaced, now)
        return [("order", pk) for pk in (*replaced, *(row[0] for row in rows))] + moved

    def _line_rows(self, order_id: int, lines: Sequence[Line]) -> Iterable[tuple[int, int | None, str, int, int]]:
        products = self._places.products
        amounts = self._amounts
        return [(order_id, products.get(sku), *amounts[rest]) for sku, _, rest in lines]

    def _move_refunds(self, replaced: dict[int, int], now: dt.datetime) -> list[tuple[str, int]]:
        """Refunds of a changed order now name its new version; what they said before stays on record."""
        touched = []
        for refund in Refund.objects.filter(order__in=replaced, voided_at=None):
            Refund.objects.filter(pk=refund.pk).update(voided_at=now)
            touched.append(("refund", refund.pk))
            refund.pk, refund.order_id, refund.recorded_at = None, replaced[refund.order_id or 0], now
            refund.save(force_insert=True)
            touched.append(("refund", refund.pk))
        return touched

    def _refunds(self, entries: Sequence[Entry], now: dt.datetime) -> list[tuple[str, int]]:
        ids = bulk.Ids(Refund)
        recorded = bulk.stored_instant(now)
        rows = [
            (
                ids.take(), recorded, self.source, entry.head.number, entry.order_id, entry.buyer_id, entry.member_id,
                entry.store_id, entry.channel_id, bulk.stored_instant(entry.head.at), str(entry.business_date),
                entry.head.total, entry.replaces, entry.head.hash, self._batch_id,
            )
            for entry in entries
        ]  # fmt: skip
        replaced = [entry.replaces for entry in entries if entry.replaces is not None]
        Refund.objects.filter(pk__in=replaced).update(voided_at=now)
        bulk.insert(Refund, _REFUND, rows)
        return [("refund", pk) for pk in (*replaced, *(row[0] for row in rows))]

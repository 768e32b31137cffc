"""Rows of order lines -> pieces of orders and refunds.

Nearly every row repeats its neighbour's order and some earlier row's product and price. Such a row is added from what
is known already; every other one takes the long way, which alone decides what is right.
"""

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

from members.rules.imports.amounts import product_of
from members.rules.imports.layout import Layout
from members.rules.imports.pieces import (
    CELL_END,
    ORDER,
    REFUND,
    STRAY,
    Found,
    Piece,
    Products,
    agree,
    begun,
    reject,
    value_of,
)
from members.rules.imports.records import Record, whole
from members.rules.imports.rows import SLOT, Cleaner, Row

_GOODS = ("sku", "product", "category", "line_kind")
_PRICE = ("quantity", "unit_price", "amount")
_SAID_OF_ORDER = itemgetter(
    *(SLOT[name] for name in ("member_no", "store", "channel", "status", "phone", "email", "name", "account"))
)
_OF_LINE = itemgetter(*(SLOT[name] for name in (*_GOODS, "quantity")))
_REMEMBERED = 100_000

Cells = Any  # the raw cells of some columns: what itemgetter gives, one text or a tuple of them


class Grouper:
    """Groups the lines of one file; the products they name are added to `products`."""

    def __init__(self, cleaner: Cleaner, layout: Layout, products: Products) -> None:
        self._cleaner = cleaner
        self._preset = layout.preset
        self._products = products
        self._width = layout.width
        positions = layout.positions
        apart = {*_GOODS, *_PRICE}
        self._head_cells = itemgetter(*(position for name, position in positions.items() if name not in apart))
        self._goods_cells = itemgetter(*(positions[name] for name in _GOODS if name in positions))
        self._price_cells = itemgetter(*(positions[name] for name in _PRICE if name in positions))
        self._goods: dict[Cells, str] = {}  # -> the first half of a line's text
        self._prices: dict[Cells, tuple[str, int]] = {}  # -> the second half, and the amount
        self._current: Piece | None = None
        self._head: Cells = None  # of the last row, when nothing was found about it
        self._said: tuple[Any, ...] = ()
        self._number_place = positions["order_no"]
        self.strays = 0  # rows whose order could not be read

    def pieces(self, records: Iterable[Record]) -> Iterator[Found]:
        """The pieces in file order, and what was found on the way."""
        width, head_cells, goods_cells, price_cells = (
            self._width, self._head_cells, self._goods_cells, self._price_cells
        )  # fmt: skip
        goods, prices, head, sign = self._goods, self._prices, None, 1
        piece = Piece(ORDER, "")
        add_row, add_line = piece.rows.append, piece.lines.append
        for number, cells in records:
            if len(cells) == width and head_cells(cells) == head:
                first, second = goods.get(goods_cells(cells)), prices.get(price_cells(cells))
                if first is not None and second is not None:
                    add_row(number)
                    add_line(first + second[0])
                    piece.total += second[1] * sign
                    continue
            yield from self._long_way(number, cells)
            head = self._head
            if head is not None and self._current is not None:
                piece = self._current
                add_row, add_line, sign = piece.rows.append, piece.lines.append, -1 if piece.kind == REFUND else 1
        if self._current is not None:
            yield self._current, []

    def _long_way(self, number: int, cells: list[str]) -> Iterator[Found]:
        row = self._cleaner.row(number, cells)
        self._head = None
        if value_of(row, "order_no"):
            finished = self._place(row)
            if finished is not None:
                yield finished, []
            self._add(row, cells)
        elif not row.is_total:
            yield self._stray(row, cells), []
        if row.problems:
            yield None, row.problems

    def _place(self, row: Row) -> Piece | None:
        """Make the row's order the current one. Returns the piece that has come to its end, if any."""
        number, current = value_of(row, "order_no"), self._current
        if current is None or current.number != number:
            self._current, self._said = self._begun(row, number), _SAID_OF_ORDER(row.values)
            return current
        if not row.bad and (_SAID_OF_ORDER(row.values) != self._said or value_of(row, "ordered_at") != current.at):
            agree(current, self._begun(row, number))
        return None

    def _stray(self, row: Row, cells: list[str]) -> Piece:
        """A row that cannot be read, hence lacks in some order: in the one whose number stands where it should."""
        self.strays += 1
        raw = whole(cells)[self._number_place : self._number_place + 1]
        number = raw[0].strip() if raw else ""
        return Piece(self._kind_of(number), number, status=STRAY, culprit=row.number, rows=[row.number])

    def _kind_of(self, number: str) -> str:
        preset = self._preset
        is_refund = preset is not None and preset.refund_prefix and number.startswith(preset.refund_prefix)
        return REFUND if is_refund else ORDER

    def _begun(self, row: Row, number: str) -> Piece:
        """A piece without rows yet, with what this row says of the order."""
        piece = begun(self._kind_of(number), number, row, value_of(row, "ordered_at"))
        piece.fixed, piece.rows = 0, []
        return piece

    def _add(self, row: Row, cells: list[str]) -> None:
        piece = self._current
        if piece is None:
            return
        if self._preset is not None and (reason := self._preset.rejected_prefixes.get(piece.number[0])):
            reject(row, reason, "order_no", piece.number)
        amount = None if row.bad else _line_amount(row)
        if amount is None:
            piece.culprit = piece.culprit or row.number
            piece.rows.append(row.number)
            return
        sku, product, category, kind, quantity = _OF_LINE(row.values)
        sku = sku or product[:80]
        if sku and self._products.get(sku, ("", ""))[0] == "":
            self._products[sku] = (product, category)
        first = f"{sku}{CELL_END}{kind}{CELL_END}"
        second = f"{10_000 if quantity is None else quantity}{CELL_END}{amount}"
        _append(piece, row.number, first + second, amount)
        piece.fixed += row.fixed
        if kind == "gift_card":
            piece.gift_cards += amount
        elif not row.problems:
            self._remember(cells, first, (second, amount))

    def _remember(self, cells: list[str], first: str, second: tuple[str, int]) -> None:
        """Know the row's cells again: nothing was found about them, and they change nothing but lines and total."""
        if len(self._goods) + len(self._prices) > _REMEMBERED:
            self._goods.clear()
            self._prices.clear()
        if len(cells) == self._width:
            self._head = self._head_cells(cells)
            self._goods[self._goods_cells(cells)] = first
            self._prices[self._price_cells(cells)] = second


def _append(piece: Piece, number: int, text: str, amount: int) -> None:
    piece.rows.append(number)
    piece.lines.append(text)
    piece.total += -amount if piece.kind == REFUND else amount


def _line_amount(row: Row) -> int | None:
    """The amount of a line: as stated, else quantity times unit price; None (and a finding) without either."""
    values = row.values
    stated: int | None = values[SLOT["amount"]]
    if stated is not None:
        return stated
    quantity, price = values[SLOT["quantity"]], values[SLOT["unit_price"]]
    if quantity is None or price is None:
        reject(row, "missing", "amount", "")
        return None
    return product_of(quantity, price)

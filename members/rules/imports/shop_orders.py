"""Rows of a shop system's export -> whole orders: their lines after discount, their fees, the refund they state.

The exports say the total of an order and the prices of its lines apart. An order is taken when both agree to the cent;
then a discount is spread over its lines, so that the lines add up to what was paid.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from members.rules.imports import shop_items
from members.rules.imports.amounts import product_of
from members.rules.imports.layout import Layout
from members.rules.imports.pieces import (
    CELL_END,
    ORDER,
    REFUND,
    Found,
    Piece,
    Products,
    begun,
    of_rows,
    plain,
    reject,
    value_of,
)
from members.rules.imports.presets import Preset
from members.rules.imports.problems import Level, Problem
from members.rules.imports.records import Record
from members.rules.imports.rows import SLOT, Cleaner, Row
from members.rules.imports.spread import taken_off

_ITEM_COLUMN = re.compile(r"order_item_\d+|line_items", re.IGNORECASE)
ONE = 10_000  # a quantity of one


@dataclass(slots=True)
class Good:
    """What was sold in one line: quantity and amount in ten-thousandths, the amount before an order's discount."""

    sku: str
    product: str
    quantity: int
    amount: int


@dataclass(slots=True)
class _Group:
    """Consecutive rows of one order; `culprit` is the first row that cannot be taken (0 = none)."""

    number: str
    rows: list[Row] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    culprit: int = 0

    @property
    def head(self) -> Row:
        return self.rows[0]


class Assembler:
    """Puts the orders of one file together; the products they name are added to `products`."""

    def __init__(self, cleaner: Cleaner, layout: Layout, preset: Preset, products: Products) -> None:
        self._cleaner = cleaner
        self._kind = layout.kind
        self._preset = preset
        self._products = products
        self._items = [column.position for column in layout.columns if _ITEM_COLUMN.fullmatch(column.header)]
        self._doubt = 0  # a row whose order cannot be told: it may belong to the next one
        self._lines: Callable[[_Group, Piece], list[str]] = {
            "several_rows": self._of_several_rows, "one_row": self._of_items, "repeated_rows": self._of_repeated_rows,
        }.get(preset.whole, self._of_several_rows)  # fmt: skip

    def pieces(self, records: Iterable[Record]) -> Iterator[Found]:
        """The orders in file order, each followed by the refund it states, and what was found on the way."""
        if self._preset.whole == "total_only":
            yield from self._with_refunds(self._cleaner.rows(records))
            return
        group: _Group | None = None
        for number, cells in records:
            row = self._cleaner.row(number, cells)
            order_no = value_of(row, "order_no")
            if not order_no:
                yield from [(None, row.problems)] if row.is_total else self._stray(row, group)
                continue
            if group is None or order_no != group.number or self._begins(row):
                if group is not None:
                    yield from self._finished(group)
                group = _Group(order_no, culprit=self._doubt)
                self._doubt = 0
            group.rows.append(row)
            group.cells.append(cells)
        if group is not None:
            yield from self._finished(group)

    def _stray(self, row: Row, group: _Group | None) -> Iterator[Found]:
        """A row whose order cannot be told may belong to the order before it or after it: neither is whole."""
        if group is not None:
            group.culprit = group.culprit or row.number
        self._doubt = row.number
        yield None, row.problems

    def _begins(self, row: Row) -> bool:
        """Whether the row begins an order, though the one before has the same number."""
        return self._preset.whole == "one_row" or (
            self._preset.whole == "several_rows" and row.values[SLOT["total"]] is not None
        )

    def _with_refunds(self, rows: Iterable[Row]) -> Iterator[Found]:
        for row in rows:
            piece, problems = next(of_rows([row], self._kind))
            if piece is None:
                yield None, problems
            elif not piece.at:
                reject(row, "missing", "ordered_at", "")
                yield None, row.problems
            else:
                yield from self._settled(_Group(piece.number, [row]), piece)

    # --- a whole order ------------------------------------------------------------------------------------------

    def _finished(self, group: _Group) -> Iterator[Found]:
        group.culprit = group.culprit or next((row.number for row in group.rows if row.bad), 0)
        head = group.head
        piece = begun(ORDER, group.number, head, value_of(head, "ordered_at"))
        piece.rows = [row.number for row in group.rows]
        piece.fixed = sum(row.fixed for row in group.rows)
        if not group.culprit and not (piece.at and head.values[SLOT["total"]] is not None):
            reject(head, "missing", "total" if piece.at else "ordered_at", "")
            group.culprit = head.number
        if not group.culprit:
            try:
                piece.lines = self._lines(group, piece)
            except _Refusal as refusal:
                for row in group.rows:
                    _say(row, Level.REJECT, refusal.code, "total", refusal.value, refusal.params)
                yield None, [problem for row in group.rows for problem in row.problems]
                return
        if group.culprit:
            piece.culprit = group.culprit
            yield piece, [problem for row in group.rows for problem in row.problems]
            return
        yield from self._settled(group, piece)

    def _settled(self, group: _Group, piece: Piece) -> Iterator[Found]:
        """The order with its status and buyer, and the refund it states."""
        head = group.head
        if self._preset.guest_account and piece.account in {"", self._preset.guest_account}:
            piece.account, piece.more = "", "guest"
        refunded: int = abs(head.values[SLOT["refunded"]] or 0)
        if refunded > piece.total:
            params = {"order": piece.number, "left": plain(piece.total), "total": plain(piece.total)}
            for row in group.rows:
                _say(row, Level.REJECT, "refund_exceeds_order", "refunded", plain(refunded), params)
            yield None, [problem for row in group.rows for problem in row.problems]
            return
        if refunded:
            piece.status = "paid"
        elif piece.status == "refunded":
            piece.status = "cancelled"
            piece.fixed += not head.fixed
            _say(head, Level.FIX, "refunded_as_cancelled", "status", "", {})
        yield piece, [problem for row in group.rows for problem in row.problems]
        if refunded:
            yield _refund(piece, refunded, value_of(head, "closed_at")), []

    # --- its lines ----------------------------------------------------------------------------------------------

    def _of_several_rows(self, group: _Group, piece: Piece) -> list[str]:
        """The total stands on the first row, with the discount on the whole order. Taxes may be in the prices."""
        values = group.head.values
        piece.total = values[SLOT["total"]]
        goods = self._goods(group)
        sold = sum(good.amount for good in goods)
        own = sum(abs(row.values[SLOT["line_discount"]] or 0) for row in group.rows)
        stated = abs(values[SLOT["discount"]] or 0)
        fees, tax = [values[SLOT["shipping"]] or 0, values[SLOT["fees"]] or 0], values[SLOT["tax"]] or 0
        for discount in (stated, stated + own):
            for parts in ([*fees, tax], fees):
                if sold + sum(parts) - discount == piece.total:
                    return self._texts(goods, parts, discount, piece)
        raise _not_adding_up(piece, sold + sum(fees) + tax - stated)

    def _of_repeated_rows(self, group: _Group, piece: Piece) -> list[str]:
        """Every row repeats what was paid for the order; what is less than the prices is its discount."""
        for name in ("total", "balance", "shipping", "status", "account"):
            if len({row.values[SLOT[name]] for row in group.rows}) > 1:
                raise _Refusal("rows_disagree", group.number, "", {"order": group.number})
        values = group.head.values
        piece.total = values[SLOT["total"]] + (values[SLOT["balance"]] or 0)
        goods, fees = self._goods(group), [values[SLOT["shipping"]] or 0]
        whole = sum(good.amount for good in goods) + sum(fees)
        return self._texts(goods, fees, whole - piece.total, piece)

    def _of_items(self, group: _Group, piece: Piece) -> list[str]:
        """The items stand in cells of the one row; where they cannot be read or do not add up, the total is all."""
        values = group.head.values
        piece.total = values[SLOT["total"]]
        items = shop_items.read([group.cells[0][place] for place in self._items])
        goods = [Good(*item) for item in items or ()]
        sold = sum(good.amount for good in goods)
        fees, tax = [values[SLOT["shipping"]] or 0, values[SLOT["fees"]] or 0], values[SLOT["tax"]] or 0
        for parts in ([*fees, tax], fees):
            if goods and sold + sum(parts) == piece.total:
                return self._texts(goods, parts, 0, piece)
        piece.fixed += not group.head.fixed
        group.head.fixed = True
        _say(group.head, Level.FIX, "items_not_read", "total", plain(piece.total), {})
        return [CELL_END.join(("", "goods", str(ONE), str(piece.total)))]

    def _goods(self, group: _Group) -> list[Good]:
        goods = []
        for row in group.rows:
            quantity, price = row.values[SLOT["quantity"]], row.values[SLOT["unit_price"]]
            if quantity is None and price is None:
                continue
            if quantity is None or price is None:
                raise _Refusal("missing", "", "", {})
            sku, product = value_of(row, "sku"), value_of(row, "product")
            goods.append(Good(sku or product[:80], product, quantity, product_of(quantity, price)))
        return goods

    def _texts(self, goods: list[Good], fees: list[int], discount: int, piece: Piece) -> list[str]:
        """The lines as the stage keeps them. A discount larger than the goods goes on to the fees."""
        sold, charged = sum(good.amount for good in goods), sum(fees)
        amounts = [*(good.amount for good in goods), *fees]
        if min(amounts, default=0) < 0 or not 0 <= discount <= sold + charged:
            raise _not_adding_up(piece, sold + charged)
        on_goods = min(discount, sold)
        net = taken_off(on_goods, [good.amount for good in goods])
        lines = []
        for good, amount in zip(goods, net, strict=True):
            if good.sku and self._products.get(good.sku, ("", ""))[0] == "":
                self._products[good.sku] = (good.product, "")
            lines.append(CELL_END.join((good.sku, "goods", str(good.quantity), str(amount))))
        charges = taken_off(discount - on_goods, fees)
        return lines + [CELL_END.join(("", "fee", str(ONE), str(amount))) for amount in charges if amount]


class _Refusal(Exception):
    """The order cannot be taken."""

    def __init__(self, code: str, order: str, value: str, params: dict[str, str]) -> None:
        super().__init__(code)
        self.code = code
        self.order = order
        self.value = value
        self.params = params


def _not_adding_up(piece: Piece, found: int) -> _Refusal:
    params = {"order": piece.number, "lines": plain(found), "total": plain(piece.total)}
    return _Refusal("lines_do_not_add_up", piece.number, plain(piece.total), params)


def _refund(order: Piece, amount: int, closed_at: str) -> Piece:
    """The refund that an order's rows state. They say no date: it is that of its cancellation, else the order's own."""
    return replace(
        order, kind=REFUND, number=f"{order.number}-R", at=max(order.at, closed_at), status="paid", order=order.number,
        total=amount, gift_cards=0, fixed=0, rows=[], lines=[], origin=order.rows[0],
        member="", phone="", email="", name="", account="", more="",
    )  # fmt: skip


def _say(row: Row, level: Level, code: str, name: str, value: str, params: dict[str, str]) -> None:
    row.problems.append(Problem(row.number, level, code, name, value, params))

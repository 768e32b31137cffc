"""Rows -> pieces of orders and refunds. An order whose rows lie apart in the file comes in several pieces."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

from members.rules.imports.amounts import product_of
from members.rules.imports.layouts import Layout
from members.rules.imports.presets import Preset
from members.rules.imports.problems import Level, Problem
from members.rules.imports.rows import SHOWN, SLOT, Row

ORDER, REFUND = "order", "refund"
LINE_END, CELL_END = "\x1e", "\x1f"
_COMPARED = ("member", "store", "channel", "status")


@dataclass(slots=True)
class Piece:
    """Consecutive rows of one order or refund: amounts in ten-thousandths, `at` in UTC.

    `rows` are the record numbers, `lines` "sku␟kind␟quantity␟amount" each; `culprit` is the first rejected row
    (0 = none): with it the whole order is rejected.
    """

    kind: str
    number: str
    at: str = ""
    member: str = ""
    store: str = ""
    channel: str = ""
    status: str = "paid"
    order: str = ""  # the order that a refund names
    phone: str = ""
    email: str = ""
    name: str = ""
    total: int = 0
    gift_cards: int = 0
    fixed: int = 0
    culprit: int = 0
    disagreement: str = ""  # the field in which the rows contradict each other
    rows: list[int] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def content(self) -> bytes:
        """Sixteen bytes that change when the order does. The order of its lines is no difference."""
        parts = [self.kind, self.number, self.at, self.member.casefold(), self.store, self.channel, self.status,
                 self.order, self.phone, self.email, str(self.total), *sorted(self.lines)]  # fmt: skip
        return hashlib.blake2b(LINE_END.join(parts).encode(), digest_size=16).digest()


Found = tuple[Piece | None, list[Problem]]
Products = dict[str, tuple[str, str]]  # SKU -> its name and category, the first that are not blank
_SAID_OF_ORDER = itemgetter(
    *(SLOT[name] for name in ("member_no", "store", "channel", "status", "phone", "email", "name"))
)
_OF_LINE = itemgetter(*(SLOT[name] for name in ("sku", "product", "category", "line_kind", "quantity")))


def _value(row: Row, name: str) -> str:
    found: str = row.values[SLOT[name]] or ""
    return found


def pieces(rows: Iterable[Row], layout: Layout, products: Products) -> Iterator[Found]:
    """Group rows into pieces and hand on what was found; the products of the lines are added to `products`."""
    of_row = {"orders": _of_order, "refunds": _of_refund}.get(layout.kind)
    if of_row is not None:
        for row in rows:
            yield of_row(row)
        return
    yield from _of_lines(rows, layout.preset, products)


def _head(kind: str, number: str, row: Row, at: str) -> Piece:
    return Piece(
        kind, number, at, _value(row, "member_no"), _value(row, "store"), _value(row, "channel"),
        _value(row, "status"), phone=_value(row, "phone"), email=_value(row, "email"), name=_value(row, "name"),
        fixed=int(row.fixed), rows=[row.number],
    )  # fmt: skip


def _reject(row: Row, code: str, name: str, value: str) -> None:
    row.problems.append(Problem(row.number, Level.REJECT, code, name, value[:SHOWN]))
    row.bad = True
    row.fixed = False


def plain(units: int) -> str:
    """Ten-thousandths as a reader writes them, two decimals at least."""
    digits = f"{abs(units) // 10_000}.{abs(units) % 10_000:04d}"
    return ("-" if units < 0 else "") + (digits.removesuffix("00"))


def _of_order(row: Row) -> Found:
    amount = row.values[SLOT["amount"]]
    if not row.bad and amount < 0:
        _reject(row, "negative_order", "amount", plain(amount))
    if row.bad:
        return None, row.problems
    piece = _head(ORDER, _value(row, "order_no"), row, _value(row, "ordered_at"))
    piece.total = amount
    piece.lines = [CELL_END.join(("", "goods", "10000", str(amount)))]
    return piece, row.problems


def _of_refund(row: Row) -> Found:
    amount = row.values[SLOT["amount"]]
    if not row.bad and amount == 0:
        _reject(row, "zero_refund", "amount", plain(amount))
    if row.bad:
        return None, row.problems
    if amount < 0:
        row.problems.append(Problem(row.number, Level.FIX, "refund_sign", "amount", plain(amount)))
        row.fixed = True
    piece = _head(REFUND, _value(row, "refund_no"), row, _value(row, "refunded_at"))
    piece.order = _value(row, "order_no")
    piece.total = abs(amount)
    return piece, row.problems


def _of_lines(rows: Iterable[Row], preset: Preset | None, products: Products) -> Iterator[Found]:
    current: Piece | None = None
    said: tuple[Any, ...] = ()
    number_slot, at_slot = SLOT["order_no"], SLOT["ordered_at"]
    for row in rows:
        number = row.values[number_slot]
        if not number:
            yield None, row.problems
            continue
        if current is None or current.number != number:
            if current is not None:
                yield current, []
            current, said = _begun(row, number, preset), _SAID_OF_ORDER(row.values)
        elif not row.bad and (_SAID_OF_ORDER(row.values) != said or row.values[at_slot] != current.at):
            _agree(current, _begun(row, number, preset))
        _add_line(current, row, preset, products)
        if row.problems:
            yield None, row.problems
    if current is not None:
        yield current, []


def _begun(row: Row, number: str, preset: Preset | None) -> Piece:
    """A piece without rows yet, with what this row says of the order."""
    is_refund = preset is not None and preset.refund_prefix and number.startswith(preset.refund_prefix)
    piece = _head(REFUND if is_refund else ORDER, number, row, _value(row, "ordered_at"))
    piece.fixed, piece.rows = 0, []
    return piece


def _add_line(piece: Piece, row: Row, preset: Preset | None, products: Products) -> None:
    piece.rows.append(row.number)
    if preset is not None and piece.number[0] in preset.rejected_prefixes:
        _reject(row, preset.rejected_prefixes[piece.number[0]], "order_no", piece.number)
    amount = None if row.bad else _line_amount(row)
    if amount is None:
        piece.culprit = piece.culprit or row.number
        return
    sku, product, category, kind, quantity = _OF_LINE(row.values)
    sku = sku or product[:80]
    if sku and products.get(sku, ("", ""))[0] == "":
        products[sku] = (product, category)
    piece.lines.append(f"{sku}{CELL_END}{kind}{CELL_END}{10_000 if quantity is None else quantity}{CELL_END}{amount}")
    piece.total += -amount if piece.kind == REFUND else amount
    piece.fixed += row.fixed
    if kind == "gift_card":
        piece.gift_cards += amount


def _line_amount(row: Row) -> int | None:
    """The amount of a line: as stated, else quantity times unit price; None (and a finding) without either."""
    values = row.values
    stated: int | None = values[SLOT["amount"]]
    if stated is not None:
        return stated
    quantity, price = values[SLOT["quantity"]], values[SLOT["unit_price"]]
    if quantity is None or price is None:
        _reject(row, "missing", "amount", "")
        return None
    return product_of(quantity, price)


def _agree(piece: Piece, other: Piece) -> None:
    """Take over what the other rows say of the same order: the earliest time, and what was blank so far."""
    piece.at = min(filter(None, (piece.at, other.at)), default="")
    for name in _COMPARED:
        mine, theirs = getattr(piece, name), getattr(other, name)
        if not mine:
            setattr(piece, name, theirs)
        elif theirs and theirs.casefold() != mine.casefold():
            piece.disagreement = piece.disagreement or name
    piece.phone = piece.phone or other.phone
    piece.email = piece.email or other.email
    piece.name = piece.name or other.name


def joined(first: Piece, rest: Iterable[Piece]) -> Piece:
    """One order from pieces that lie apart in the file."""
    whole = replace(first, rows=list(first.rows), lines=list(first.lines))
    for piece in rest:
        _agree(whole, piece)
        whole.rows += piece.rows
        whole.lines += piece.lines
        whole.total += piece.total
        whole.gift_cards += piece.gift_cards
        whole.fixed += piece.fixed
        whole.culprit = whole.culprit or piece.culprit
        whole.disagreement = whole.disagreement or piece.disagreement
    return whole


def judged(piece: Piece) -> list[Problem]:
    """What is wrong with a whole order: if anything, each of its rows is rejected, and told why."""
    if piece.culprit:
        params = {"row": str(piece.culprit), "order": piece.number}
        others = [number for number in piece.rows if number != piece.culprit]
        return [Problem(number, Level.REJECT, "order_has_bad_row", params=params) for number in others]
    code = name = ""
    if piece.disagreement:
        code, name = "rows_disagree", _FIELD[piece.disagreement]
    elif piece.kind == ORDER and piece.total < 0:
        code, name = "negative_order", "amount"
    elif piece.kind == REFUND and piece.total <= 0:
        code, name = "zero_refund", "amount"
    if not code:
        return []
    return [
        Problem(number, Level.REJECT, code, name, plain(piece.total), {"order": piece.number}) for number in piece.rows
    ]


_FIELD = {"member": "member_no", "store": "store", "channel": "channel", "status": "status"}

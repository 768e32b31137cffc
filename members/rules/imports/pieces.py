"""Rows -> pieces of orders and refunds. An order whose rows lie apart in the file comes in several pieces."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from members.rules.imports.problems import Level, Problem
from members.rules.imports.rows import SHOWN, SLOT, Row

ORDER, REFUND = "order", "refund"
STRAY = "stray"  # status of a row that could not be read, put beside the order to which it seems to belong
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
    account: str = ""  # on the marketplace that the file comes from
    more: str = ""  # what else a row says of a member, as JSON
    total: int = 0
    gift_cards: int = 0
    fixed: int = 0
    culprit: int = 0
    disagreement: str = ""  # the field in which the rows contradict each other
    rows: list[int] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    origin: int = 0  # of a refund that an order's own rows state: the first of them; it has no rows itself

    def content(self) -> bytes:
        """Sixteen bytes that change when the order does. The order of its lines is no difference."""
        parts = [self.kind, self.number, self.at, self.member.casefold(), self.store, self.channel, self.status,
                 self.order, self.phone, self.email, str(self.total), *sorted(self.lines)]  # fmt: skip
        parts += filter(None, (self.account and f"account:{self.account}", self.more))
        return hashlib.blake2b(LINE_END.join(parts).encode(), digest_size=16).digest()


Found = tuple[Piece | None, list[Problem]]
Products = dict[str, tuple[str, str]]  # SKU -> its name and category, the first that are not blank


def value_of(row: Row, name: str) -> str:
    """A text of the row; "" where there is none."""
    found: str = row.values[SLOT[name]] or ""
    return found


def of_rows(rows: Iterable[Row], kind: str) -> Iterator[Found]:
    """Pieces of a file in which each row is an order ("orders") or a refund ("refunds") of its own."""
    of_row = _of_order if kind == "orders" else _of_refund
    for row in rows:
        yield of_row(row)


def begun(kind: str, number: str, row: Row, at: str) -> Piece:
    """A piece of one row, with what the row says of its order; no lines and no total yet."""
    return Piece(
        kind, number, at, value_of(row, "member_no"), value_of(row, "store"), value_of(row, "channel"),
        value_of(row, "status"), phone=value_of(row, "phone"), email=value_of(row, "email"), name=value_of(row, "name"),
        account=value_of(row, "account"), fixed=int(row.fixed), rows=[row.number],
    )  # fmt: skip


def reject(row: Row, code: str, name: str, value: str) -> None:
    """Note a finding that rejects the row."""
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
        reject(row, "negative_order", "amount", row.amount)
    if row.bad:
        return None, row.problems
    piece = begun(ORDER, value_of(row, "order_no"), row, value_of(row, "ordered_at"))
    piece.total = amount
    piece.lines = [CELL_END.join(("", "goods", "10000", str(amount)))]
    return piece, row.problems


def _of_refund(row: Row) -> Found:
    amount = row.values[SLOT["amount"]]
    if not row.bad and amount == 0:
        reject(row, "zero_refund", "amount", row.amount)
    if row.bad:
        return None, row.problems
    if amount < 0:
        row.problems.append(Problem(row.number, Level.FIX, "refund_sign", "amount", row.amount))
        row.fixed = True
    piece = begun(REFUND, value_of(row, "refund_no"), row, value_of(row, "refunded_at"))
    piece.order = value_of(row, "order_no")
    piece.total = abs(amount)
    return piece, row.problems


def agree(piece: Piece, other: Piece) -> None:
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
    piece.account = piece.account or other.account


def joined(first: Piece, rest: Iterable[Piece]) -> Piece:
    """One order from pieces that lie apart in the file."""
    whole = replace(first, rows=list(first.rows), lines=list(first.lines))
    for piece in rest:
        agree(whole, piece)
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

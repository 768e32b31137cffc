"""Orders and refunds that another system sends one by one -> the same pieces that files are read into.

Each item becomes the rows that a file would have held, so that values are cleaned by the same rules, told with the same
words, and an order that also comes in a file is recognised as the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from members.rules.imports import amounts, pieces
from members.rules.imports.layout import Column, Layout, Sure
from members.rules.imports.order_lines import Grouper
from members.rules.imports.pieces import Found, Piece, Products
from members.rules.imports.problems import BadValue, Level, Problem
from members.rules.imports.records import Record
from members.rules.imports.rows import SHOWN, Cleaner, Rules

OF_ORDER = (
    "order_no", "ordered_at", "member_no", "phone", "email", "name", "account", "store", "channel", "status",
    "currency",
)  # fmt: skip
OF_LINE = ("sku", "product", "category", "line_kind", "quantity")
OF_REFUND = ("refund_no", "order_no", "refunded_at", "amount", "currency", "member_no", "store", "channel")
_COLUMNS = {
    "orders": (*OF_ORDER, "amount"),
    "priced": (*OF_ORDER, *OF_LINE, "unit_price"),  # lines that say quantity and price only
    "lines": (*OF_ORDER, *OF_LINE, "amount"),
    "refunds": OF_REFUND,
}
_ONE = {"quantity": "1"}  # of a line that says no quantity

Item = Mapping[str, Any]


@dataclass(slots=True)
class Read:
    """What one item says; without a piece it is refused.

    `kind`: of the file that it would have come in, "orders", "lines" or "refunds"; `number` as the sender wrote it.
    """

    kind: str
    number: str
    rows: range
    piece: Piece | None = None
    problems: list[Problem] = field(default_factory=list)
    products: Products = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        return self.piece is None or any(problem.level is Level.REJECT for problem in self.problems)


class Reader:
    """Reads the items of one request; its rows are numbered from `first` on."""

    def __init__(self, rules: Rules, first: int) -> None:
        self._rules = rules
        self._next = first
        self._layouts = {form: _layout(form, names) for form, names in _COLUMNS.items()}
        self._cleaners = {form: Cleaner(layout, rules) for form, layout in self._layouts.items()}

    def order(self, item: Item) -> Read:
        """An order with its lines (`lines`), or with its total only (`total`).

        `guest`: the shop has no account of the buyer, whose phone or e-mail therefore makes no new member.
        """
        lines: Sequence[Item] = item.get("lines") or ()
        if not lines:
            return self._read("orders", "order_no", [("orders", {**item, "amount": item.get("total")})])
        read = self._read("lines", "order_no", [(_form(line), {**item, **_ONE, **line}) for line in lines])
        if read.piece is not None and not read.is_refused and (total := _text(item.get("total"))):
            read.problems += self._differing(read.piece, total)
        return read

    def refund(self, item: Item) -> Read:
        return self._read("refunds", "refund_no", [("refunds", item)])

    def _read(self, kind: str, number: str, rows: Sequence[tuple[str, Item]]) -> Read:
        """The rows of one item, each in its form; what they say is brought together."""
        said = _text(rows[0][1].get(number))[:SHOWN]
        read = Read(kind, said, range(self._next, self._next + len(rows)))
        self._next = read.rows.stop
        records: dict[str, list[Record]] = {}
        for row, (form, item) in zip(read.rows, rows, strict=True):
            records.setdefault(form, []).append((row, [_text(item.get(name)) for name in _COLUMNS[form]]))
        for form, listed in records.items():
            for piece, problems in self._found(form, listed, read.products):
                read.problems += problems
                if piece is not None:
                    read.problems += self._in_fractions(piece)
                    read.piece = piece if read.piece is None else pieces.joined(read.piece, [piece])
        if read.piece is not None:
            read.piece.rows.sort()
            read.piece.more = "guest" if rows[0][1].get("guest") else ""
        if read.piece is not None and not read.is_refused:
            read.problems += pieces.judged(read.piece)
        return read

    def _found(self, form: str, records: Iterable[Record], products: Products) -> Iterator[Found]:
        cleaner, layout = self._cleaners[form], self._layouts[form]
        if layout.kind == "lines":
            return Grouper(cleaner, layout, products).pieces(records)
        return pieces.of_rows(cleaner.rows(records), layout.kind)

    def _in_fractions(self, piece: Piece) -> list[Problem]:
        """Lines that no till can charge: files may hold them, a sender can be asked how it rounded."""
        decimals = amounts.decimals_of(self._rules.currency)
        smallest = amounts.SCALE // 10**decimals
        found = []
        for row, line in zip(piece.rows, piece.lines, strict=False):  # rows that were refused have no line
            amount = int(line.rpartition(pieces.CELL_END)[2])
            if amount % smallest and not piece.culprit:
                params = {"amount": pieces.plain(amount), "decimals": str(decimals)}
                found.append(Problem(row, Level.REJECT, "computed_decimals", "amount", pieces.plain(amount), params))
        return found

    def _differing(self, piece: Piece, total: str) -> list[Problem]:
        """The total that is stated beside the lines must be theirs."""
        number, currency = piece.rows[0], self._rules.currency
        try:
            stated, _fix = amounts.amount(total, currency, amounts.decimals_of(currency))
        except BadValue as bad:
            return [Problem(number, Level.REJECT, bad.code, "total", total[:SHOWN], bad.params)]
        if stated == piece.total:
            return []
        params = {"order": piece.number, "lines": pieces.plain(piece.total), "total": pieces.plain(stated)}
        return [Problem(number, Level.REJECT, "lines_do_not_add_up", "total", total[:SHOWN], params)]


def _layout(form: str, names: Sequence[str]) -> Layout:
    kind = "lines" if form == "priced" else form
    columns = tuple(Column(place, name, (), name, Sure.YES) for place, name in enumerate(names))
    return Layout(kind, None, columns, {name: place for place, name in enumerate(names)})


def _form(line: Item) -> str:
    """A line that says neither amount nor price is told that the amount is missing."""
    return "priced" if _text(line.get("unit_price")) and not _text(line.get("amount")) else "lines"


def _text(value: Any) -> str:
    """A value as a file would hold it."""
    return "" if value is None else str(value)

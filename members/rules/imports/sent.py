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
    """What one item says. Without a piece it is refused; `rows` is the number of its first row, and how many it has."""

    kind: str  # of the file that it would have come in: "orders", "lines" or "refunds"
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
        """An order with its lines (`lines`), or with its total only (`total`)."""
        lines: Sequence[Item] = item.get("lines") or ()
        if not lines:
            return self._read("orders", [{**item, "amount": item.get("total")}])
        form = "lines" if any(_text(line.get("amount")) for line in lines) else "priced"
        read = self._read(form, [{**item, **_ONE, **line} for line in lines])
        if read.piece is not None and (total := _text(item.get("total"))):
            read.problems += self._differing(read.piece, total)
        return read

    def refund(self, item: Item) -> Read:
        return self._read("refunds", [item])

    def _read(self, form: str, items: Sequence[Item]) -> Read:
        read = Read(self._layouts[form].kind, range(self._next, self._next + len(items)))
        self._next = read.rows.stop
        names = _COLUMNS[form]
        records = [
            (number, [_text(item.get(name)) for name in names]) for number, item in zip(read.rows, items, strict=True)
        ]
        for piece, problems in self._found(form, records, read.products):
            read.piece = piece or read.piece
            read.problems += problems
        if read.piece is not None and not read.is_refused:
            read.problems += pieces.judged(read.piece)
        return read

    def _found(self, form: str, records: Iterable[tuple[int, list[str]]], products: Products) -> Iterator[Found]:
        cleaner, layout = self._cleaners[form], self._layouts[form]
        if layout.kind == "lines":
            return Grouper(cleaner, layout, products).pieces(records)
        return pieces.of_rows(cleaner.rows(records), layout.kind)

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


def _text(value: Any) -> str:
    """A value as a file would hold it."""
    return "" if value is None else str(value)

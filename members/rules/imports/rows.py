"""Records of a table -> clean values, with every finding about them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from members.rules.imports import amounts, contacts, decisions, instants, member_values, states, text
from members.rules.imports.decisions import Decisions
from members.rules.imports.fields import EVERY_FIELD, FIELDS, SHOP_FIELDS
from members.rules.imports.files import LONGEST_CELL
from members.rules.imports.layout import Layout
from members.rules.imports.phones import REGIONS
from members.rules.imports.problems import BadValue, Level, Problem
from members.rules.imports.records import Record, TooLong

LIMITS = {
    "order_no": 120, "refund_no": 120, "member_no": 80, "sku": 80, "product": 200, "category": 120,
    "channel": 60, "store": 60, "name": 120, "account": 120,
}  # fmt: skip
TOTAL_ROW = "total_row"
SHOWN = 120  # of a wrong value, this many characters are kept for the report
_CACHE = 60_000

_TOTALS = frozenset({
    "合计", "总计", "小计", "总合计", "合計", "總計", "小計", "total", "subtotal", "grandtotal", "sum",
})  # fmt: skip

Parse = Callable[[str], tuple[Any, str]]
Finding = tuple[Level, str, str, str, dict[str, str]]  # level, code, field, value, params
Outcome = tuple[Any, Finding | None]
SLOT = {name: position for position, name in enumerate(EVERY_FIELD)}
_SHOP_MONEY = frozenset(SHOP_FIELDS) - {"closed_at"}
_BLANK: dict[str, Any] = {"ordered_at": "", "refunded_at": "", "amount": None, "unit_price": None,
                          "quantity": None, "status": "paid", "line_kind": "goods"}  # fmt: skip
_BLANK |= dict.fromkeys(_SHOP_MONEY)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the values are read by: the currency of the amounts, the clock of the times, what was decided."""

    currency: str
    clock: instants.Clock
    decided: Decisions = decisions.NONE


@dataclass(slots=True)
class Row:
    """One record: its number, its values by SLOT, whether it is `bad` (rejected) or `fixed`, what was found."""

    number: int
    values: list[Any]
    bad: bool
    fixed: bool
    problems: list[Problem]
    amount: str = ""  # as it is written

    @property
    def is_total(self) -> bool:
        """Whether it sums up other rows, and belongs to no order."""
        return self.bad and self.problems[0].code == TOTAL_ROW


class _Column(dict[str, Outcome]):
    """Remembers what became of a value: exports repeat dates, prices and names over and over."""

    def __init__(self, name: str, parse: Parse) -> None:
        super().__init__()
        self._name = name
        self._parse = parse

    def __missing__(self, raw: str) -> Outcome:
        if len(self) >= _CACHE:
            self.clear()
        outcome = self._outcome(raw)
        self[raw] = outcome
        return outcome

    def _outcome(self, raw: str) -> Outcome:
        try:
            value, fix = self._parse(raw)
        except BadValue as bad:
            return None, (Level.REJECT, bad.code, self._name, raw[:SHOWN], bad.params)
        return value, (Level.FIX, fix, self._name, raw[:SHOWN], {}) if fix else None


class _Decided(_Column):
    """A column about whose values or problems something was decided."""

    def __init__(self, name: str, parse: Parse, values: Mapping[str, str], codes: Mapping[str, str]) -> None:
        super().__init__(name, parse)
        self._values, self._codes = values, codes

    def _outcome(self, raw: str) -> Outcome:
        meant = self._values.get(decisions.written(raw))
        value, finding = super()._outcome(raw if meant is None else meant)
        code = _judged(value, finding)
        action = self._codes.get(code, "")
        if action == decisions.SKIP:
            return None, (Level.REJECT, "skipped", self._name, raw[:SHOWN], {"code": code})
        if action:
            value = 0 if action == decisions.ZERO else _BLANK.get(self._name, "")
            return value, (Level.FIX, "decided", self._name, raw[:SHOWN], {"code": code})
        if meant is not None and (finding is None or finding[0] is Level.FIX):
            return value, (Level.FIX, "decided", self._name, raw[:SHOWN], {"code": ""})
        return value, finding


def _judged(value: Any, finding: Finding | None) -> str:
    """The code under which a value may have been decided about; a negative order is found only after this."""
    if finding is not None and finding[0] is Level.REJECT:
        return finding[1]
    return "negative_order" if isinstance(value, int) and value < 0 else ""


class Cleaner:
    """Cleans the records of one file; values repeat, so each distinct one is parsed once."""

    def __init__(self, layout: Layout, rules: Rules) -> None:
        parsers = _parsers(layout, rules)
        self._layout = layout
        self._width = layout.width
        self._named = max((column.position + 1 for column in layout.columns if column.header.strip()), default=0)
        self._columns = [
            (position, SLOT[name], _column(name, parsers[name], layout.kind, rules.decided))
            for name, position in layout.positions.items()
        ]
        fields = EVERY_FIELD if layout.kind == "members" else (*FIELDS, *SHOP_FIELDS)
        self._number_places = [layout.positions[name] for name in ("order_no", "refund_no") if name in layout.positions]
        self._amount_place = layout.positions.get("amount")
        self._blank = [_BLANK.get(name, "") for name in fields]

    def rows(self, records: Iterable[Record]) -> Iterator[Row]:
        """One Row per record, in order."""
        for number, cells in records:
            yield self.row(number, cells)

    def row(self, number: int, cells: list[str]) -> Row:
        """Clean one record. A record with too few or too many cells is rejected: its values may have shifted."""
        values = self._blank.copy()
        if len(cells) != self._width and (wrong := self._ragged(number, cells)) is not None:
            return Row(number, values, True, False, [wrong])
        problems: list[Problem] = []
        bad = fixed = False
        for position, slot, column in self._columns:
            values[slot], finding = column[cells[position]]
            if finding is not None:
                problems.append(Problem(number, *finding))
                bad = bad or finding[0] is Level.REJECT
                fixed = True
        if bad:
            problems = [problem for problem in problems if problem.code == TOTAL_ROW][:1] or problems
            if problems[0].code == "missing" and (total := self._total(number, cells)) is not None:
                problems = [total]
        place = self._amount_place
        return Row(number, values, bad, fixed and not bad, problems, "" if place is None else cells[place][:SHOWN])

    def _ragged(self, number: int, cells: list[str]) -> Problem | None:
        if isinstance(cells, TooLong):
            return self._too_long(number, cells)
        if not any(cells[self._width :]) and len(cells) >= self._named:
            return None
        if (total := self._total(number, cells)) is not None:
            return total
        code = "too_few_fields" if len(cells) < self._width else "too_many_fields"
        params = {"found": str(len(cells)), "expected": str(self._width)}
        return Problem(number, Level.REJECT, code, params=params)

    def _total(self, number: int, cells: list[str]) -> Problem | None:
        """Whether the row sums up others: such a word stands for its number, or anywhere while it has none."""
        if not self._number_places:
            return None
        numbers = [cell for place in self._number_places for cell in cells[place : place + 1] if cell.strip()]
        raw = next(filter(_is_total, numbers or cells), None)
        return None if raw is None else Problem(number, Level.REJECT, TOTAL_ROW, "order_no", raw[:SHOWN])

    def _too_long(self, number: int, cells: TooLong) -> Problem:
        """Names the field of the longest cell, or its column where it holds none."""
        found = [column for column in self._layout.columns if column.position == cells.position]
        name = (found[0].field or found[0].header) if found else ""
        params = {"length": str(cells.length), "limit": str(LONGEST_CELL)}
        return Problem(number, Level.REJECT, "too_long", name, cells.cells[cells.position][:SHOWN], params)


def _column(name: str, parse: Parse, kind: str, decided: Decisions) -> _Column:
    values, codes = decided.of(kind, name)
    return _Decided(name, parse, values, codes) if values or codes else _Column(name, parse)


def _parsers(layout: Layout, rules: Rules) -> dict[str, Parse]:
    """Field -> its parser. Each takes the raw cell and returns (value, code of the fix)."""
    if layout.kind == "members":
        return member_values.parsers(rules.currency, rules.clock)
    decimals = amounts.decimals_of(rules.currency)
    stated = partial(amounts.amount, currency=rules.currency, decimals=4 if layout.kind == "lines" else decimals)
    if layout.preset is not None and layout.preset.dusty_amounts:
        stated = partial(amounts.dusty, currency=rules.currency)
    parsers: dict[str, Parse] = {
        name: partial(text.number if name == "sku" else text.clean, limit=LIMITS[name])
        for name in ("sku", "product", "category", "channel", "store")
    }
    when = partial(_when, clock=rules.clock)
    parsers |= {
        "name": partial(text.unmasked, limit=LIMITS["name"]),
        "account": partial(text.account, limit=LIMITS["account"]),
        "order_no": partial(_number_of_row, limit=LIMITS["order_no"]),
        "refund_no": partial(_number_of_row, limit=LIMITS["refund_no"]),
        "member_no": partial(text.member_number, limit=LIMITS["member_no"]),
        "ordered_at": when,
        "refunded_at": when,
        "amount": stated,
        "unit_price": partial(amounts.amount, currency=rules.currency, decimals=4),
        "quantity": amounts.quantity,
        "currency": partial(_currency, expected=rules.currency),
        "status": states.status,
        "line_kind": states.line_kind,
        "phone": partial(contacts.phone, region=REGIONS.get(rules.currency, "")),
        "email": contacts.email,
    }
    if layout.preset is not None and layout.preset.whole:
        parsers |= _shop_parsers(parsers, layout, rules)
    return parsers


def _shop_parsers(parsers: dict[str, Parse], layout: Layout, rules: Rules) -> dict[str, Parse]:
    """Of a shop system's export: a row may leave blank what another row of its order says."""
    stated = partial(amounts.amount, currency=rules.currency, decimals=amounts.decimals_of(rules.currency))
    money = partial(_optional, parse=stated, blank=None)
    return dict.fromkeys(_SHOP_MONEY, money) | {
        "ordered_at": partial(_optional, parse=parsers["ordered_at"], blank=""),
        "closed_at": partial(_optional, parse=parsers["ordered_at"], blank=""),
        "unit_price": partial(_optional, parse=parsers["unit_price"], blank=None),
        "quantity": partial(_optional, parse=parsers["quantity"], blank=None),
        "status": states.status_beside_refunds if "refunded" in layout.positions else states.status,
    }


def _optional(raw: str, parse: Parse, blank: Any) -> tuple[Any, str]:
    return parse(raw) if raw.strip() else (blank, "")


def _currency(raw: str, expected: str) -> tuple[str, str]:
    value = text.narrow(raw).upper()
    if value and not amounts.is_sign_of(value, expected):
        raise BadValue("other_currency", currency=expected, sign=value[:10])
    return value, ""


def _number_of_row(raw: str, limit: int) -> tuple[str, str]:
    """The number of an order or refund, which every row needs; a row of sums has a word in its place."""
    value, fix = text.number(raw, limit)
    if not value:
        raise BadValue("missing")
    if _is_total(value):
        raise BadValue(TOTAL_ROW)
    return value, fix


def _is_total(value: str) -> bool:
    return text.narrow(value).replace(" ", "").rstrip(":").casefold() in _TOTALS


def _when(raw: str, clock: instants.Clock) -> tuple[str, str]:
    """An instant as ISO text in UTC without offset: it sorts, and both databases take it."""
    moment, fix = instants.instant(raw, clock)
    return str(moment.replace(tzinfo=None)), fix

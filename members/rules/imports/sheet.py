"""The rows of one worksheet, as lists of texts, one block of the packed file at a time."""

from collections.abc import Iterator
from pathlib import Path

from members.rules.imports import cell_values
from members.rules.imports.problems import Refused
from members.rules.imports.workbook import LONGEST_TEXT, Attributes, Sheet, Workbook, feed, parser

LOOKED_AT = 1_000  # rows that are looked through for a header
WIDEST = 16_384
UNCALCULATED = "#CALC!"  # a formula that was never reckoned has no value to read

Row = tuple[int, list[str]]  # 1-based number on the sheet; its cells up to the last that is filled


def chosen(path: Path) -> tuple[str, tuple[str, ...]]:
    """The first sheet that holds a table, seen ones before hidden ones; and the others that hold anything.

    Refused when none does.
    """
    with Workbook.open(path) as book:
        ordered = sorted(book.sheets, key=lambda sheet: not sheet.visible)
        tables = [sheet.name for sheet in ordered if _is_table(book, sheet)]
    if not tables:
        raise Refused("workbook_blank")
    return tables[0], tuple(tables[1:])


def records(path: Path, name: str) -> Iterator[Row]:
    """The header as record 0, then every row that is not blank, by its distance from the header.

    Rows above the header with a single cell are titles. Rows are filled up to the width of the header.
    """
    with Workbook.open(path) as book:
        sheet = next((sheet for sheet in book.sheets if sheet.name == name), None)
        if sheet is None:
            raise Refused("workbook_blank")
        header = width = 0
        for number, cells in _rows(book, sheet):
            if not header:
                if sum(1 for cell in cells if cell.strip()) < 2:
                    continue
                header, width = number, len(cells)
            yield number - header, cells + [""] * (width - len(cells))


def _is_table(book: Workbook, sheet: Sheet) -> bool:
    """Whether one of its first rows has two cells at least."""
    for count, (_, cells) in enumerate(_rows(book, sheet)):
        if sum(1 for cell in cells if cell.strip()) > 1:
            return True
        if count == LOOKED_AT:
            break
    return False


def _rows(book: Workbook, sheet: Sheet) -> Iterator[Row]:
    """Rows that are not blank, in the order of the sheet."""
    collector = _Collector(book)
    reader = parser(collector.start, collector.end, collector.text)
    last = 0
    for block in book.blocks(sheet.part):
        feed(reader, block)
        for number, cells in collector.rows:
            if number <= last:
                raise Refused("workbook_broken")
            last = number
            yield number, cells
        collector.rows.clear()
    feed(reader, b"", last=True)


class _Collector:
    """Collects cells into rows while the parser walks over the sheet."""

    def __init__(self, book: Workbook) -> None:
        self.rows: list[Row] = []
        self._book = book
        self._dates = book.date_styles
        self._signs = book.signs
        self._columns: dict[str, int] = {}  # letters -> column, as far as met
        self._number = 0
        self._cells: list[str] = []
        self._next = 0  # column of the next cell
        self._kind = self._style = ""
        self._parts: list[str] = []
        self._length = 0
        self._reading = self._valued = self._formula = self._phonetic = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "v" or (tag == "t" and not self._phonetic):
            self._reading = self._valued = True
        elif tag == "c":
            self._begin_cell(attributes)
        elif tag == "f":
            self._formula = True
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "row":
            place = attributes.get("r", "")
            self._number = int(place) if place.isascii() and place.isdecimal() else self._number + 1
            self._cells, self._next = [], 0

    def _begin_cell(self, attributes: Attributes) -> None:
        if place := attributes.get("r"):
            letters = place.rstrip("0123456789")
            column = self._columns.get(letters)
            if column is None:
                column = self._columns[letters] = _column(letters)
            self._next = column
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._parts.clear()
        self._length = 0
        self._valued = self._formula = False

    def text(self, data: str) -> None:
        if self._reading and self._length < LONGEST_TEXT:
            self._parts.append(data)
            self._length += len(data)

    def end(self, tag: str) -> None:
        if tag in {"v", "t"}:
            self._reading = False
        elif tag == "c":
            if self._valued or self._formula:
                self._add(self._value("".join(self._parts)))
            self._next += 1
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "row" and self._cells:
            self.rows.append((self._number, self._cells))

    def _add(self, value: str) -> None:
        if not value:
            return
        missing = self._next - len(self._cells)
        if missing < 0 or self._next >= WIDEST:
            raise Refused("workbook_broken")
        if missing:
            self._cells += [""] * missing
        self._cells.append(value)

    def _value(self, raw: str) -> str:
        kind = self._kind
        if kind == "s":
            return self._book.texts[int(raw)] if raw.isascii() and raw.isdecimal() else ""
        if kind == "n":
            return self._number_text(raw.strip())
        if kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        return cell_values.text(raw)

    def _number_text(self, raw: str) -> str:
        if not raw:
            return UNCALCULATED if self._formula else ""
        if self._style in self._dates:
            return cell_values.date(raw, since_1904=self._book.since_1904)
        if self._style in self._signs:
            return cell_values.money(raw, self._signs[self._style])
        return cell_values.number(raw)


def _column(letters: str) -> int:
    """A -> 0, Z -> 25, AA -> 26."""
    if not (letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) <= 3):
        raise Refused("workbook_broken")
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1

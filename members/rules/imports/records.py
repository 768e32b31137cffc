"""The records of a table, one at a time: memory does not grow with the file."""

import csv
from collections.abc import Iterator
from pathlib import Path

from members.rules.imports import line_ends, sheet
from members.rules.imports.files import LONGEST_CELL, LONGEST_FIELD, XLSX, Shape
from members.rules.imports.problems import Refused
from members.rules.imports.titles import is_header, is_title

MOST_LINES_OF_A_RECORD = 200
Record = tuple[int, list[str]]  # 1-based record number, header not counted; its cells


class TooLong(list[str]):
    """Stands for a record with a cell that is longer than may be: empty, so that no reader takes its values."""

    def __init__(self, cells: list[str]) -> None:
        super().__init__()
        self.cells = cells
        self.position = max(range(len(cells)), key=lambda place: len(cells[place]))

    @property
    def length(self) -> int:
        return len(self.cells[self.position])


def whole(cells: list[str]) -> list[str]:
    """The cells of a record as they stand in the file, however long."""
    return cells.cells if isinstance(cells, TooLong) else cells


def read(path: Path, shape: Shape) -> Iterator[Record]:
    """The header as record 0, then every record that is not blank. Blank ones keep their number.

    Titles above the header are passed over.

    Refused when a quote is opened and never closed: the rest of the file would hide in one cell.
    """
    return _of_sheet(path, shape) if shape.encoding == XLSX else _of_text(path, shape)


def _of_sheet(path: Path, shape: Shape) -> Iterator[Record]:
    for number, cells in sheet.records(path, shape.sheet):
        yield number, _checked(cells)


def _of_text(path: Path, shape: Shape) -> Iterator[Record]:
    hides = "16" not in shape.encoding and line_ends.has_returns_in_cells(path)
    with path.open(encoding=shape.encoding, newline="\n" if hides else "") as file:
        reader = csv.reader(line_ends.hidden(file) if hides else file, delimiter=shape.delimiter, strict=True)
        careful = shape.long_lines
        number = -1
        line = 1
        top = _Top()
        try:
            for raw in line_ends.shown(reader) if hides else reader:
                cells = raw
                begun, line = line, reader.line_num + 1
                if careful or line - begun > 1:
                    if line - begun > MOST_LINES_OF_A_RECORD:
                        raise Refused("unclosed_quote", line=begun, record=number + 1)
                    cells = _checked(raw)
                if number < 0 and not top.ends_with(cells, begun):
                    continue
                number += 1
                if (cells and (cells[0] or any(cells))) or isinstance(cells, TooLong):
                    yield number, cells
            if number < 0:
                top.refuse()
        except csv.Error as error:
            raise _refusal(error, line, reader.line_num - line, number + 1) from error


class _Top:
    """The lines of a file down to its header: blank ones, words to Excel, titles."""

    def __init__(self) -> None:
        self._title = ""

    def ends_with(self, cells: list[str], line: int) -> bool:
        """Whether a record is the header; a byte-order mark is taken off it."""
        if isinstance(cells, TooLong):
            raise Refused("cell_too_large", line=line, record=0, limit=f"{LONGEST_CELL:,}")
        if not any(cell.strip() for cell in cells) or cells[0].casefold() in _SEPARATOR_NAMED:
            return False
        cells[0] = cells[0].removeprefix("\ufeff")
        if is_title(cells):
            self._title = self._title or "".join(cells).strip()[:80]
            return False
        if self._title and not is_header(cells):
            self.refuse()
        return True

    def refuse(self) -> None:
        """For a title with no header below it."""
        if self._title:
            raise Refused("title_line", title=self._title)


_SEPARATOR_NAMED = {"sep=", "\ufeffsep="}  # a first line by which Excel is told the delimiter


def _checked(cells: list[str]) -> list[str]:
    if cells and max(map(len, cells)) > LONGEST_CELL:
        return TooLong(cells)
    return cells


def _refusal(error: csv.Error, line: int, lines: int, record: int) -> Refused:
    """What was wrong with a record that begins in this line and goes on over so many."""
    text = str(error)
    if "field limit" in text and lines <= MOST_LINES_OF_A_RECORD:
        return Refused("cell_too_large", line=line, record=record, limit=f"{LONGEST_FIELD:,}")
    if "end of data" in text or "field limit" in text:
        return Refused("unclosed_quote", line=line, record=record)
    return Refused("stray_quote", line=line, record=record)

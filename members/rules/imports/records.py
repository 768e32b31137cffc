"""The records of a table, one at a time: memory does not grow with the file."""

import csv
from collections.abc import Iterator
from pathlib import Path

from members.rules.imports.files import LONGEST_FIELD, Shape
from members.rules.imports.problems import Refused

MOST_LINES_OF_A_RECORD = 200
Record = tuple[int, list[str]]  # 1-based record number, header not counted; its cells


def read(path: Path, shape: Shape) -> Iterator[Record]:
    """The header as record 0, then every record that is not blank. Blank ones keep their number.

    Refused when a quote is opened and never closed: the rest of the file would hide in one cell.
    """
    with path.open(encoding=shape.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=shape.delimiter, strict=True)
        number = -1
        line = 1
        try:
            for cells in reader:
                begun, line = line, reader.line_num + 1
                if line - begun > MOST_LINES_OF_A_RECORD:
                    raise Refused("unclosed_quote", line=begun, record=number + 1)
                if number < 0:
                    if not any(cell.strip() for cell in cells):
                        continue
                    cells[0] = cells[0].removeprefix("\ufeff")
                number += 1
                if cells and (cells[0] or any(cells)):
                    yield number, cells
        except csv.Error as error:
            raise _refusal(error, line, number + 1) from error


def _refusal(error: csv.Error, line: int, record: int) -> Refused:
    text = str(error)
    if "field limit" in text:
        return Refused("cell_too_large", line=line, record=record, limit=LONGEST_FIELD)
    if "end of data" in text:
        return Refused("unclosed_quote", line=line, record=record)
    return Refused("stray_quote", line=line, record=record)

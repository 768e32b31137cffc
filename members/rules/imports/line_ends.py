"""Where lines end. A carriage return alone is a line end only in a file that has no other; else it is part of a cell.

The csv module takes it for a line end wherever it stands outside of quotation marks, so a stand-in hides it.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_BLOCK = 1 << 20
_STAND_IN = "\uffff"  # no character, and never will be
_ALONE = re.compile("\r(?!\n)")


def has_returns_in_cells(path: Path) -> bool:
    """Whether lines end with LF and carriage returns stand alone beside it. Files in UTF-16 are not looked at."""
    returns = pairs = feeds = 0
    before = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            returns += block.count(b"\r")
            feeds += block.count(b"\n")
            pairs += block.count(b"\r\n") + (before == b"\r" and block[:1] == b"\n")
            before = block[-1:]
    return feeds > 0 and returns > pairs


def hidden(lines: Iterable[str]) -> Iterator[str]:
    """Lines for the csv module."""
    for line in lines:
        yield _ALONE.sub(_STAND_IN, line)


def shown(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """The cells as they were."""
    for cells in rows:
        yield [cell.replace(_STAND_IN, "\r") for cell in cells]

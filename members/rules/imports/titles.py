"""Lines above the header that are only a title: one cell, and no column name."""

from members.rules.imports.fields import FIELD_BY_KEY, MEMBER_FIELD_BY_KEY, key

_ENOUGH = 2  # known names by which a line is told to be the header


def is_title(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) == 1 and not _is_known(filled[0])


def is_header(cells: list[str]) -> bool:
    """Whether the line below a title is clearly the header."""
    return sum(map(_is_known, cells)) >= _ENOUGH


def _is_known(cell: str) -> bool:
    word = key(cell)
    return word in FIELD_BY_KEY or word in MEMBER_FIELD_BY_KEY

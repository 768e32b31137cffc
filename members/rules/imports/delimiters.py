"""Which sign cuts the lines of a file into cells."""

import csv
import io
import itertools
import re

from members.rules.imports.fields import FIELD_BY_KEY, key
from members.rules.imports.problems import Refused
from members.rules.imports.titles import is_header, is_title

LOOKED_AT = 256 * 1024  # characters
RECORDS = 60
SIGNS = (",", ";", "\t", "|")
_OTHERS = "^~，；、¦§\x01\x1f"
_NAMED = re.compile(r"\"?sep=(.)\"?\s*", re.IGNORECASE)

Score = tuple[bool, int, float, int]


def found(beginning: str, most_columns: int) -> str:
    """The delimiter of a file that begins so. Refused when there is none of ours, or too many columns."""
    lines = [line for line in beginning.splitlines() if line.strip()]
    if not lines:
        raise Refused("file_blank")
    if (named := _NAMED.fullmatch(lines[0])) and named[1] in SIGNS:
        return named[1]
    scores = {sign: score for sign in SIGNS if (score := _score(beginning, sign))}
    if not scores:
        _refuse_others(lines)
        _refuse_title(lines)
        raise Refused("one_column", header=lines[0].strip()[:80])
    best = max(scores, key=lambda sign: scores[sign])
    if (columns := scores[best][3]) > most_columns:
        raise Refused("too_many_columns", columns=columns, limit=most_columns)
    return best


def _score(beginning: str, sign: str) -> Score | None:
    """How well a sign cuts: whether most records are as wide as the header, column names known, that share, width.

    None when it does not cut the header. A comma inside the names of a tab-separated file cuts no other line.
    """
    reader = csv.reader(io.StringIO(beginning, newline=""), delimiter=sign)
    try:
        records = [cells for cells in itertools.islice(reader, RECORDS) if any(cell.strip() for cell in cells)]
    except csv.Error:
        return None
    records = _below_titles(records)
    if not records or len(records[0]) < 2:
        return None
    header, *rest = records
    alike = sum(1 for cells in rest if len(cells) == len(header)) / len(rest) if rest else 1.0
    known = sum(1 for cell in header if key(cell) in FIELD_BY_KEY)
    return alike * 2 >= 1, known, alike, len(header)


def _below_titles(records: list[list[str]]) -> list[list[str]]:
    first = next((place for place, cells in enumerate(records) if not is_title(cells)), 0)
    return records[first:] if first and is_header(records[first]) else records


def _refuse_title(lines: list[str]) -> None:
    """Say so when the lines below the first are a table: then the first is a title."""
    rest = "\n".join(lines[1:])
    if len(lines) > 2 and any((score := _score(rest, sign)) and score[0] for sign in SIGNS):
        raise Refused("title_line", title=lines[0].strip()[:80])


def _refuse_others(lines: list[str]) -> None:
    """Name the sign that cuts the lines, when it is one that is not read."""
    for sign in _OTHERS:
        if lines[0].count(sign) and all(line.count(sign) == lines[0].count(sign) for line in lines[:5]):
            raise Refused("other_delimiter", sign=sign if sign.isprintable() else f"U+{ord(sign):04X}")

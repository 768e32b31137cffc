"""CSV that Excel opens rightly and that runs nothing there."""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence

BOM = "\ufeff"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def guarded(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run; plain numbers, also negative, stay."""
    if not text.startswith(_DANGEROUS):
        return text
    try:
        float(text)
    except ValueError:
        return "'" + text
    return text


def lines(header: Sequence[str], rows: Iterable[Sequence[str]], *, bom: bool = True) -> Iterator[str]:
    """The file, a line at a time: UTF-8 with BOM (else Excel reads Chinese as GBK), every cell guarded."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n" if bom else "\n")
    for number, row in enumerate(itertools.chain([header], rows)):
        writer.writerow([guarded(cell) for cell in row])
        yield (BOM if bom and number == 0 else "") + buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()

"""The rows that were not taken, as a CSV that can be mended and imported again."""

from collections.abc import Iterator
from pathlib import Path

from django.utils import translation

from members import problems
from members.lib import safe_csv
from members.models import ImportBatch
from members.queries import merchants
from members.rules.imports import files, records
from members.rules.imports.problems import Problem
from members.services.imports import copies, options
from members.services.imports.stage import Stage, is_complete

HEADER = ("row_number", "field", "value", "reason")


def lines(batch: ImportBatch, code: str = "", name: str = "") -> Iterator[str]:
    """Record number, field, value and reason in the active language, then the row as it stood in the file.

    `code` and `name` (of a field) narrow it to one group of problems.
    """
    stage_path = options.stage_path(batch)
    if not is_complete(stage_path):
        return
    with Stage(stage_path) as stage:
        meta = stage.meta()
        shape = files.Shape(meta["encoding"], meta["delimiter"], batch.size, meta["sheet"])
        source = records.read(options.file_path(batch), shape)
        header = next(source)[1]
        yield from safe_csv.lines([*HEADER, *header], _rows(source, stage.rejections(code, name)))


def _rows(source: Iterator[records.Record], found: Iterator[Problem]) -> Iterator[list[str]]:
    """Both are in file order, so that neither is ever held whole."""
    number, cells = 0, [""]
    for problem in found:
        while number < problem.row:
            number, cells = next(source, (problem.row + 1, [""]))
        if number == problem.row:
            yield [str(number), problem.field, problem.value, problems.reason(problem), *records.whole(cells)]


def store(batch: ImportBatch) -> Path | None:
    """Write them beside the uploaded file, in the merchant's language. None when every row was taken."""
    path = copies.rejected_path(batch)
    empty = True
    with translation.override(merchants.current().language), path.open("w", encoding="utf-8", newline="") as file:
        for count, line in enumerate(lines(batch)):
            file.write(line)
            empty = count == 0
    if empty:
        path.unlink()
    return None if empty else path

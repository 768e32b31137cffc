"""The rows that were not taken, as a CSV that can be mended and imported again."""

import itertools
from collections.abc import Iterator
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils import translation

from members import problems
from members.lib import safe_csv
from members.models import ImportBatch
from members.queries import merchants
from members.rules.imports import files, records
from members.rules.imports.problems import Problem
from members.services.imports import options
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
        meta, found = stage.meta(), {problem.row: problem for problem in stage.rejections(code, name)}
    shape = files.Shape(meta["encoding"], meta["delimiter"], batch.size, meta["sheet"])
    source = records.read(options.file_path(batch), shape)
    header = next(source)[1]
    yield from safe_csv.lines([*HEADER, *header], _rows(source, found))


def _rows(source: Iterator[records.Record], found: dict[int, Problem]) -> Iterator[list[str]]:
    last = max(found, default=0)
    for number, cells in itertools.takewhile(lambda record: record[0] <= last, source):
        problem = found.get(number)
        if problem is not None:
            yield [str(number), problem.field, problem.value, problems.reason(problem), *records.whole(cells)]


def store(batch: ImportBatch) -> Path | None:
    """Write them beside the uploaded file, in the merchant's language. None when every row was taken."""
    path = Path(default_storage.path(f"imports/rejected-{batch.pk}.csv"))
    empty = True
    with translation.override(merchants.current().language), path.open("w", encoding="utf-8", newline="") as file:
        for count, line in enumerate(lines(batch)):
            file.write(line)
            empty = count == 0
    if empty:
        path.unlink()
    return None if empty else path

"""The rows that were not taken, as a CSV that can be mended and imported again."""

from collections.abc import Iterator
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils import translation

from members import problems
from members.lib import safe_csv
from members.models import ImportBatch
from members.queries import merchants
from members.rules.imports import files, records
from members.services.imports import options
from members.services.imports.stage import Stage, is_complete

HEADER = ("row_number", "field", "value", "reason")


def lines(batch: ImportBatch) -> Iterator[str]:
    """Record number, field, value and reason in the active language, then the row as it stood in the file."""
    stage_path = options.stage_path(batch)
    if not is_complete(stage_path):
        return
    with Stage(stage_path) as stage:
        meta, found = stage.meta(), {problem.row: problem for problem in stage.rejections()}
    shape = files.Shape(meta["encoding"], meta["delimiter"], batch.size)
    source = records.read(options.file_path(batch), shape)
    header = next(source)[1]
    rows = (
        [str(number), problem.field, problem.value, problems.reason(problem), *cells]
        for number, cells in source
        if (problem := found.get(number)) is not None
    )
    yield from safe_csv.lines([*HEADER, *header], rows)


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

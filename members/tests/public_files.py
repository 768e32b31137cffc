"""The public sales files that lie packed in tests_data, through the import."""

import csv
import gzip
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command

DATA = Path(__file__).parents[2] / "tests_data"


def imported(packed: str, folder: Path, *options: str) -> dict[str, Any]:
    """Import a packed file; what the command says of it."""
    path = folder / packed.removesuffix(".gz")
    with gzip.open(DATA / packed) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)
    return _import(path, *options)


def imported_in_part(packed: str, folder: Path, chosen: Callable[[dict[str, str]], bool]) -> dict[str, Any]:
    """Import the rows of a packed file that are chosen."""
    path = folder / packed.removesuffix(".gz")
    with (
        gzip.open(DATA / packed, "rt", encoding="utf-8", newline="") as source,
        path.open("w", encoding="utf-8", newline="") as target,
    ):
        rows = csv.DictReader(source)
        part = csv.DictWriter(target, rows.fieldnames or ())
        part.writeheader()
        part.writerows(row for row in rows if chosen(row))
    return _import(path)


def _import(path: Path, *options: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("import_orders", str(path), *options, stdout=out)
    path.unlink()
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer

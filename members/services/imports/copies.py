"""The copies of imported files: personal data of many people, kept no longer than needed."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction

from members.models import ImportBatch
from members.services.imports import options

State = ImportBatch.State
OVER = (State.DONE, State.UNDONE, State.DISCARDED, State.REFUSED, State.CANCELLED)


def delete(batches: Iterable[ImportBatch], *, now: dt.datetime) -> int:
    """Delete the files of these imports once the transaction holds, and what their rows quote of them at once.

    Counts, sums, and what was written stay. Returns how many imports had something left.
    """
    files: list[Path] = []
    rows = [batch for batch in batches if batch.forgotten_at is None and batch.path]  # what comes by API has no file
    for batch in rows:
        batch.forgotten_at, batch.summary = now, _without_quotes(batch.summary)
        if batch.state == State.REFUSED:  # it could have been tried again with its file only
            batch.state = State.DISCARDED
        files += [options.file_path(batch), options.stage_path(batch), rejected_path(batch)]
    ImportBatch.objects.bulk_update(rows, ["forgotten_at", "summary", "state"], batch_size=500)
    transaction.on_commit(lambda: _unlink(files))
    return len(rows)


def rejected_path(batch: ImportBatch) -> Path:
    return Path(default_storage.path(f"imports/rejected-{batch.pk}.csv"))


def _without_quotes(summary: dict[str, object]) -> dict[str, object]:
    creates = summary.get("creates")
    kept = {name: value for name, value in summary.items() if name not in {"groups", "decided"}}
    return kept | {"creates": creates | {"member_names": []}} if isinstance(creates, dict) else kept


def _unlink(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)

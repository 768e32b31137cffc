"""Imports of sales files: received, matched, checked, written; each step a job that can be left and resumed.

A cancelled import keeps the orders that are in; importing the file again completes it, since what is in is
recognised as the same.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from members.lib import clock
from members.lib.actor import Actor
from members.models import ImportBatch, Job
from members.rules.imports.problems import Refused
from members.services import audit, jobs
from members.services.imports import options, presets, rejected, staging, undo
from members.services.imports.options import Options
from members.services.imports.staging import Opened
from members.services.imports.work import KIND

__all__ = [
    "Opened",
    "Options",
    "again",
    "cancel",
    "check",
    "choose",
    "chosen_for",
    "examine",
    "preview",
    "receive",
    "rejected_lines",
    "resume",
    "start",
    "undo",
]

State = ImportBatch.State
EDITABLE = (State.UPLOADED, State.CHECKED, State.REFUSED, State.CANCELLED, State.FAILED)


def receive(*, name: str, content: Iterable[bytes], chosen: Options, by: Actor) -> ImportBatch:
    """Store a copy of the file; nothing of it is read yet.

    Refused when it is larger than an import may be, or `chosen` names a preset that is not there.
    """
    chosen = presets.expanded(chosen)
    relative = f"imports/{clock.now():%Y%m%d}-{secrets.token_hex(8)}.csv"
    path = Path(default_storage.path(relative))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _gone_unless_kept(path):
        digest, size = _copied(content, path)
        return _recorded(Path(name).name, relative, size, digest, chosen, by)


@transaction.atomic
def _recorded(name: str, relative: str, size: int, digest: str, chosen: Options, by: Actor) -> ImportBatch:
    batch = ImportBatch.objects.create(
        file_name=name[:200], path=relative, size=size, sha256=digest, options=chosen.stored(), created_by=by.name
    )
    detail = {"file": batch.file_name, "bytes": size, "sha256": digest}
    audit.record(by=by, verb="upload", subject_type="import", subject_id=batch.pk, detail=detail)
    return batch


@contextmanager
def _gone_unless_kept(path: Path) -> Iterator[None]:
    """A copy without its row, because the disk was full or the database away, is nobody's."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _copied(content: Iterable[bytes], path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for block in content:
            size += len(block)
            if size > settings.IMPORT_MAX_BYTES:
                break
            digest.update(block)
            file.write(block)
    if size > settings.IMPORT_MAX_BYTES:
        raise Refused("file_too_large", limit=settings.IMPORT_MAX_BYTES // 2**20)
    path.chmod(0o600)
    return digest.hexdigest(), size


def preview(batch: ImportBatch, chosen: Options | None = None) -> Opened:
    """How the columns of a file are matched, with its first values. Refused when it is no table."""
    reading = options.reading(chosen or options.of(batch))
    return staging.open_table(options.file_path(batch), reading, batch.file_name)


def examine(batch: ImportBatch) -> None:
    """Open a file that has just come in, as its options say: one that cannot be read is refused at once."""
    try:
        preview(batch)
    except Refused as refusal:
        fresh = ImportBatch.objects.filter(pk=batch.pk, state=State.UPLOADED)
        told = {"code": refusal.code, "params": refusal.params}
        fresh.update(state=State.REFUSED, refusal=told, finished_at=clock.now())


def choose(batch: ImportBatch, *, chosen: Options) -> None:
    """Begin again with other options: the file is read anew, nothing of it was stored yet."""
    editable = ImportBatch.objects.filter(pk=batch.pk, state__in=[State.UPLOADED, State.CHECKED, State.REFUSED])
    if editable.update(
        options=chosen.stored(), state=State.UPLOADED, refusal={}, summary={}, counts={}, finished_at=None
    ):
        options.stage_path(batch).unlink(missing_ok=True)


def chosen_for(batch: ImportBatch) -> Options:
    """The options an import was given."""
    return options.of(batch)


def rejected_lines(batch: ImportBatch, code: str = "", name: str = "") -> Iterator[str]:
    """The rows that are not taken (of one problem of a field), with the reasons, as lines of a CSV."""
    return rejected.lines(batch, code, name)


@transaction.atomic
def check(batch: ImportBatch, *, by: Actor, chosen: Options | None = None) -> Job | None:
    """Read the file as chosen and tell what an import would do. None when it is being worked on already."""
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state not in EDITABLE or locked.forgotten_at is not None:
        return None
    if chosen is not None:
        locked.options = chosen.stored()
    options.stage_path(locked).unlink(missing_ok=True)
    locked.refusal, locked.summary, locked.counts, locked.finished_at = {}, {}, {}, None
    return _queue(locked, State.CHECKING, by, write=False, wait=False)


@transaction.atomic
def start(batch: ImportBatch, *, by: Actor, wait: bool = False) -> Job | None:
    """Write what the file holds. `wait`: the reports are current when the job ends. None when it runs or is done."""
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state not in EDITABLE or locked.forgotten_at is not None:
        return None
    return _queue(locked, State.IMPORTING, by, write=True, wait=wait)


def _queue(batch: ImportBatch, state: str, by: Actor, *, write: bool, wait: bool) -> Job:
    batch.job = jobs.enqueue(KIND, {"batch": batch.pk, "write": write, "wait": wait}, by)
    batch.state = state
    batch.save()
    return batch.job


def again(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Check the same file anew, read in the same way: what is in is recognised, what was left behind may come in."""
    with options.file_path(batch).open("rb") as file:
        content = iter(lambda: file.read(1 << 20), b"")
        fresh = receive(name=batch.file_name, content=content, chosen=options.of(batch), by=by)
    check(fresh, by=by)
    return fresh


def cancel(batch: ImportBatch, *, by: Actor) -> None:
    """Stop after the chunk that is being written. What is in stays in."""
    if batch.job is not None:
        jobs.cancel(batch.job, by)


@transaction.atomic
def resume(batch: ImportBatch, *, by: Actor) -> bool:
    """Go on with an import that was cancelled or has failed, where it stopped. False when there is nothing to do."""
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.job is None or locked.state not in (State.CANCELLED, State.FAILED) or locked.forgotten_at is not None:
        return False
    if not jobs.retry(locked.job, by):
        return False
    locked.state = State.IMPORTING if locked.job.arguments["write"] else State.CHECKING
    locked.finished_at = None
    locked.save(update_fields=["state", "finished_at"])
    return True

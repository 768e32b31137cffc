"""Put an import aside of which nothing was written: its copy of the file goes, the row stays as a record."""

from pathlib import Path

from django.db import transaction

from members.lib.actor import Actor
from members.models import Identifier, IdentityConflict, ImportBatch, Member, MemberEdit, Order, Refund
from members.services import audit
from members.services.imports import options

State = ImportBatch.State
DISCARDABLE = (State.UPLOADED, State.CHECKED, State.REFUSED, State.FAILED, State.CANCELLED)
_WRITTEN = (Order, Refund, Member, MemberEdit, Identifier, IdentityConflict)  # what an import may have left


def is_possible(batch: ImportBatch) -> bool:
    """Whether nobody works on it and nothing of it was written."""
    return batch.state in DISCARDABLE and not any(kind.objects.filter(batch=batch).exists() for kind in _WRITTEN)


@transaction.atomic
def discard(batch: ImportBatch, *, by: Actor) -> bool:
    """Put it aside for good. False when that is not possible."""
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if not is_possible(locked):
        return False
    before, locked.state = locked.state, State.DISCARDED
    locked.save(update_fields=["state"])
    detail = {"file": locked.file_name, "before": before}
    audit.record(by=by, verb="discard", subject_type="import", subject_id=locked.pk, detail=detail)
    files = options.file_path(locked), options.stage_path(locked)
    transaction.on_commit(lambda: _unlink(*files))
    return True


def _unlink(*files: Path) -> None:
    for file in files:
        file.unlink(missing_ok=True)
